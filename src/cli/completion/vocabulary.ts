import type { OptionDefinition, OptionDefinitions } from '../../core/options/definition.ts';
import { commonOptions } from '../options/common.ts';
import { formsOf } from '../typed/declared-option.ts';

/** What a shell can offer: every verb with its options, as they are declared. */
export interface Vocabulary {
  verbs: CompletedVerb[];
  /** Every verb takes these, and they may stand before it. */
  common: CompletedOption[];
}

export interface CompletedVerb {
  /** `['local', 'start']` */
  path: readonly string[];
  summary: string;
  options: CompletedOption[];
  /** Of a verb that takes another word, such as `local`. */
  children: { name: string; summary: string }[];
}

export interface CompletedOption {
  /** `--users`, `-u`. */
  flags: readonly string[];
  description: string;
  value: CompletedValue;
  repeats: boolean;
}

export type CompletedValue =
  | { kind: 'none' }
  | { kind: 'words'; words: readonly string[] }
  /** `body`: a file after `@`. `any`: nobody but the user knows. */
  | { kind: 'file' | 'folder' | 'body' | 'any' };

/** As much of an entry of the list of verbs as is offered. */
interface OfferedEntry {
  name: string;
  summary: string;
  load?: () => Promise<{ options: OptionDefinitions }>;
  children?: readonly OfferedEntry[];
}

export async function vocabularyOf(entries: readonly OfferedEntry[]): Promise<Vocabulary> {
  const verbs = (await Promise.all(entries.map((entry) => verbsOf(entry, [])))).flat();
  const children = verbs.filter(({ path }) => path.length === 1);
  const help: CompletedVerb = {
    path: ['help'],
    summary: 'print help for a command',
    options: [],
    children: children.map(({ path, summary }) => ({ name: path[0]!, summary })),
  };
  return { verbs: [...verbs, help], common: [...optionsOf(commonOptions), helpOption, versionOption] };
}

async function verbsOf(entry: OfferedEntry, above: readonly string[]): Promise<CompletedVerb[]> {
  const path = [...above, entry.name];
  const options = optionsOf((await entry.load?.())?.options ?? {});
  const children = entry.children ?? [];
  const below = await Promise.all(children.map((child) => verbsOf(child, path)));
  const named = children.map(({ name, summary }) => ({ name, summary }));
  return [{ path, summary: entry.summary, options, children: named }, ...below.flat()];
}

function optionsOf(definitions: OptionDefinitions): CompletedOption[] {
  return Object.entries(definitions).map(([key, definition]) => {
    const [shown, ...others] = formsOf(key, definition);
    const letters = others.map(({ form }) => form.typed).filter((typed) => !typed.startsWith('--'));
    return {
      flags: [...letters, shown!.form.typed],
      description: shown!.description,
      value: shown!.required ? completedValue(definition) : { kind: 'none' },
      repeats: definition.kind === 'list',
    };
  });
}

function completedValue({ choices, placeholder }: OptionDefinition<unknown>): CompletedValue {
  if (choices !== undefined) return { kind: 'words', words: choices };
  if (placeholder.includes('@FILE')) return { kind: 'body' };
  if (/^(FILE|PATH|PREFIX)$/.test(placeholder)) return { kind: 'file' };
  return { kind: placeholder === 'DIR' ? 'folder' : 'any' };
}

const helpOption: CompletedOption = {
  flags: ['-h', '--help'],
  description: 'print help',
  value: { kind: 'none' },
  repeats: false,
};
const versionOption: CompletedOption = {
  ...helpOption,
  flags: ['-V', '--version'],
  description: 'print the version',
};

/** Of all verbs: what takes a value, so that the value is no verb. */
export function flagsWithValues({ common, verbs }: Vocabulary): string[] {
  const all = [...common, ...verbs.flatMap(({ options }) => options)];
  return [...new Set(all.filter(({ value }) => value.kind !== 'none').flatMap(({ flags }) => flags))].sort();
}
