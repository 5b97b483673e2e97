import type { Clock } from '../core/clock.ts';
import { type ExitCode, exitCodes, strongestExitCode } from '../core/exit-codes.ts';
import type { OptionDefinitions, Settings } from '../core/options/definition.ts';
import { ownCommand, type PlaceFlag, placeFlags, repeatInCommands } from '../core/options/own-command.ts';
import { printableJson } from '../core/printable.ts';
import { observeHttp } from '../core/wire/observe-http.ts';
import { WireLog } from '../core/wire/wire-log.ts';
import type { CommandContext } from '../experiment/context/context.ts';
import { sweepDebris } from '../experiment/context/sweep-debris.ts';
import { resolveContext } from './context.ts';
import { interruption } from './error-report.ts';
import { commonOptions } from './options/common.ts';
import { defaultConfigFile, readConfigFile } from './options/config-file.ts';
import { resolveSettings, type SettingSources } from './options/settings.ts';
import { keepStrongestModel } from './options/strongest-model.ts';
import { mayBeUnknown, unknownVariables } from './options/variables.ts';
import type { VerbCommandLine } from './program.ts';
import { createProgress } from './render/progress/create-progress.ts';
import type { Progress } from './render/progress/progress.ts';
import { listenForSignals, type SignalHandlers } from './signals.ts';
import { harmlessLine } from './terminal/sealed.ts';
import type { Terminal } from './terminal/terminal.ts';
import { verbEntries } from './verbs/entries.ts';
import type { Verb, VerbEnd, VerbEntry, VerbHost } from './verbs/verb.ts';

export interface Surroundings {
  clock: Clock;
  terminal: Terminal;
  abort: AbortController;
  environment: Record<string, string | undefined>;
  /** Working directory. */
  folder: string;
  /** A closed terminal is to end nothing: `nohup`. */
  ignoresHangup: boolean;
}

/** Resolves the settings, runs the verb with its progress shown, and prints what it leaves behind. */
export async function runVerb(
  { verb, flags, forms }: VerbCommandLine,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { clock, terminal, abort, environment, folder } = surroundings;
  const sources = { ...(await gatherSources(flags, environment, folder)), forms };
  const common = resolveSettings(commonOptions, sources);
  repeatInCommands(placeOf(flags, common.name));
  const settings: Settings<OptionDefinitions> = resolveSettings(verb.options, keepStrongestModel(sources));
  if (common.color === false) terminal.withoutColour();
  if (common.profile !== undefined) process.env['AWS_PROFILE'] = common.profile;
  const facts = resolveContext(common, sources, folder, {
    ledger: !(verb.standsAlone?.(settings) ?? false),
    cloud: !(verb.callsNoCloud?.(settings) ?? false),
    region: !verb.doesWithoutRegion,
  });
  const progress = await createProgress(terminal, {
    json: common.json ?? false,
    quiet: common.quiet ?? false,
  });
  sweepDebris(facts.stateDir);
  const context: CommandContext = {
    ...facts,
    clock,
    signal: abort.signal,
    emit: progress.emit,
    interactive: terminal.interactive,
    ...(common.debug ? { wire: openWireLog(clock, progress.emit) } : {}),
  };
  await warnOfUnknownVariables(environment, { ...commonOptions, ...verb.options }, context.emit);
  const onSignal = signalHandlers(verb, context, progress, surroundings);
  const interrupt = listenForSignals(process, clock, onSignal, surroundings.ignoresHangup);
  let unread = false;
  terminal.onClosed(() => {
    unread = verb.endsOnInterrupt === true;
    if (unread) abort.abort(interruption());
  });
  let end: VerbEnd;
  let recorded: ExitCode;
  try {
    const typed = new Set(Object.keys(flags));
    const settingsOf: VerbHost['settingsOf'] = (definitions, texts) =>
      resolveSettings(definitions, keepStrongestModel({ ...sources, flags: texts, forms: {} }));
    const host = { context, common, terminal, typed, interrupt, settingsOf, verbs: verbEntries };
    end = await verb.run(settings, host);
  } finally {
    recorded = tellOfLedger(context);
    progress.close();
  }
  if (unread) return exitCodes.ok;
  printEnd(end, terminal, common.json ?? false, common.quiet ?? false);
  return strongestExitCode([end.exitCode, recorded]);
}

