import type { Clock } from '../core/clock.ts';
import { MlbenchError } from '../core/errors.ts';
import { exitCodes } from '../core/exit-codes.ts';
import { printableJson } from '../core/printable.ts';
import { interruption, isAbortion, reportError } from './error-report.ts';
import { hangupVariable, ignoresHangup } from './hangup.ts';
import { readCommandLine } from './program.ts';
import { harmlessLine } from './terminal/sealed.ts';
import { processTerminal, type Terminal } from './terminal/terminal.ts';

/**
 * The whole life of an `mlbench` process, on the time that `clock` tells: from arguments to its end with an exit code.
 * Everything heavy is loaded once a verb needs it.
 */
export async function runCommandLine(args: readonly string[], clock: Clock): Promise<never> {
  const abort = new AbortController();
  const terminal = processTerminal(process.env, args.includes('--no-color'));
  const fail = (error: unknown) =>
    tellFailure(isAbortion(error, abort.signal) ? interruption() : error, args, terminal);
  process.on('uncaughtException', async (error) => process.exit(await fail(error)));
  process.on('unhandledRejection', async (error) => process.exit(await fail(error)));
  const exitCode = await run(args, { clock, terminal, abort, ignoresHangup: readHangup() }).catch(fail);
  await terminal.flush();
  // Connections kept alive and timers of libraries must not hold the process.
  process.exit(exitCode);
}

async function run(
  args: readonly string[],
  own: { clock: Clock; terminal: Terminal; abort: AbortController; ignoresHangup: boolean },
): Promise<number> {
  const commandLine = await readCommandLine(args);
  if (commandLine.kind === 'text') {
    own.terminal.stdout.write(commandLine.text);
    return exitCodes.ok;
  }
  const { runVerb } = await import('./run-verb.ts');
  return await runVerb(commandLine, { ...own, environment: process.env, folder: process.cwd() });
}

/** From now on, where it is ignored: Node has set it back. What is started from here is not to be told of it. */
function readHangup(): boolean {
  const ignored = ignoresHangup(process.env, process);
  delete process.env[hangupVariable];
  if (ignored) process.on('SIGHUP', () => {});
  return ignored;
}

async function tellFailure(error: unknown, args: readonly string[], terminal: Terminal): Promise<number> {
  const { stdout, stderr } = terminal;
  const report = await reportError(error, stderr.style);
  if (error instanceof MlbenchError && error.code === 'no-command') stderr.write(`${error.cause}\n`);
  const askedForJson =
    args.includes('--json') || /^(1|true|yes|on)$/i.test(process.env['MLBENCH_JSON'] ?? '');
  if (askedForJson) stdout.write(`${printableJson(report.data)}\n`);
  // What reads a pipe wants a line an error.
  const { wrapLines } = await import('./terminal/text.ts');
  const shown = report.lines.map(harmlessLine);
  const lines = stderr.isTerminal ? wrapLines(shown, stderr.size().columns) : shown;
  stderr.write(`${lines.join('\n')}\n`);
  return report.exitCode;
}
