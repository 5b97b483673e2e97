import { MlbenchError } from '../core/errors.ts';
import { type BuildSurroundings, buildImage } from './build-image.ts';
import { type ContainerEngine, findEngine } from './find-container-engine.ts';
import type { Platform } from './platform.ts';
import { type EngineSurroundings, runEngine } from './run-container-engine.ts';
import { servingImage } from './serving-image.ts';

export interface LocalImage {
  engine: ContainerEngine;
  /** `mlbench-serving:HASH`, in the engine. */
  reference: string;
  /** CPUs that the engine has. */
  cpus: number;
}

/**
 * The serving image in an engine of this machine, for the engine's own platform; built unless it has one of this content. It stays
 * there, for the next time.
 * @throws MlbenchError of `findEngine` and `buildImage`
 */
export async function ensureLocalImage(baseImage: string, around: BuildSurroundings): Promise<LocalImage> {
  const engine = await findEngine(around);
  const { platform, cpus } = await askMachine(engine, around);
  const image = servingImage(platform, baseImage);
  const reference = `mlbench-serving:${image.contentHash.slice(0, 12)}`;
  const look = { timeoutMs: 20_000 };
  const inspected = await runEngine(engine.command, ['image', 'inspect', reference], look, around);
  if (inspected.code !== 0) await buildImage(image, reference, engine, around);
  return { engine, reference, cpus };
}

async function askMachine(
  { command, dialect }: ContainerEngine,
  around: EngineSurroundings,
): Promise<{ platform: Platform; cpus: number }> {
  const format = dialect === 'podman' ? '{{.Host.Arch}} {{.Host.CPUs}}' : '{{.Architecture}} {{.NCPU}}';
  const { stdout } = await runEngine(command, ['info', '--format', format], { timeoutMs: 20_000 }, around);
  const [architecture, cpus] = stdout.trim().split(' ');
  const platform = platformNames[architecture ?? ''];
  if (platform && Number(cpus) > 0) return { platform, cpus: Number(cpus) };
  throw new MlbenchError({
    code: 'engine-platform',
    message: `${command} runs on "${architecture}" with "${cpus}" CPUs: the serving image is for linux/amd64 and linux/arm64`,
    remedy: 'use --local-runtime process',
    source: 'user',
  });
}

const platformNames: Record<string, Platform> = {
  x86_64: 'linux/amd64',
  amd64: 'linux/amd64',
  aarch64: 'linux/arm64',
  arm64: 'linux/arm64',
};
