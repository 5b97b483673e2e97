import { flagOf, negatedKeyOf, type OptionDefinitions } from '../../core/options/definition.ts';
import { shellWord } from '../../core/options/shell-word.ts';
import { redactHeader, redactText, redactUrl } from '../../core/redact.ts';
import type { FormValues } from './form-shape.ts';
import { givenIn } from './given-in.ts';

/**
 * The words that say on a command line what the form says, as a POSIX shell reads them: `--users 50 --expect
 * 'p99<200ms'`. A secret is not shown: it stands in a variable of the shell, such as `--header 'authorization:
 * '"$AUTHORIZATION"`; whoever types the command sets the variable first.
 */
export function formFlags(definitions: OptionDefinitions, values: FormValues): string {
  const variables = new Set<string>();
  return Object.entries(givenIn(definitions, values))
    .flatMap(([key, texts]) => texts.map((text) => flagWith(key, definitions[key]!.kind, text, variables)))
    .join(' ');
}

function flagWith(
  key: string,
  kind: OptionDefinitions[string]['kind'],
  text: string,
  variables: Set<string>,
): string {
  if (kind === 'switch') return `--${flagOf(key)}`;
  if (kind === 'negatable') return `--${flagOf(text === 'true' ? key : negatedKeyOf(key))}`;
  const word = key === 'header' ? headerWord(text, variables) : plainWord(key, text, variables);
  // A value that begins with a dash would be taken for a flag.
  return `--${flagOf(key)}${text.startsWith('-') ? '=' : ' '}${word}`;
}

function plainWord(key: string, text: string, variables: Set<string>): string {
  const isShown = redactText(text) === text && (!/^\w+:\/\//.test(text) || redactUrl(text) === text);
  return isShown ? shellWord(text) : variableWord(key, variables);
}

function headerWord(text: string, variables: Set<string>): string {
  const [, name = '', gap = '', value = ''] = /^([^:]*)(:[\t ]*)([\s\S]*)$/.exec(text) ?? [];
  if (name === '') return plainWord('header', text, variables);
  if (redactHeader(name, value) === value) return shellWord(text);
  return `${shellWord(`${name}${gap}`)}${variableWord(name, variables)}`;
}

/** One of its own each time: two headers of one name may hold two secrets. */
function variableWord(name: string, variables: Set<string>): string {
  const plain = name.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
  const named = /^[A-Z]/.test(plain) ? plain : `SECRET_${plain}`;
  let variable = named;
  for (let number = 2; variables.has(variable); number++) variable = `${named}_${number}`;
  variables.add(variable);
  return `"$${variable}"`;
}
