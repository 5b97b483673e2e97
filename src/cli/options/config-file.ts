import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { MlbenchError } from '../../core/errors.ts';
import { userError } from '../../core/errors.ts';
import { readWhole } from '../../core/files/read-whole.ts';
import {
  negatedKeyOf,
  type OptionDefinition,
  type OptionDefinitions,
} from '../../core/options/definition.ts';
import { findRepeatedKey } from '../../core/repeated-key.ts';
import { nearest } from '../../core/suggestion.ts';

/** What a config file says: each key's value as texts, just as if typed after the flag. */
export type ConfigTexts = Record<string, string[]>;

const mostBytes = 16_777_216;

export const defaultConfigFile = 'mlbench.config.json';

/**
 * Reads and checks the config file.
 * @param path as given; undefined: the default file, if there is one
 * @param definitions every option of every verb: a file may hold settings that this verb does not take
 * @throws MlbenchError `config-missing`, `config-unreadable`, `config-syntax`, `config-repeated-key`, `config-unknown-key`, `config-type`
 */
export async function readConfigFile(
  path: string | undefined,
  folder: string,
  definitions: () => Promise<OptionDefinitions>,
): Promise<ConfigTexts> {
  const file = path ?? defaultConfigFile;
  const absolute = join(folder.length > 0 && !file.startsWith('/') ? folder : '', file);
  if (!existsSync(absolute)) {
    if (path === undefined) return {};
    throw userError(
      'config-missing',
      `--config: there is no file ${file}`,
      'check the path, or leave --config out',
    );
  }
  return checkKeys(parseJson(readText(absolute, file), file), await definitions(), file);
}

function readText(absolute: string, file: string): string {
  try {
    return readWhole(absolute, mostBytes)
      .toString('utf8')
      .replace(/^\uFEFF/, '');
  } catch (error) {
    throw userError(
      'config-unreadable',
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'make it a readable file, or name another with --config',
      error,
    );
  }
}

function parseJson(text: string, file: string): unknown {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw syntaxError(text, file, error);
  }
  const repeated = findRepeatedKey(text);
  if (repeated === null) return content;
  const { key, line, column } = repeated;
  throw userError(
    'config-repeated-key',
    `${file}:${line}:${column} has "${key}" a second time`,
    'keep one of them',
  );
}

/** V8 says where for most mistakes; an unexpected end has no position, and is at the end. */
function syntaxError(text: string, file: string, error: unknown): MlbenchError {
  const message = error instanceof Error ? error.message : String(error);
  const position = /at position (\d+)/.exec(message)?.[1];
  const before = text.slice(0, position === undefined ? text.length : Number(position));
  const line = before.split('\n').length;
  const column = before.length - before.lastIndexOf('\n');
  const reason = message.replace(/ in JSON at position.*$| \(line \d+ column \d+\)$|, \.\.\..*$/s, '');
  return userError(
    'config-syntax',
    `${file}:${line}:${column} is not JSON: ${reason}`,
    'correct it there; JSON wants double quotes and no trailing commas',
    error,
  );
}

async function checkKeys(
  content: unknown,
  definitions: OptionDefinitions,
  file: string,
): Promise<ConfigTexts> {
  const { z } = await import('zod');
  const text = z.union([z.string(), z.number()]).transform(String);
  const schemaOf = (definition: OptionDefinition<unknown>) => {
    if (definition.kind === 'list') return z.union([z.array(text), text.transform((one) => [one])]);
    if (definition.kind === 'value') return text.transform((one) => [one]);
    if (definition.kind === 'optional')
      return z.union([text, z.boolean().transform(String)]).transform((one) => [one]);
    return z.boolean().transform((one) => [String(one)]);
  };
  const shape: Record<string, ReturnType<typeof schemaOf>> = {};
  for (const [key, definition] of Object.entries(definitions)) {
    if (definition.flagOnly) continue;
    shape[key] = schemaOf(definition);
    if (definition.kind === 'negatable') shape[negatedKeyOf(key)] = schemaOf(definition);
  }
  const keys = Object.keys(shape);
  // Editors read `$schema`; it sets nothing.
  const checked = z
    .strictObject(shape)
    .partial()
    .extend({ $schema: z.string().optional() })
    .safeParse(content);
  if (!checked.success) throw describeIssue(checked.error.issues[0]!, content, keys, definitions, file);
  const { $schema: _, ...texts } = checked.data;
  return texts as ConfigTexts;
}

const wantedOf: Record<OptionDefinition<unknown>['kind'], string> = {
  value: 'text or a number',
  optional: 'text, a number, true or false',
  list: 'a list of texts',
  switch: 'true or false',
  negatable: 'true or false',
};

interface Issue {
  code: string;
  path: PropertyKey[];
  keys?: string[];
}

function describeIssue(
  issue: Issue,
  content: unknown,
  keys: string[],
  definitions: OptionDefinitions,
  file: string,
): MlbenchError {
  if (issue.code === 'unrecognized_keys') {
    const unknown = issue.keys ?? [];
    const near = nearest(unknown[0] ?? '', keys);
    return userError(
      'config-unknown-key',
      `${file}: unknown ${unknown.length === 1 ? 'key' : 'keys'} ${unknown.map((key) => `"${key}"`).join(', ')}`,
      near === undefined
        ? 'keys are the long flags in camelCase; `mlbench up --help` lists them'
        : `did you mean "${near}"?`,
    );
  }
  const key = issue.path[0];
  if (key === undefined)
    return userError('config-type', `${file} does not hold an object`, 'write it like {"name": "mlbench"}');
  const wanted = wantedOf[definitions[String(key)]?.kind ?? 'negatable'];
  const found = JSON.stringify((content as Record<string, unknown>)[String(key)]);
  return userError('config-type', `${file}: "${String(key)}" is ${found}`, `give it ${wanted}`);
}
