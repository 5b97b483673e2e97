import { join } from 'node:path';
import { defaultBaseImage } from '../../image/engine-arguments.ts';
import { ensureLocalImage } from '../../image/local-image.ts';
import type { LocalContainers, StandInOptions } from '../../localcloud/options.ts';
import type { CommandContext } from '../context.ts';

/**
 * What a stand-in with the runtime `docker` needs, before anything is made: a container engine that runs, and the
 * serving image in it.
 * @param baseImage null: `defaultBaseImage`
 * @returns null with the runtime `process`
 * @throws MlbenchError `no-engine`, `engine-stopped` and what a build throws
 */
export async function prepareContainers(
  { runtime }: StandInOptions,
  baseImage: string | null,
  context: CommandContext,
): Promise<LocalContainers | null> {
  if (runtime === 'process') return null;
  const { clock, signal, stateDir, emit } = context;
  let told = false;
  const { engine, reference, cpus } = await ensureLocalImage(baseImage ?? defaultBaseImage, {
    clock,
    signal,
    environment: process.env,
    scratchFolder: join(stateDir, 'scratch'),
    progress(doing) {
      if (!told) emit({ type: 'notice', level: 'info', message: `the serving image: ${doing}` });
      told = true;
    },
  });
  return { engine, image: reference, cpus };
}
