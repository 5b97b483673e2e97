import type { Clock } from '../clock.ts';
import { spawnWithLifeline } from './with-lifeline.ts';

export interface BoundedRun {
  memoryBytes: number;
  timeMs: number;
  /** Of its standard output, and of its errors. */
  outputBytes: number;
  clock: Clock;
  signal?: AbortSignal | undefined;
  env?: NodeJS.ProcessEnv;
}

export interface BoundedExit {
  code: number | null;
  signal: string | null;
  /** The bound that ended it; null: it ended by itself, or was killed by somebody else. */
  exceeded: 'time' | 'space' | 'output' | null;
  stdout: string;
  /** Cut at the bound: enough for a reason. */
  stderr: string;
}

/**
 * Runs a program of ours to its end, with a lifeline and within bounds, out of the terminal's reach: a Ctrl-C or a
 * closed terminal is ours to answer.
 * @throws the system's error where it cannot be started
 */
export function runBounded(args: readonly string[], run: BoundedRun): Promise<BoundedExit> {
  const { memoryBytes, timeMs, outputBytes, clock, signal, env } = run;
  return new Promise((resolve, reject) => {
    // The lifeline's own clock is for when this process stands still (Ctrl-Z).
    const bounds = { memoryBytes, timeMs: timeMs + lifelineGraceMs };
    const child = spawnWithLifeline(args, bounds, { detached: true, ...(env && { env }) });
    let exceeded: BoundedExit['exceeded'] = null;
    let stdout = '';
    let stderr = '';
    const kill = () => child.kill('SIGKILL');
    const exceed = (bound: 'time' | 'output') => {
      exceeded ??= bound;
      kill();
    };
    const timer = clock.after(timeMs, () => exceed('time'));
    signal?.addEventListener('abort', kill, { once: true });
    if (signal?.aborted) kill();
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (stdout.length + text.length > outputBytes) exceed('output');
      else stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      // The end counts: the program's last line is the reason.
      stderr = (stderr + text).slice(-outputBytes);
    });
    const finish = () => {
      timer.cancel();
      signal?.removeEventListener('abort', kill);
    };
    child.once('error', (error) => {
      finish();
      reject(error);
    });
    child.once('close', (code, exitSignal) => {
      finish();
      const told = exitSignal === 'SIGKILL' ? /\nlifeline: (time|space)\n$/.exec(stderr)?.[1] : undefined;
      resolve({
        code,
        signal: exitSignal,
        exceeded: exceeded ?? (told as 'time' | 'space' | undefined) ?? null,
        stdout,
        stderr,
      });
    });
  });
}

const lifelineGraceMs = 5_000;
