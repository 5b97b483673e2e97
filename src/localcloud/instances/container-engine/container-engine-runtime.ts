import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, sleep } from '../../../core/clock.ts';
import { builtProgram } from '../../../core/package-paths.ts';
import { childEnvironment } from '../../../core/processes/child-environment.ts';
import type { ContainerEngine } from '../../../image/find-container-engine.ts';
import { carriedCode } from '../../access/carried-code.ts';
import type { ContainerRuntime, ContainerSettings } from '../container.ts';
import { startForegroundContainer } from './foreground-container.ts';
import {
  type ContainerLabels,
  containerPort,
  environmentFileOf,
  ownerLabel,
  runArguments,
  standInLabel,
} from './run-arguments.ts';
import { controlContainerEngine, removeContainers } from './stray-containers.ts';

/** What containers are run with and of. */
export interface ContainerSupply {
  containerEngine: ContainerEngine;
  /** The serving image, in the container engine: for models whose own image the container engine does not have. */
  image: string;
  /** How many the container engine has. */
  cpus: number;
}

/**
 * Runs each instance as a container of the model's image where the container engine has it, else of the serving image.
 * Removes what an earlier stand-in of the same owner left, and starts the lifeline that does so for this one.
 */
export async function openContainerEngineRuntime(
  { containerEngine, image, cpus }: ContainerSupply,
  around: { labels: ContainerLabels; clock: Clock; log(line: string): void },
): Promise<ContainerRuntime> {
  const { labels, clock, log } = around;
  const control = controlContainerEngine(containerEngine, clock);
  await removeContainers(ownerLabel(labels.owner), control, clock);
  const lifeline = startLifeline(containerEngine, standInLabel(labels.standIn));
  let started = 0;
  return {
    isolates: true,
    carriedCode: (named) => carriedCode(named, image),
    start(settings) {
      const name = `mlbench-${labels.standIn.slice(0, 8)}-${settings.instanceId.replaceAll('/', '-')}-${++started}`;
      const prepare = async () => {
        const named = settings.image ?? image;
        // A name that begins with a dash would be an option to the container engine.
        const isName = /^[a-z\d]/i.test(named);
        const hasNamed =
          named === image || (isName && (await control.ask('image', 'inspect', named)).code === 0);
        if (!hasNamed)
          log(
            `${settings.instanceId}: ${containerEngine.command} has no image ${named}: ${image} stands for it`,
          );
        const chosen = hasNamed ? named : image;
        refuseStranger(carriedCode(chosen, image), settings);
        const own = { SAGEMAKER_BIND_TO_PORT: String(containerPort), MLBENCH_LOOPBACK_ONLY: '1' };
        const environment = { ...settings.environment, ...own };
        const environmentFile = join(settings.temporaryFolder, 'environment');
        writeFileSync(environmentFile, environmentFileOf(environment), { mode: 0o600 });
        openToAll(settings.modelFolder);
        return runArguments({
          name,
          instanceId: settings.instanceId,
          labels,
          image: chosen,
          type: settings.type,
          containerEngineCpus: cpus,
          modelFolder: chosen !== image && !settings.hasModelData ? null : settings.modelFolder,
          environmentFile,
          environment,
        });
      };
      return startForegroundContainer(name, prepare, containerEngine.command, {
        control,
        clock,
        log: settings.log,
      });
    },
    async close() {
      // It sweeps what is left, and ends by itself; where the container engine has gone, it goes on trying for a while.
      const ended = new Promise((resolve) => lifeline.once('exit', resolve));
      lifeline.stdin?.end();
      await Promise.race([ended, sleep(clock, sweepTimeoutMs)]);
    },
  };
}

/** The operations have asked already: here it starts. */
function refuseStranger(code: string | undefined, { isUsers }: ContainerSettings): void {
  if (code !== undefined && !isUsers) throw new Error(`${code} was not brought by the user`);
}

const sweepTimeoutMs = 4_000;

function startLifeline(containerEngine: ContainerEngine, label: string): ChildProcess {
  const program = builtProgram('container-lifeline');
  return spawn(process.execPath, [program, JSON.stringify({ containerEngine, label })], {
    env: childEnvironment('container-engine'),
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
