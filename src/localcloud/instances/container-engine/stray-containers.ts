import { type Clock, sleep } from '../../../core/clock.ts';
import { removeArguments } from '../../../image/container-engine-arguments.ts';
import type { ContainerEngine } from '../../../image/find-container-engine.ts';
import { type ContainerEngineExit, runContainerEngine } from '../../../image/run-container-engine.ts';

/** The container engine's command line, for what takes no time and is not interrupted. */
export interface ContainerEngineControl {
  ask(...args: string[]): Promise<ContainerEngineExit>;
  /** Ends containers at once, by id or name. Those that are gone are no failure. */
  remove(...containers: string[]): Promise<void>;
}

export function controlContainerEngine(
  containerEngine: ContainerEngine,
  clock: Clock,
): ContainerEngineControl {
  const around = { clock, signal: new AbortController().signal, environment: process.env };
  const ask: ContainerEngineControl['ask'] = (...args) =>
    runContainerEngine(containerEngine.command, args, { timeoutMs: 30_000 }, around);
  return {
    ask,
    async remove(...containers) {
      await ask(...removeArguments(containerEngine, containers)).catch(() => {});
    },
  };
}

/**
 * Ends and removes the containers with that label, and no others. Looks until it has found none twice: the container
 * engine may be about to make one that was asked for before its caller died.
 * @param label `name=value`
 */
export async function removeContainers(
  label: string,
  { ask, remove }: ContainerEngineControl,
  clock: Clock,
): Promise<void> {
  let calm = 0;
  for (let round = 0; round < maxRounds && calm < 2; round++) {
    if (round > 0) await sleep(clock, pauseMs);
    const { code, stdout } = await ask('ps', '--all', '--quiet', '--no-trunc', '--filter', `label=${label}`);
    const ids = stdout.split(/\s+/).filter((id) => id !== '');
    if (code === 0 && ids.length > 0) await remove(...ids);
    calm = code === 0 && ids.length === 0 ? calm + 1 : 0;
  }
}

const maxRounds = 20;
const pauseMs = 500;
