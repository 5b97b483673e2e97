import { MlbenchError } from '../core/errors.ts';
import { type BuildSurroundings, buildImage } from './build-image.ts';
import { type ContainerEngine, findContainerEngine } from './find-container-engine.ts';
import type { Platform } from './platform.ts';
import { type ContainerEngineSurroundings, runContainerEngine } from './run-container-engine.ts';
import { servingImage } from './serving-image.ts';

export interface LocalImage {
  containerEngine: ContainerEngine;
  /** `mlbench-serving:HASH`, in the container engine. */
  reference: string;
  /** CPUs that the container engine has. */
  cpus: number;
}

/**
 * The serving image in a container engine of this machine, for the container engine's own platform; built unless it has
 * one of this content. It stays there, for the next time.
 * @throws MlbenchError of `findContainerEngine` and `buildImage`
 */
export async function ensureLocalImage(baseImage: string, around: BuildSurroundings): Promise<LocalImage> {
  const containerEngine = await findContainerEngine(around);
  const { platform, cpus } = await askMachine(containerEngine, around);
  const image = servingImage(platform, baseImage);
  const reference = `mlbench-serving:${image.contentHash.slice(0, 12)}`;
  const look = { timeoutMs: 20_000 };
  const inspected = await runContainerEngine(
    containerEngine.command,
    ['image', 'inspect', reference],
    look,
    around,
  );
  if (inspected.code !== 0) await buildImage(image, reference, containerEngine, around);
  return { containerEngine, reference, cpus };
}

async function askMachine(
  { command, dialect }: ContainerEngine,
  around: ContainerEngineSurroundings,
): Promise<{ platform: Platform; cpus: number }> {
  const format = dialect === 'podman' ? '{{.Host.Arch}} {{.Host.CPUs}}' : '{{.Architecture}} {{.NCPU}}';
  const { stdout } = await runContainerEngine(
    command,
    ['info', '--format', format],
    { timeoutMs: 20_000 },
    around,
  );
  const [architecture, cpus] = stdout.trim().split(' ');
  const platform = platformNames[architecture ?? ''];
  if (platform && Number(cpus) > 0) return { platform, cpus: Number(cpus) };
  throw new MlbenchError({
    code: 'container-engine-platform',
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
