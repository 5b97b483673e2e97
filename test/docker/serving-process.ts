import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { builtProgram } from '../../src/core/package-paths.ts';

/** The built serving program in a process of its own, on a port of the system's choice. */
export interface ServingProcess {
  url: string;
  port: number;
  child: ChildProcess;
  /** Resolves with the first log line of that event, one already written included. */
  event(name: string): Promise<Record<string, unknown>>;
  events: readonly Record<string, unknown>[];
  /** SIGTERM, unless it has ended; resolves with exit code and signal. */
  stop(): Promise<{ code: number | null; signal: string | null }>;
  ended: Promise<{ code: number | null; signal: string | null; stderr: string }>;
}

export async function startServing(
  modelDirectory: string,
  environment: Record<string, string> = {},
  program = builtProgram('serving/serve'),
): Promise<ServingProcess> {
  const child = spawn(process.execPath, [program, 'serve'], {
    env: {
      PATH: process.env['PATH'],
      SAGEMAKER_BIND_TO_PORT: '0',
      MLBENCH_BIND_HOST: '127.0.0.1',
      SM_MODEL_DIR: modelDirectory,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const events: Record<string, unknown>[] = [];
  const waiters = new Set<() => void>();
  createInterface({ input: child.stdout! }).on('line', (text) => {
    events.push(JSON.parse(text) as Record<string, unknown>);
    for (const wake of waiters) wake();
  });
  let stderr = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = once(child, 'close').then(([code, signal]) => {
    for (const wake of waiters) wake();
    return { code, signal, stderr } as { code: number | null; signal: string | null; stderr: string };
  });
  const event = (name: string) =>
    new Promise<Record<string, unknown>>((resolve, reject) => {
      const look = () => {
        const found = events.find((line) => line['event'] === name);
        const hasEnded = child.exitCode !== null || child.signalCode !== null;
        if (!found && !hasEnded) return;
        waiters.delete(look);
        if (found) resolve(found);
        else reject(new Error(`ended before "${name}": ${stderr}`));
      };
      waiters.add(look);
      look();
    });
  const { port } = (await event('listening')) as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    child,
    event,
    events,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      return await ended;
    },
    ended,
  };
}
