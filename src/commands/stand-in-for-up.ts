import { defaultStandInOptions, type LocalContainers, type StandInOptions } from '../localcloud/options.ts';
import { differentOption, type StandIn } from '../localcloud/process.ts';
import { type EnsuredResource, ensureAll } from '../resources/engine/ensure-all.ts';
import { declare } from '../resources/engine/resource.ts';
import type { CommandContext } from './context.ts';
import { engineOf } from './engine-context.ts';
import { standInKind } from './local-processes.ts';
import type { UpOptions } from './up-options.ts';
import type { UpSettings } from './up-settings.ts';

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
  const over = (base: StandInOptions, asked: Partial<StandInOptions> = {}): StandInOptions => ({
    ...base,
    ...asked,
    capacity: { ...base.capacity, ...asked.capacity },
    region,
  });
  if (!running?.healthy) return over(defaultStandInOptions, settings.standIn);
  const difference = differentOption(running, over({ ...running.options, port: 0 }, options.standIn));
  if (difference) throw difference;
  return running.options;
}

export async function ensureStandIn(
  options: StandInOptions,
  containers: LocalContainers | null,
  context: CommandContext,
): Promise<EnsuredResource<StandIn>> {
  const standIn = declare(standInKind(context, containers), {}, () => ({ name: 'local', options }));
  const results = await ensureAll([standIn], engineOf(context, null));
  return results.get(standIn) as EnsuredResource<StandIn>;
}
