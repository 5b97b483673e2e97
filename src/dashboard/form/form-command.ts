import { flagOf, negatedKeyOf, type OptionDefinitions } from '../../core/options/definition.ts';
import { hideUserinfo } from '../../core/redact.ts';
import { isSecretHeader } from '../../core/secret-names.ts';
import type { FormValues } from './form-shape.ts';
import { givenIn } from './given-in.ts';

/**
 * The words that say on a command line what the form says, as a shell reads them: `--users 50 --expect 'p99<200ms'`.
 * What nobody may read is a variable for whoever pastes it: `--header "authorization: $AUTHORIZATION"`.
 */
export function formFlags(definitions: OptionDefinitions, values: FormValues): string {
  return Object.entries(givenIn(definitions, values))
    .flatMap(([key, texts]) => texts.map((text) => flagWith(key, definitions[key]!.kind, text)))
    .join(' ');
}

function flagWith(key: string, kind: OptionDefinitions[string]['kind'], text: string): string {
  const isOn = text === 'true';
  if (kind === 'switch') return isOn ? `--${flagOf(key)}` : '';
  if (kind === 'negatable') return `--${flagOf(isOn ? key : negatedKeyOf(key))}`;
  const flag = `--${flagOf(key)}`;
  // A value that begins with a dash would be taken for a flag.
  return text.startsWith('-') ? `${flag}=${shellWord(key, text)}` : `${flag} ${shellWord(key, text)}`;
}

function shellWord(key: string, text: string): string {
  const header = key === 'header' ? /^([^:]+):\s*(.*)$/s.exec(text) : null;
  if (header !== null && isSecretHeader(header[1]!)) {
    const variable = header[1]!.replace(/\W/g, '_').toUpperCase();
    return `"${header[1]}: $${variable}"`;
  }
  return quoted(/^\w+:\/\//.test(text) ? hideUserinfo(text) : text);
}

/** As a POSIX shell reads it back. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
