import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { type Clock, sleep } from '../../../core/clock.ts';
import { childEnvironment } from '../../../core/processes/child-environment.ts';
import type { BoundedLog } from '../bounded-log.ts';
import type { RunningContainer } from '../container.ts';
import { containerUsage } from '../usage.ts';
import { containerPort } from './run-arguments.ts';
import type { ContainerEngineControl } from './stray-containers.ts';

/**
 * One container, as its client in the foreground: the client's output is the container's, and it ends with it.
 * @param prepare the arguments of the client, which name the container `name`
 */
export function startForegroundContainer(
  name: string,
  prepare: () => Promise<string[]>,
  command: string,
  around: { control: ContainerEngineControl; clock: Clock; log: Pick<BoundedLog, 'write'> },
): RunningContainer {
  const { control, clock, log } = around;
  const { ask } = control;
  const over = new AbortController();
  let client: ChildProcess | undefined;
  let found: { pid: number; id: string } | undefined;

  const run = async (): Promise<string> => {
    const args = await prepare();
    if (over.signal.aborted) return 'ended before it was started';
    client = spawnClient(command, args);
    return endOf(client, command, log);
  };
  const exited = run()
    .catch((error: unknown) => (error instanceof Error ? error.message : String(error)))
    .then((how) => {
      over.abort();
      return how;
    });

  const reach = async (): Promise<number> => {
    const port = await findPort(name, () => client !== undefined, { ask, clock, over: over.signal });
    found = await identify(name, ask);
    return port;
  };
  const port = reach().catch(() => {
    throw new Error('the container ended before it could be reached');
  });
  // Whoever does not wait for the port learns of the end through `exited`.
  port.catch(() => {});

  /** Again and again where the container engine is still making it; the caller kills it after a while. */
  const terminate = async (): Promise<void> => {
    while (!over.signal.aborted && (await ask('kill', '--signal=TERM', name)).code !== 0)
      await sleep(clock, 200, over.signal);
  };

  return {
    port,
    exited,
    kill(signal) {
      if (over.signal.aborted) return;
      if (!client) {
        over.abort();
        return;
      }
      if (signal === 'SIGTERM') void terminate().catch(() => {});
      else void control.remove(name).finally(() => client?.kill('SIGKILL'));
    },
    readUsage: () => found && containerUsage(found.pid, found.id),
  };
}

function spawnClient(command: string, args: readonly string[]): ChildProcess {
  return spawn(command, args, {
    env: childEnvironment('container-engine'),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    windowsHide: true,
  });
}

/** Its output goes to the log. @returns how it ended, in words */
function endOf(client: ChildProcess, command: string, log: Pick<BoundedLog, 'write'>): Promise<string> {
  const { stdout, stderr } = client as ChildProcess & { stdout: Readable; stderr: Readable };
  stdout.on('data', (chunk: Buffer) => log.write(chunk));
  stderr.on('data', (chunk: Buffer) => log.write(chunk));
  return new Promise((resolve) => {
    client.once('error', (error) => resolve(error.message));
    client.once('close', (code, signal) => resolve(signal ? `ended by ${signal}` : exitText(code, command)));
  });
}

/** Asks until the container engine tells it. @throws the signal's reason */
async function findPort(
  name: string,
  isStarted: () => boolean,
  { ask, clock, over }: { ask: ContainerEngineControl['ask']; clock: Clock; over: AbortSignal },
): Promise<number> {
  for (;;) {
    over.throwIfAborted();
    const { code, stdout } = isStarted()
      ? await ask('port', name, String(containerPort))
      : { code: null, stdout: '' };
    const port = /127\.0\.0\.1:(\d+)/.exec(stdout)?.[1];
    if (code === 0 && port !== undefined) return Number(port);
    await sleep(clock, 100, over);
  }
}

/** 125 is the container engine's own; https://docs.docker.com/engine/containers/run/#exit-status */
function exitText(code: number | null, command: string): string {
  return code === 125 ? `${command} could not run it: its log says why` : `exit code ${code}`;
}

async function identify(
  name: string,
  ask: ContainerEngineControl['ask'],
): Promise<{ pid: number; id: string } | undefined> {
  const { code, stdout } = await ask('inspect', '--format', '{{.State.Pid}} {{.Id}}', name);
  const [pid, id] = stdout.trim().split(' ');
  return code === 0 && id ? { pid: Number(pid), id } : undefined;
}
