import { Command, CommanderError, Option } from 'commander';
import { type MlbenchError, userError } from '../core/errors.ts';
import { flagOf, type OptionDefinition, type OptionDefinitions } from '../core/options/definition.ts';
import { nearest } from '../core/suggestion.ts';
import { formatHelp } from './help.ts';
import { commonOptions } from './options/common.ts';
import { verbEntries } from './verbs/entries.ts';
import type { Verb, VerbEntry } from './verbs/verb.ts';

export type CommandLine =
  /** Help or the version: text for stdout. */
  { kind: 'text'; text: string } | VerbCommandLine;

export interface VerbCommandLine {
  kind: 'verb';
  verb: Verb;
  /** By key, as texts. */
  flags: Record<string, string[]>;
}

const examples = [
  'mlbench run                                        the whole experiment, nothing needed',
  'mlbench up && mlbench load --users 200 --ramp 10   step by step',
  'mlbench watch-scaling                              in a second terminal',
  'mlbench down',
];

/**
 * Reads the command line. Options are defined, and a verb's code is loaded, only for the verb asked for: `--help` must
 * start quickly.
 * @throws MlbenchError `unknown-option`, `unknown-command`, … (exit code 2)
 */
export async function readCommandLine(typed: readonly string[]): Promise<CommandLine> {
  const args = helpAsFlag(typed);
  let found: CommandLine | undefined;
  let text = '';
  const program = new Command('mlbench');
  program
    .description(
      'Deploy a model behind Amazon SageMaker, load test it, watch autoscaling react, tear it all down:\n' +
        'on an embedded stand-in for AWS, without an account (the default), or on AWS itself.',
    )
    .version(await versionIfAsked(args), '-V, --version', 'print the version')
    .addHelpOption(new Option('-h, --help', 'print help').helpGroup('Common options:'))
    .helpCommand('help [command]', 'print help for a command')
    .exitOverride()
    .configureOutput({
      writeOut: (part) => {
        text += part;
      },
      writeErr: () => {},
      getOutHelpWidth: () => process.stdout.columns ?? 100,
    })
    .configureHelp({ formatHelp, visibleGlobalOptions: (command) => globalOptions(command, program) });
  program.options[0]?.helpGroup('Common options:');
  addOptions(program, commonOptions);
  program.addHelpText('after', examplesText(examples));
  for (const entry of verbEntries)
    await addVerb(program, entry, args, (verb, command) => {
      found = { kind: 'verb', verb, flags: { ...flagsOf(program), ...flagsOf(command) } };
    });
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'text', text };
    const asked = program.commands.find((command) => args.includes(command.name())) ?? program;
    throw usageError(error, args, asked.helpInformation());
  }
  return found ?? { kind: 'text', text };
}

/**
 * `help local start` is `local start --help`, at any depth: one way to show help, so that both show the same.
 * @throws MlbenchError `unknown-command`
 */
function helpAsFlag(args: readonly string[]): readonly string[] {
  if (args[0] !== 'help') return args;
  const words = args.slice(1).filter((word) => !word.startsWith('-'));
  let entries = verbEntries;
  for (const word of words) {
    const entry = entries.find(({ name }) => name === word);
    if (entry === undefined) throw unknownHelp(word, entries);
    entries = entry.children ?? [];
  }
  return [...words, '--help'];
}

function unknownHelp(word: string, entries: readonly VerbEntry[]): MlbenchError {
  const near = nearest(
    word,
    entries.map(({ name }) => name),
  );
  return userError(
    'unknown-command',
    `there is no help on '${word}': there is no such command`,
    near === undefined ? '`mlbench --help` lists what there is' : `did you mean ${near}?`,
  );
}

/** Loaded only if asked for: reading package.json takes time that `--help` has not. */
async function versionIfAsked(args: readonly string[]): Promise<string> {
  if (!args.includes('--version') && !args.includes('-V')) return '';
  return (await import('../core/package-paths.ts')).packageVersion;
}

async function addVerb(
  parent: Command,
  entry: VerbEntry,
  args: readonly string[],
  onFound: (verb: Verb, command: Command) => void,
): Promise<void> {
  const command = parent
    .command(entry.name)
    .helpGroup(entry.group)
    .description(entry.summary)
    .summary(entry.summary);
  // An argument may equal a verb's name without being one (`--name up`): loading that verb too does no harm.
  if (!args.includes(entry.name)) return;
  for (const child of entry.children ?? []) await addVerb(command, child, args, onFound);
  const verb = await entry.load?.();
  if (verb === undefined) return;
  command.description(verb.description).allowExcessArguments(false);
  addOptions(command, verb.options);
  if (verb.examples.length > 0) command.addHelpText('after', examplesText(verb.examples));
  command.action(() => onFound(verb, command));
}

function addOptions(command: Command, definitions: OptionDefinitions): void {
  for (const [key, definition] of Object.entries(definitions))
    for (const option of optionsFor(key, definition)) command.addOption(option.helpGroup(definition.group));
}

function optionsFor(key: string, definition: OptionDefinition<unknown>): Option[] {
  const flag = `--${flagOf(key)}`;
  const shownDefault = definition.shownDefault ?? definition.default;
  const description =
    shownDefault === undefined
      ? definition.description
      : `${definition.description} (default: ${shownDefault})`;
  const short = definition.short === undefined ? '' : `-${definition.short}, `;
  switch (definition.kind) {
    case 'value':
      return [new Option(`${short}${flag} <${definition.placeholder}>`, description)];
    case 'list':
      return [
        new Option(`${short}${flag} <${definition.placeholder}>`, description).argParser(
          (text, before: string[] | undefined) => [...(before ?? []), text],
        ),
      ];
    case 'switch':
      return [new Option(`${short}${flag}`, description)];
    case 'negatable':
      return [new Option(`--no-${flagOf(key)}`, description), new Option(flag, '').hideHelp()];
  }
}

function flagsOf(command: Command): Record<string, string[]> {
  const flags: Record<string, string[]> = {};
  for (const [key, value] of Object.entries(command.opts())) {
    if (command.getOptionValueSource(key) !== 'cli' || value === undefined) continue;
    flags[key] = Array.isArray(value) ? value : [String(value)];
  }
  return flags;
}

function globalOptions(command: Command, program: Command): Option[] {
  return command === program
    ? []
    : program.options.filter((option) => !option.hidden && option.long !== '--version');
}

function examplesText(lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}\n`;
}

/** Commander's message, in our two lines: what is wrong, and what to type instead. */
function usageError(error: CommanderError, args: readonly string[], text: string): MlbenchError {
  const verb = verbEntries.find((entry) => args.includes(entry.name));
  const help = `\`mlbench ${verb === undefined ? '' : `${verb.name} `}--help\``;
  if (error.code === 'commander.help') {
    const children = verb?.children?.map((child) => child.name).join(' or ');
    return children === undefined
      ? userError('no-command', 'no command given', `${help} lists them`, text)
      : userError('no-command', `mlbench ${verb?.name} needs to know what to do`, `add ${children}`, text);
  }
  const [first = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const near =
    error.code === 'commander.unknownCommand'
      ? nearest(
          /'(.*)'/.exec(first)?.[1] ?? '',
          (verb?.children ?? verbEntries).map(({ name }) => name),
        )
      : /Did you mean (?:one of )?(.*)\?\)/.exec(suggestion ?? '')?.[1];
  const code = error.code.replace('commander.', '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return userError(code, first, near === undefined ? `${help} lists what there is` : `did you mean ${near}?`);
}
