import { join } from 'node:path';
import { writeContext } from './build-context.ts';
import { buildCommand } from './container-engine-arguments.ts';
import { buildFailure } from './container-engine-failure.ts';
import type { ContainerEngine } from './find-container-engine.ts';
import { type ContainerEngineSurroundings, runContainerEngine } from './run-container-engine.ts';
import type { ServingImage } from './serving-image.ts';
import { withTemporaryFolder } from './temporary-folder.ts';

export interface BuildSurroundings extends ContainerEngineSurroundings {
  /**
   * The context lies here while it is built: below the user's home, where the virtual machines of podman and finch see
   * it.
   */
  scratchFolder: string;
  /** Told what is done, again and again while it is. */
  progress(doing: string): void;
}

/**
 * Builds the image under that name in the container engine; no context is left behind.
 * @param reference `REPOSITORY:TAG`
 * @throws MlbenchError `image-build-failed`, `base-image`, `container-engine-timeout`
 */
export async function buildImage(
  image: ServingImage,
  reference: string,
  containerEngine: ContainerEngine,
  around: BuildSurroundings,
): Promise<void> {
  const { scratchFolder, progress } = around;
  progress(`building with ${containerEngine.command}`);
  const buildx = containerEngine.dialect === 'docker' && (await hasBuildx(containerEngine, around));
  await withTemporaryFolder(scratchFolder, 'image', async (scratch) => {
    const folder = join(scratch, 'context');
    writeContext(folder, image.files);
    const { platform, baseImage } = image;
    const { args, environment } = buildCommand(
      containerEngine,
      { platform, baseImage, reference, folder },
      buildx,
    );
    const exit = await runContainerEngine(
      containerEngine.command,
      args,
      {
        timeoutMs: buildTimeoutMs,
        environment,
        onLine: () => progress(`building with ${containerEngine.command}`),
      },
      around,
    );
    if (exit.code !== 0) throw buildFailure(containerEngine, exit, baseImage);
  });
}

/** Takes the name away again, and with it what no other image needs. */
export async function removeLocalImage(
  reference: string,
  containerEngine: ContainerEngine,
  around: ContainerEngineSurroundings,
): Promise<void> {
  // Also after a Ctrl-C: nothing is left.
  const signal = new AbortController().signal;
  await runContainerEngine(
    containerEngine.command,
    ['rmi', reference],
    { timeoutMs: 30_000 },
    { ...around, signal },
  ).catch(() => {});
}

/** A slow line has the base image to fetch first. */
const buildTimeoutMs = 20 * 60_000;

async function hasBuildx(
  { command }: ContainerEngine,
  around: ContainerEngineSurroundings,
): Promise<boolean> {
  return (await runContainerEngine(command, ['buildx', 'version'], { timeoutMs: 20_000 }, around)).code === 0;
}
