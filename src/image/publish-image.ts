import { type BuildSurroundings, buildImage, removeLocalImage } from './build-image.ts';
import { loginArguments, loginEnvironment, pushArguments } from './container-engine-arguments.ts';
import { registryFailure } from './container-engine-failure.ts';
import { type ContainerEngine, findContainerEngine } from './find-container-engine.ts';
import { prepareLoginFolder } from './login-folder.ts';
import { runContainerEngine } from './run-container-engine.ts';
import type { ServingImage } from './serving-image.ts';
import { withTemporaryFolder } from './temporary-folder.ts';

export interface Registry {
  /** Host, with its port if it has one. */
  server: string;
  username: string;
  password: string;
}

/**
 * Builds the image and pushes it. Logs in first, so that a refusal costs no build. Whatever happens, the login, the
 * context and the local name are gone afterwards.
 * @param reference `SERVER/REPOSITORY:TAG`
 * @throws MlbenchError of `findContainerEngine` and `buildImage`; `image-login-failed`, `image-push-failed`
 */
export async function publishImage(
  image: ServingImage,
  reference: string,
  registry: Registry,
  around: BuildSurroundings,
): Promise<void> {
  const containerEngine = await findContainerEngine(around);
  await withTemporaryFolder(around.scratchFolder, 'login', async (folder) => {
    prepareLoginFolder(folder, around.environment);
    await login(registry, folder, containerEngine, around);
    try {
      await buildImage(image, reference, containerEngine, around);
      await push(reference, folder, containerEngine, around);
    } finally {
      await removeLocalImage(reference, containerEngine, around);
    }
  });
}

const loginTimeoutMs = 60_000;
/** 130 MB on a slow line. */
const pushTimeoutMs = 30 * 60_000;

async function login(
  { server, username, password }: Registry,
  folder: string,
  containerEngine: ContainerEngine,
  around: BuildSurroundings,
): Promise<void> {
  const run = { timeoutMs: loginTimeoutMs, environment: loginEnvironment(folder), input: password };
  const exit = await runContainerEngine(
    containerEngine.command,
    loginArguments(username, server),
    run,
    around,
  );
  if (exit.code !== 0) throw registryFailure('login', containerEngine, server, exit);
}

async function push(
  reference: string,
  folder: string,
  containerEngine: ContainerEngine,
  around: BuildSurroundings,
): Promise<void> {
  const doing = `pushing to ${reference.split('/', 1)[0]}`;
  around.progress(doing);
  const run = {
    timeoutMs: pushTimeoutMs,
    environment: loginEnvironment(folder),
    onLine: () => around.progress(doing),
  };
  const exit = await runContainerEngine(
    containerEngine.command,
    pushArguments(containerEngine, reference),
    run,
    around,
  );
  if (exit.code !== 0) throw registryFailure('push', containerEngine, reference, exit);
}
