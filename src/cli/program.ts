import { Command, CommanderError, Option } from 'commander';
import { flagOf, type OptionDefinitions } from '../core/options/definition.ts';
import { formatHelp } from './help.ts';
import { commonOptions } from './options/common.ts';
import { refuseOneDash, takeEqualsSign } from './typed/attached.ts';
import { refuseBroughtLetters } from './typed/brought-letters.ts';
import { DeclaredOption, formsOf } from './typed/declared-option.ts';
import { gatherTyped, type TypedOption, type TypedOptions } from './typed/typed-options.ts';
import { verbEntries } from './verbs/entries.ts';
import type { Verb, VerbEntry } from './verbs/verb.ts';

export type CommandLine =
  /** Help or the version: text for stdout. */
  { kind: 'text'; text: string } | VerbCommandLine;

export interface VerbCommandLine extends TypedOptions {
  kind: 'verb';
  verb: Verb;
}

const examples = [
  'mlbench run                                        the whole experiment, nothing needed',
  'mlbench up && mlbench load --users 200 --ramp 10   step by step',
  'mlbench watch-scaling                              in a second terminal',
  'mlbench down',
];

/** What is being read: filled while commander parses. */
interface Reading {
  args: readonly string[];
  typed: TypedOption[];
  /** Behind an option that takes a value or none, and no value of it: `--web http://…`. */
  alone: string[];
  verb: Verb | undefined;
  /** Of the verb found: what stands alone, behind its options. */
  command: Command | undefined;
  /** That refused the command line. */
  refusing: Command | undefined;
}

/**
 * Reads the command line. Options are defined, and a verb's code is loaded, only for the verb asked for: `--help` must
 * start quickly.
 * @throws MlbenchError `unknown-option`, `unknown-command`, `given-twice`, … (exit code 2)
 */
export async function readCommandLine(given: readonly string[]): Promise<CommandLine> {
  const args = await helpAsFlag(given);
  const reading: Reading = {
    args,
    typed: [],
    alone: [],
    verb: undefined,
    command: undefined,
    refusing: undefined,
  };
  let text = '';
  const program = await programFor(reading, (part) => {
    text += part;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'text', text };
    const refusing = reading.refusing ?? program;
    const { usageError } = await import('./usage-error.ts');
    throw await usageError({ error, verb: nameOf(refusing), args, help: refusing.helpInformation() });
  }
  const { verb, command } = reading;
  return verb === undefined || command === undefined
    ? { kind: 'text', text }
    : { kind: 'verb', verb, ...(await typedFor(verb, command, reading)) };
}

async function programFor(reading: Reading, write: (text: string) => void): Promise<Command> {
  const program = new Command('mlbench');
  program
    .description(
      'Deploy a model behind Amazon SageMaker, load test it, watch autoscaling react, tear it all down:\n' +
        'on an embedded stand-in for AWS, without an account (the default), or on AWS itself.',
    )
    .version(await versionIfAsked(reading.args), '-V, --version', 'print the version')
    .addHelpOption(new Option('-h, --help', 'print help').helpGroup('Common options:'))
    .helpCommand('help [command]', 'print help for a command')
    .configureOutput({
      writeOut: write,
      writeErr: () => {},
      getOutHelpWidth: () => process.stdout.columns ?? 100,
    })
    .configureHelp({
      formatHelp,
      visibleGlobalOptions: (command) => globalOptions(command, program),
      optionTerm: (option) => (option instanceof DeclaredOption ? option.term : option.flags),
    });
  noteRefusals(program, reading);
  program.options[0]?.helpGroup('Common options:');
  addOptions(program, commonOptions, reading);
  program.addHelpText('after', examplesText(examples));
  for (const entry of verbEntries) await addVerb(program, entry, reading);
  return program;
}

/**
 * `help local start` is `local start --help`, at any depth: one way to show help, so that both show the same.
 * @throws MlbenchError `unknown-command`
 */
async function helpAsFlag(args: readonly string[]): Promise<readonly string[]> {
  if (args[0] !== 'help') return args;
  const words = args.slice(1).filter((word) => !word.startsWith('-'));
  let entries = verbEntries;
  for (const word of words) {
    const entry = entries.find(({ name }) => name === word);
    if (entry === undefined) throw (await import('./unknown-help.ts')).unknownHelp(word, entries);
    entries = entry.children ?? [];
  }
  return [...words, '--help'];
}

