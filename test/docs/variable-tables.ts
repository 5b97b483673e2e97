import { commonOptions } from '../../src/cli/options/common.ts';
import { otherVariables } from '../../src/cli/options/variables.ts';
import { verbEntries } from '../../src/cli/verbs/entries.ts';
import type { VerbEntry } from '../../src/cli/verbs/verb.ts';
import {
  flagOf,
  negatedKeyOf,
  type OptionDefinition,
  type OptionDefinitions,
  variableOf,
} from '../../src/core/options/definition.ts';

interface Row {
  definition: OptionDefinition<unknown>;
  verbs: string[];
}

/** The tables of docs/configuration.md, by the name that marks their places. */
export async function variableTables(): Promise<Record<string, string>> {
  const verbs = (await Promise.all(verbEntries.map((entry) => optionsOf(entry, '')))).flat();
  const rows = new Map<string, Row>();
  const enter = (definitions: OptionDefinitions, verb: string) => {
    for (const [key, definition] of Object.entries(definitions)) {
      if (definition.flagOnly) continue;
      const row: Row = rows.get(key) ?? { definition, verbs: [] };
      row.verbs.push(verb);
      rows.set(key, row);
    }
  };
  enter(commonOptions, 'all');
  for (const { verb, options } of verbs) enter(options, verb);
  return {
    'options that are variables': table(
      ['variable', 'flag', 'verbs', 'meaning'],
      [...rows].map(([key, row]) => [
        nameOf(key, row.definition),
        flagText(key, row.definition),
        row.verbs.join(', '),
        row.definition.description,
      ]),
    ),
    'variables that are no options': otherTable('mlbench'),
    'variables of AWS': otherTable('aws'),
    'variables of the serving program': otherTable('serving'),
  };
}

function otherTable(readBy: string): string {
  const rows = otherVariables.filter((one) => one.readBy === readBy);
  return table(
    ['variable', 'meaning'],
    rows.map(({ name, meaning }) => [`\`${name}\``, meaning]),
  );
}

async function optionsOf(
  entry: VerbEntry,
  above: string,
): Promise<{ verb: string; options: OptionDefinitions }[]> {
  const verb = `${above}${entry.name}`;
  const own = await entry.load?.();
  const below = await Promise.all((entry.children ?? []).map((child) => optionsOf(child, `${verb} `)));
  return [...(own === undefined ? [] : [{ verb, options: own.options }]), ...below.flat()];
}

function nameOf(key: string, { kind }: OptionDefinition<unknown>): string {
  return kind === 'negatable'
    ? `\`${variableOf(key)}\`, \`${variableOf(negatedKeyOf(key))}\``
    : `\`${variableOf(key)}\``;
}

function flagText(key: string, { kind, placeholder }: OptionDefinition<unknown>): string {
  if (kind === 'negatable') return `\`--no-${flagOf(key)}\``;
  return `\`--${flagOf(key)}${placeholder === '' ? '' : ` ${placeholder}`}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
