import { MlbenchError } from '../core/errors.ts';
import { exitCodes } from '../core/exit-codes.ts';
import { interruption, isAbortion, reportError } from './error-report.ts';
import { readCommandLine } from './program.ts';
import { processTerminal } from './terminal.ts';

const args = process.argv.slice(2);
const abort = new AbortController();
const askedForJson = args.includes('--json') || /^(1|true|yes|on)$/i.test(process.env['MLBENCH_JSON'] ?? '');
const terminal = processTerminal(process.env, args.includes('--no-color'));

process.on('uncaughtException', async (error) => process.exit(await fail(error)));
process.on('unhandledRejection', async (error) => process.exit(await fail(error)));
const exitCode = await main();
await terminal.flush();
// Connections kept alive and timers of libraries must not hold the process.
process.exit(exitCode);

/** From arguments to exit code. Everything heavy is loaded once a verb needs it. */
async function main(): Promise<number> {
  try {
    const commandLine = await readCommandLine(args);
    if (commandLine.kind === 'text') {
      terminal.stdout.write(commandLine.text);
      return exitCodes.ok;
    }
    const { runVerb } = await import('./run-verb.ts');
    return await runVerb(commandLine, { terminal, abort, environment: process.env, folder: process.cwd() });
  } catch (error) {
    return await fail(error);
  }
}

async function fail(error: unknown): Promise<number> {
  const report = await reportError(
    isAbortion(error, abort.signal) ? interruption() : error,
    terminal.stderr.style,
  );
  if (error instanceof MlbenchError && error.code === 'no-command') terminal.stderr.write(`${error.cause}\n`);
  if (askedForJson) terminal.stdout.write(`${JSON.stringify(report.data)}\n`);
  terminal.stderr.write(`${report.lines.join('\n')}\n`);
  return report.exitCode;
}
