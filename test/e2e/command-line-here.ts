import { reportError } from '../../src/cli/error-report.ts';
import { readCommandLine } from '../../src/cli/program.ts';
import { runVerb } from '../../src/cli/run-verb.ts';
import { plainStyle } from '../../src/cli/terminal/style.ts';
import type { Output, Terminal } from '../../src/cli/terminal/terminal.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { Ended } from '../support/ended.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/**
 * `mlbench ARGS` in that folder, within this process and without its variables: for what is refused before anything starts. A
 * process of its own would take half a second of CPU time. One at a time.
 */
export async function mlbenchHere(folder: string, ...args: string[]): Promise<Ended> {
  const told = { stdout: '', stderr: '' };
  const before = signals.map((signal) => process.listeners(signal));
  const terminal = pipes(told);
  const back = process.cwd();
  // Files are named from the folder that a process works in.
  process.chdir(folder);
  try {
    const commandLine = await readCommandLine(args);
    if (commandLine.kind === 'text') throw new Error(`asks for help only: ${args.join(' ')}`);
    const abort = new AbortController();
    const surroundings = {
      clock: systemClock,
      terminal,
      abort,
      environment: {},
      folder,
      ignoresHangup: false,
    };
    return { exitCode: await runVerb(commandLine, surroundings), ...told };
  } catch (error) {
    const { exitCode, lines, data } = await reportError(error, plainStyle);
    if (args.includes('--json')) terminal.stdout.write(`${JSON.stringify(data)}\n`);
    terminal.stderr.write(`${lines.join('\n')}\n`);
    return { exitCode, ...told };
  } finally {
    process.chdir(back);
    // A process that ends leaves none behind.
    for (const [index, signal] of signals.entries()) {
      for (const listener of process.listeners(signal)) {
        if (!before[index]?.includes(listener)) process.off(signal, listener);
      }
    }
  }
}

function pipes(told: { stdout: string; stderr: string }): Terminal {
  const output = (name: 'stdout' | 'stderr'): Output => ({
    write: (text) => {
      told[name] += text;
    },
    isTerminal: false,
    size: () => ({ columns: 100, rows: 24 }),
    style: plainStyle,
    stream: process[name],
    flush: async () => {},
  });
  return {
    stdout: output('stdout'),
    stderr: output('stderr'),
    stdin: process.stdin,
    interactive: false,
    suspension: { add: () => () => {}, suspend() {} },
    withoutColour() {},
    onClosed() {},
    flush: async () => {},
  };
}
