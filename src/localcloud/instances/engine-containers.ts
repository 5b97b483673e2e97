import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type Clock, sleep } from '../../core/clock.ts';
import { builtProgram } from '../../core/package-paths.ts';
import type { LocalContainers } from '../options.ts';
import type { ContainerRuntime, ContainerSettings, RunningContainer } from './container.ts';
import {
  type ContainerLabels,
  containerPort,
  environmentFileOf,
  ownerLabel,
  runArguments,
  standInLabel,
} from './engine-run.ts';
import { type AskEngine, engineAsker, removeContainers } from './stray-containers.ts';
import { containerUsage } from './usage.ts';

/**
 * Runs each instance as a container of the model's image where the engine has it, else of the serving image. Removes what an
 * earlier stand-in of the same owner left, and starts the lifeline that does so for this one.
 */
export async function openEngineRuntime(
  { engine, image, cpus }: LocalContainers,
  around: { labels: ContainerLabels; clock: Clock; log(line: string): void },
): Promise<ContainerRuntime> {
  const { labels, clock, log } = around;
  const ask = engineAsker(engine.command, clock);
  await removeContainers(ownerLabel(labels.owner), ask, clock);
  const lifeline = startLifeline(engine.command, standInLabel(labels.standIn));
  let started = 0;
  return {
    start(settings) {
      const name = `mlbench-${labels.standIn.slice(0, 8)}-${settings.instanceId.replaceAll('/', '-')}-${++started}`;
      const prepare = async () => {
        const named =
          settings.image !== undefined && (await ask('image', 'inspect', settings.image)).code === 0;
        const chosen = named ? settings.image! : image;
        if (!named && settings.image !== image)
          log(
            `${settings.instanceId}: ${engine.command} has no image ${settings.image}: ${image} stands for it`,
          );
        const environment = { ...settings.environment, SAGEMAKER_BIND_TO_PORT: String(containerPort) };
        const environmentFile = join(settings.temporaryFolder, 'environment');
        writeFileSync(environmentFile, environmentFileOf(environment), { mode: 0o600 });
        openToAll(settings.modelFolder);
        return runArguments({
          name,
          instanceId: settings.instanceId,
          labels,
          image: chosen,
          type: settings.type,
          engineCpus: cpus,
          modelFolder: named && !settings.hasModelData ? null : settings.modelFolder,
          environmentFile,
          environment,
        });
      };
      return startInEngine(name, prepare, engine.command, { ask, clock, log: settings.log });
    },
    async close() {
      // It sweeps what is left, and ends by itself; where the engine has gone, it goes on trying for a while.
      const ended = new Promise((resolve) => lifeline.once('exit', resolve));
      lifeline.stdin?.end();
      await Promise.race([ended, sleep(clock, sweepTimeoutMs)]);
    },
  };
}

const sweepTimeoutMs = 4_000;

function startInEngine(
  name: string,
  prepare: () => Promise<string[]>,
  command: string,
  around: { ask: AskEngine; clock: Clock; log: ContainerSettings['log'] },
): RunningContainer {
  const { ask, clock, log } = around;
  const over = new AbortController();
  let client: ChildProcess | undefined;
  let found: { pid: number; id: string } | undefined;

  const run = async (): Promise<string> => {
    const args = await prepare();
    if (over.signal.aborted) return 'ended before it was started';
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      windowsHide: true,
    });
    client = child;
    const { stdout, stderr } = child as ChildProcess & { stdout: Readable; stderr: Readable };
    stdout.on('data', (chunk: Buffer) => log.write(chunk));
    stderr.on('data', (chunk: Buffer) => log.write(chunk));
    return new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (code, signal) => resolve(signal ? `ended by ${signal}` : exitText(code, command)));
    });
  };
  const exited = run()
    .catch((error: unknown) => (error instanceof Error ? error.message : String(error)))
    .then((how) => {
      over.abort();
      return how;
    });

  const findPort = async (): Promise<number> => {
    for (;;) {
      over.signal.throwIfAborted();
      const { code, stdout } = client
        ? await ask('port', name, String(containerPort))
        : { code: null, stdout: '' };
      const port = /127\.0\.0\.1:(\d+)/.exec(stdout)?.[1];
      if (code === 0 && port !== undefined) {
        found = await identify(name, ask);
        return Number(port);
      }
      await sleep(clock, 100, over.signal);
    }
  };
  const port = findPort().catch(() => {
    throw new Error('the container ended before it could be reached');
  });
  // Whoever does not wait for the port learns of the end through `exited`.
  port.catch(() => {});

  return {
    port,
    exited,
    kill(signal) {
      if (over.signal.aborted) return;
      if (!client) {
        over.abort();
        return;
      }
      if (signal === 'SIGTERM') void ask('kill', '--signal=TERM', name).catch(() => {});
      else void removeByName(name, ask).finally(() => client?.kill('SIGKILL'));
    },
    readUsage: () => found && containerUsage(found.pid, found.id),
  };
}

/** 125 is the engine's own; https://docs.docker.com/engine/containers/run/#exit-status */
function exitText(code: number | null, command: string): string {
  return code === 125 ? `${command} could not run it: its log says why` : `exit code ${code}`;
}

/** Ends it at once. Its client ends with it, but for one that has not made it yet. */
async function removeByName(name: string, ask: AskEngine): Promise<void> {
  await ask('rm', '--force', '--volumes', name).catch(() => {});
}

async function identify(name: string, ask: AskEngine): Promise<{ pid: number; id: string } | undefined> {
  const { code, stdout } = await ask('inspect', '--format', '{{.State.Pid}} {{.Id}}', name);
  const [pid, id] = stdout.trim().split(' ');
  return code === 0 && id ? { pid: Number(pid), id } : undefined;
}

function startLifeline(command: string, label: string): ChildProcess {
  const program = builtProgram('container-lifeline');
  return spawn(process.execPath, [program, JSON.stringify({ command, label })], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // Not in the stand-in's process group: what ends that must not end this.
    detached: true,
    windowsHide: true,
  });
}

/** The image's user is nobody: a model that a strict umask closed would be closed to it. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToAll(path);
    else if (entry.isFile()) chmodSync(path, 0o644);
  }
}