/** Loaded only if asked for: reading package.json takes time that `--help` has not. */
async function versionIfAsked(args: readonly string[]): Promise<string> {
  if (!args.includes('--version') && !args.includes('-V')) return '';
  return (await import('../core/package-paths.ts')).packageVersion;
}

/** Whoever refuses the command line knows which verb it was for. */
function noteRefusals(command: Command, reading: Reading): void {
  command.exitOverride((error) => {
    reading.refusing ??= command;
    throw error;
  });
}

async function addVerb(parent: Command, entry: VerbEntry, reading: Reading): Promise<void> {
  const command = parent
    .command(entry.name)
    .helpGroup(entry.group)
    .description(entry.summary)
    .summary(entry.summary);
  noteRefusals(command, reading);
  // An argument may equal a verb's name without being one (`--name up`): loading that verb too does no harm.
  if (!reading.args.includes(entry.name)) return;
  for (const child of entry.children ?? []) await addVerb(command, child, reading);
  const verb = await entry.load?.();
  if (verb === undefined) return;
  command.description(verb.description);
  const alone = positionalOf(verb);
  if (alone !== undefined) command.argument(`[${verb.options[alone]!.placeholder}]`);
  // How many there may be is looked at here, where it can be said what to do about one too many.
  command.allowExcessArguments(true);
  addOptions(command, verb.options, reading);
  if (verb.examples.length > 0) command.addHelpText('after', examplesText(verb.examples));
  command.action(() => {
    reading.verb = verb;
    reading.command = command;
  });
}

/** The key of the option whose flag may be left out. */
function positionalOf({ options }: Verb): string | undefined {
  return Object.keys(options).find((key) => options[key]!.positional);
}

function addOptions(command: Command, definitions: OptionDefinitions, reading: Reading): void {
  const { typed, args } = reading;
  for (const [key, definition] of Object.entries(definitions)) {
    for (const option of formsOf(key, definition)) {
      command.addOption(option.helpGroup(definition.group));
      command.on(`option:${option.name()}`, (given: string | null | undefined) => {
        const { typed: form, says = '', sets = {} } = option.form;
        const text = definition.kind === 'optional' ? ownValue(form, given, reading) : given;
        typed.push(takeEqualsSign({ key, form, text: text ?? says }, args));
        for (const [other, value] of Object.entries(sets))
          typed.push({ key: other, form: `--${flagOf(other)}`, text: value, along: form });
      });
    }
  }
}

/** A URL behind it stands alone: commander takes whatever does not begin with a dash for the value. */
function ownValue(form: string, given: string | null | undefined, { args, alone }: Reading): string | null {
  if (given === null || given === undefined) return null;
  if (!/^https?:\/\//i.test(given) || args.includes(`${form}=${given}`)) return given;
  alone.push(given);
  return null;
}

async function typedFor(verb: Verb, command: Command, reading: Reading): Promise<TypedOptions> {
  const { typed, args } = reading;
  const alone = positionalOf(verb);
  const most = alone === undefined ? 0 : 1;
  const standing = [...reading.alone, ...command.args];
  if (standing.length > most) {
    const { tooManyArguments } = await import('./usage-error.ts');
    throw tooManyArguments(nameOf(command), standing.slice(most));
  }
  const [text] = standing;
  const definitions = { ...commonOptions, ...verb.options };
  const asked = { name: nameOf(command), options: definitions };
  await refuseOneDash(typed, args, asked);
  refuseBroughtLetters(typed, definitions);
  const form = alone === undefined ? '' : verb.options[alone]!.placeholder;
  const stood = alone === undefined || text === undefined ? [] : [{ key: alone, form, text }];
  return gatherTyped([...typed, ...stood], definitions);
}

/** `load`, `local start`; empty: the program itself. */
function nameOf(command: Command): string {
  return command.parent === null ? '' : `${nameOf(command.parent)} ${command.name()}`.trim();
}

function globalOptions(command: Command, program: Command): Option[] {
  return command === program
    ? []
    : program.options.filter((option) => !option.hidden && option.long !== '--version');
}

function examplesText(lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}\n`;
}
