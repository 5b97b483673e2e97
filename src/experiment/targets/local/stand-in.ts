import {
  defaultStandInOptions,
  type LocalContainers,
  overStandIn,
  type StandInOptions,
} from '../../../localcloud/options.ts';
import {
  differentOption,
  findStandIn,
  type StandIn,
  startStandIn,
  stopStandIn,
} from '../../../localcloud/process.ts';
import { type EnsuredResource, ensureAll } from '../../../resources/engine/ensure-all.ts';
import { declare } from '../../../resources/engine/resource.ts';
import { backgroundKind } from '../../../resources/kinds/background.ts';
import { resourceEngineOf } from '../../context/cloud.ts';
import type { CommandContext } from '../../context/context.ts';
import { experimentsOn } from '../../settings/experiments.ts';
import type { UpOptions } from '../../settings/up-options.ts';
import type { UpSettings } from '../../settings/up-settings.ts';
import { processKinds } from './dead-cloud.ts';

/**
 * The options of the stand-in that runs, if it agrees with what was named now, else those to start one with.
 * @throws MlbenchError naming the option that the running one was started without (exit code 2)
 */
export function decideStandIn(
  settings: UpSettings,
  options: UpOptions,
  running: StandIn | undefined,
  region: string,
): StandInOptions {
  if (!running?.healthy) return { ...overStandIn(defaultStandInOptions, settings.standIn), region };
  const named = overStandIn({ ...running.options, port: 0 }, options.standIn ?? {});
  const difference = differentOption(running, { ...named, region });
  if (difference) throw difference;
  return running.options;
}

export async function ensureStandIn(
  options: StandInOptions,
  containers: LocalContainers | null,
  context: CommandContext,
): Promise<EnsuredResource<StandIn>> {
  const standIn = declare(standInKind(context, containers), {}, () => ({ name: 'local', options }));
  const results = await ensureAll([standIn], resourceEngineOf(context, null));
  return results.get(standIn) as EnsuredResource<StandIn>;
}

/**
 * The stand-in as a resource: any that runs will do; the last experiment on one that `up` started stops it.
 * @param containers for one that must be started
 */
export function standInKind(context: CommandContext, containers: LocalContainers | null = null) {
  const { stateDir, ledger, clock, signal } = context;
  return backgroundKind<StandInOptions, StandIn>({
    kind: processKinds.standIn,
    control: {
      start: async (options) =>
        (await startStandIn(stateDir, options, { clock, signal, startedBy: 'up', containers })).standIn,
      async find() {
        const found = await findStandIn(stateDir);
        return found && { process: found, healthy: found.healthy };
      },
      stop: () => stopStandIn(stateDir, { clock }),
    },
    agrees: () => true,
    mayStop: (running) =>
      running.startedBy === 'up' &&
      experimentsOn('local', ledger.read()).every((name) => name === context.experiment),
  });
}
