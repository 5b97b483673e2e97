import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Clock } from '../core/clock.ts';
import { MlbenchError } from '../core/errors.ts';
import { exitCodes } from '../core/exit-codes.ts';
import { childEnvironment } from '../core/processes/child-environment.ts';

/** Where container engines are looked for and run. */
export interface ContainerEngineSurroundings {
  clock: Clock;
  signal: AbortSignal;
  /** PATH finds the container engine; DOCKER_HOST and the like reach it. It is given no more of this than that. */
  environment: NodeJS.ProcessEnv;
}

export interface ContainerEngineRun {
  /** Bounded: the container engine is ended after it. */
  timeoutMs: number;
  /** Over the surroundings' own. */
  environment?: Record<string, string>;
  /** Written to its standard input: where secrets go. */
  input?: string;
  /** Told of each line that it prints. */
  onLine?(line: string): void;
}

export interface ContainerEngineExit {
  /** 0: it did what it was asked. Null: a signal ended it. */
  code: number | null;
  stdout: string;
  /** The last lines of both outputs, oldest first. */
  lastLines: string[];
}

/**
 * Runs the container engine's command line to its end. It gets a process group of its own, which is ended as a whole:
 * by `signal`, when its time is up, and when this process exits.
 * @throws the signal's reason; MlbenchError `container-engine-timeout`; the system's error where it cannot be started
 * (ENOENT)
 */
export function runContainerEngine(
  command: string,
  args: readonly string[],
  run: ContainerEngineRun,
  { clock, signal, environment }: ContainerEngineSurroundings,
): Promise<ContainerEngineExit> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: { ...childEnvironment('container-engine', environment), ...run.environment },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    let timedOut = false;
    let killTimer = clock.after(run.timeoutMs, () => {
      timedOut = true;
      end();
    });
    const end = () => {
      signalGroup(child.pid, 'SIGTERM');
      killTimer.cancel();
      killTimer = clock.after(terminationTimeoutMs, () => signalGroup(child.pid, 'SIGKILL'));
    };
    const onExit = () => signalGroup(child.pid, 'SIGKILL');
    const release = () => {
      killTimer.cancel();
      signal.removeEventListener('abort', end);
      process.removeListener('exit', onExit);
    };
    signal.addEventListener('abort', end, { once: true });
    process.once('exit', onExit);

    const readOutput = collectOutput(child, run.onLine?.bind(run));
    // It may end before it has read everything.
    child.stdin.on('error', () => {});
    child.stdin.end(run.input ?? '');
    child.once('error', (error) => {
      release();
      reject(error);
    });
    child.once('close', (code) => {
      release();
      const output = readOutput();
      if (signal.aborted) reject(signal.reason);
      else if (timedOut) reject(tooSlow(command, args, run.timeoutMs));
      else resolve({ code, ...output });
    });
  });
}

const terminationTimeoutMs = 5_000;
const keptLines = 20;
const maxStdoutLength = 1_048_576;
const maxLineLength = 500;

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch {
    // It has ended.
  }
}

/** @returns to be called once, when both outputs have ended: what was printed */
function collectOutput(
  { stdout, stderr }: { stdout: Readable; stderr: Readable },
  tellLine: ((line: string) => void) | undefined,
): () => Pick<ContainerEngineExit, 'stdout' | 'lastLines'> {
  let kept = '';
  const lastLines: string[] = [];
  const onLine = (line: string) => {
    lastLines.push(line);
    if (lastLines.length > keptLines) lastLines.shift();
    tellLine?.(line);
  };
  stdout.setEncoding('utf8').on('data', (text: string) => {
    if (kept.length < maxStdoutLength) kept += text;
  });
  const flushes = [stdout, stderr].map((output) => readLines(output.setEncoding('utf8'), onLine));
  return () => {
    for (const flush of flushes) flush();
    return { stdout: kept, lastLines };
  };
}

/** @returns hands over an unfinished last line */
function readLines(output: NodeJS.ReadableStream, onLine: (line: string) => void): () => void {
  let rest = '';
  const tell = (text: string) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: container engines colour their output, also where it is no terminal
    const line = text.replace(/\x1b\[[0-9;]*[A-Za-z]/g, '').trim();
    if (line !== '') onLine(line.slice(0, maxLineLength));
  };
  output.on('data', (text: string) => {
    const lines = (rest + text).split(/[\r\n]+/);
    rest = (lines.pop() ?? '').slice(-maxLineLength);
    lines.forEach(tell);
  });
  return () => tell(rest);
}

function tooSlow(command: string, args: readonly string[], timeoutMs: number): MlbenchError {
  return new MlbenchError({
    code: 'container-engine-timeout',
    message: `${command} ${args[0] ?? ''} did not end within ${Math.round(timeoutMs / 1_000)} s and was ended`,
    remedy: `see whether the container engine is well: ${command} info`,
    source: 'user',
    exitCode: exitCodes.failed,
  });
}
