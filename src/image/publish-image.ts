import { type BuildSurroundings, buildImage, removeLocalImage } from './build-image.ts';
import { loginArguments, loginEnvironment, pushArguments } from './container-engine-arguments.ts';
import { registryFailure } from './container-engine-failure.ts';
import { type ContainerEngine, findEngine } from './find-container-engine.ts';
import { loginPrefix, prepareLoginFolder } from './login-folder.ts';
import { runEngine } from './run-container-engine.ts';
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
 * @throws MlbenchError of `findEngine` and `buildImage`; `image-login-failed`, `image-push-failed`
 */
export async function publishImage(
  image: ServingImage,
  reference: string,
  registry: Registry,
  around: BuildSurroundings,
): Promise<void> {
  const engine = await findEngine(around);
  await withTemporaryFolder(around.scratchFolder, loginPrefix, async (folder) => {
    prepareLoginFolder(folder, around.environment);
    await login(registry, folder, engine, around);
    try {
      await buildImage(image, reference, engine, around);
      await push(reference, folder, engine, around);
    } finally {
      await removeLocalImage(reference, engine, around);
    }
  });
}

const loginTimeoutMs = 60_000;
/** 130 MB on a slow line. */
const pushTimeoutMs = 30 * 60_000;

async function login(
  { server, username, password }: Registry,
  folder: string,
  engine: ContainerEngine,
  around: BuildSurroundings,
): Promise<void> {
  const run = { timeoutMs: loginTimeoutMs, environment: loginEnvironment(folder), input: password };
  const exit = await runEngine(engine.command, loginArguments(username, server), run, around);
  if (exit.code !== 0) throw registryFailure('login', engine, server, exit);
}

async function push(
  reference: string,
  folder: string,
  engine: ContainerEngine,
  around: BuildSurroundings,
): Promise<void> {
  const doing = `pushing to ${reference.split('/', 1)[0]}`;
  around.progress(doing);
  const run = {
    timeoutMs: pushTimeoutMs,
    environment: loginEnvironment(folder),
    onLine: () => around.progress(doing),
  };
  const exit = await runEngine(engine.command, pushArguments(engine, reference), run, around);
  if (exit.code !== 0) throw registryFailure('push', engine, reference, exit);
}