/** The first one stops what goes on, the second ends at once. */
function signalHandlers(
  verb: Verb,
  context: CommandContext,
  progress: Progress,
  { abort, terminal }: Surroundings,
): SignalHandlers {
  return {
    onFirst() {
      if (!verb.endsOnInterrupt)
        context.emit({ type: 'notice', level: 'warning', message: 'stopping; once more ends at once' });
      abort.abort(interruption());
    },
    onSecond() {
      progress.close();
      const down = ownCommand('down', { experiment: context.experiment });
      terminal.stderr.write(`ended at once\n  → \`${down}\` removes what may be up\n`);
      process.exit(exitCodes.interrupted);
    },
  };
}

/** Whatever a command has achieved: if the record of it was lost on the way, somebody should look. */
function tellOfLedger({ ledger, emit }: CommandContext): ExitCode {
  const trouble = ledger.trouble();
  if (trouble === null) return exitCodes.ok;
  const { message, remedy } = trouble;
  emit({ type: 'notice', level: 'warning', message, remedy });
  return exitCodes.failed;
}

/** As typed: variables and the config file hold for the next command, too. */
function placeOf(
  flags: Record<string, string[]>,
  name: string | undefined,
): Partial<Record<PlaceFlag, string>> {
  const typed = placeFlags.flatMap((flag) => {
    const text = flags[flag]?.at(-1);
    return text === undefined ? [] : [[flag, text] as const];
  });
  return { ...(name === undefined ? {} : { name }), ...Object.fromEntries(typed) };
}

/** A misspelt variable would be a setting that nobody obeys, and nobody misses. */
async function warnOfUnknownVariables(
  environment: Surroundings['environment'],
  own: OptionDefinitions,
  emit: CommandContext['emit'],
): Promise<void> {
  if (!mayBeUnknown(environment, own)) return;
  for (const { name, near } of unknownVariables(environment, await allOptions())) {
    emit({
      type: 'notice',
      level: 'warning',
      message: `the variable ${name} is set, and nothing reads it`,
      remedy:
        near === undefined ? 'docs/configuration.md lists those that are read' : `did you mean ${near}?`,
    });
  }
}

/** Until the process ends. */
function openWireLog(clock: Clock, emit: CommandContext['emit']): WireLog {
  const wire = new WireLog(clock, (block) => emit({ type: 'wire', block }));
  observeHttp(wire, clock);
  return wire;
}

async function gatherSources(
  flags: Record<string, string[]>,
  environment: Record<string, string | undefined>,
  folder: string,
): Promise<SettingSources> {
  const path = flags['config']?.at(-1);
  const config = await readConfigFile(path, folder, allOptions);
  return { flags, environment, config, configFile: path ?? defaultConfigFile };
}

/** Every option of every verb: the config file may hold settings for all of them. */
async function allOptions(): Promise<OptionDefinitions> {
  const verbs = await Promise.all(verbEntries.flatMap(leaves).map((load) => load()));
  return Object.assign({}, commonOptions, ...verbs.map((verb) => verb.options));
}

function leaves(entry: VerbEntry): (() => Promise<Verb>)[] {
  return [...(entry.load === undefined ? [] : [entry.load]), ...(entry.children ?? []).flatMap(leaves)];
}

function printEnd(end: VerbEnd, { stdout, stderr }: Terminal, json: boolean, quiet: boolean): void {
  if (json) {
    if (end.data !== undefined) stdout.write(`${printableJson(end.data, 2)}\n`);
    return;
  }
  const lines = end.lines(stdout.style, Math.min(stdout.size().columns, 100));
  if (lines.length === 0) return;
  // Progress stands above it on the same screen.
  const gap = stdout.isTerminal && stderr.isTerminal && !quiet && lines.length > 1 ? '\n' : '';
  stdout.write(`${gap}${lines.map(harmlessLine).join('\n')}\n`);
}
