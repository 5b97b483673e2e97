import { loadModel } from '../model.ts';
import type { Settings } from '../settings.ts';
import { findSample } from './find-sample.ts';

/**
 * Loads the model in a folder and prints two lines of JSON: what the model is, then a request that it was asked with.
 * The second comes apart from the first: a model that crashes on a request has been loaded all the same.
 * @throws Error in one line: the model cannot be served
 */
export async function check(modelDirectory: string, settings: Settings): Promise<void> {
  const model = await loadModel({ ...settings, modelDirectory });
  print(model.info);
  print(await findSample(model, modelDirectory, settings.maxBodyBytes));
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
