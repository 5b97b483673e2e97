import { userError } from '../../core/errors.ts';
import {
  flagOf,
  negatedKeyOf,
  type OptionDefinition,
  type OptionDefinitions,
  type Settings,
  variableOf,
} from '../../core/options/definition.ts';
import type { ConfigTexts } from './config-file.ts';

/** Where values come from, as texts. Precedence: flags > environment > config file > default. */
export interface SettingSources {
  /** By key; a switch's text is `true` or `false`. */
  flags: Record<string, string[]>;
  /** By key, how a flag was typed, for messages, where that is not its long form: `-c`. */
  forms?: Record<string, string>;
  environment: Record<string, string | undefined>;
  config: ConfigTexts;
  /** The config file's name, for messages. */
  configFile: string;
}

/**
 * Parses what was given for each option; a bad value is refused where it would have been used.
 * @throws MlbenchError exit code 2
 */
export function resolveSettings<Definitions extends OptionDefinitions>(
  definitions: Definitions,
  sources: SettingSources,
): Settings<Definitions> {
  const settings: Record<string, unknown> = {};
  for (const [key, definition] of Object.entries(definitions)) {
    const given = find(key, definition, sources);
    settings[key] = given === undefined ? undefined : given.parse(definition);
  }
  return settings as Settings<Definitions>;
}

/** What was given, without what was not: for options that are optional members. */
export function given<Members extends object>(
  members: Members,
): { [Key in keyof Members]?: Exclude<Members[Key], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Members]?: Exclude<Members[Key], undefined>;
  };
}

interface Given {
  parse(definition: OptionDefinition<unknown>): unknown;
}

function find(
  key: string,
  definition: OptionDefinition<unknown>,
  sources: SettingSources,
): Given | undefined {
  const flag = sources.flags[key];
  if (flag !== undefined)
    return { parse: () => definition.parse(flag, sources.forms?.[key] ?? `--${flagOf(key)}`) };
  if (definition.flagOnly) return undefined;
  return findInEnvironment(key, definition, sources) ?? findInConfig(key, definition, sources);
}

function findInEnvironment(
  key: string,
  definition: OptionDefinition<unknown>,
  { environment }: SettingSources,
): Given | undefined {
  const name = variableOf(key);
  const text = environment[name];
  // An empty variable is how shells and CI files say "not set".
  if (text !== undefined && text !== '') {
    const texts = definition.kind === 'list' ? listOf(text) : [text];
    return { parse: () => definition.parse(texts, name) };
  }
  if (definition.kind !== 'negatable') return undefined;
  const negatedName = variableOf(negatedKeyOf(key));
  const negated = environment[negatedName];
  if (negated === undefined || negated === '') return undefined;
  return { parse: () => !definition.parse([negated], negatedName) };
}

function findInConfig(
  key: string,
  definition: OptionDefinition<unknown>,
  { config, configFile }: SettingSources,
): Given | undefined {
  const where = (name: string) => `"${name}" in ${configFile}`;
  const texts = config[key];
  const negated = definition.kind === 'negatable' ? config[negatedKeyOf(key)] : undefined;
  if (texts !== undefined && negated !== undefined) {
    const both = `"${key}" and "${negatedKeyOf(key)}"`;
    throw userError('config-contradiction', `${configFile} sets both ${both}`, 'keep one of them');
  }
  if (texts !== undefined) return { parse: () => definition.parse(texts, where(key)) };
  if (negated !== undefined) return { parse: () => !definition.parse(negated, where(negatedKeyOf(key))) };
  return undefined;
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
