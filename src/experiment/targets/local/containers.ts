import { join } from 'node:path';
import { defaultBaseImage } from '../../../image/container-engine-arguments.ts';
import { ensureLocalImage } from '../../../image/local-image.ts';
import type { LocalContainers, StandInOptions } from '../../../localcloud/options.ts';
import type { CommandContext } from '../../context/context.ts';

/**
 * What a stand-in with the runtime `docker` needs, before anything is made: a container engine that runs, and the
 * serving image in it.
 * @param baseImage null: `defaultBaseImage`
 * @returns null with the runtime `process`
 * @throws MlbenchError `no-container-engine`, `container-engine-stopped` and what a build throws
 */
export async function prepareContainers(
  { runtime }: StandInOptions,
  baseImage: string | null,
  context: CommandContext,
): Promise<LocalContainers | null> {
  if (runtime === 'process') return null;
  const { clock, signal, stateDir, emit } = context;
  let told = false;
  const { containerEngine, reference, cpus } = await ensureLocalImage(baseImage ?? defaultBaseImage, {
    clock,
    signal,
    environment: process.env,
    scratchFolder: join(stateDir, 'scratch'),
    progress(doing) {
      if (!told) emit({ type: 'notice', level: 'info', message: `the serving image: ${doing}` });
      told = true;
    },
  });
  return { containerEngine, image: reference, cpus };
}
