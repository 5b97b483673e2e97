import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { chooseModelFile, descriptionPathFor } from '../../src/core/model/model-layout.ts';
import { type Backend, chooseBackend, type InferenceSession, type Tensor } from './backend.ts';
import {
  assignRoles,
  type ModelDescription,
  noDescription,
  type OutputRoles,
  readDescription,
} from './description.ts';
import { buildFeeds, type Feeds, rowContext } from './feeds.ts';
import { oneLine } from './log.ts';
import { type Unzipped, unzipped } from './onnx/zip-maps.ts';
import { type Prediction, readPredictions } from './predictions.ts';
import { badRequest, RequestError } from './request-error.ts';
import type { Row, RowContext } from './rows.ts';
import type { Settings } from './settings.ts';
import { readSignature, rowSize, type Signature } from './signature.ts';

/** A loaded model. */
export interface Model {
  /** What `check` prints. */
  info: ModelInfo;
  context: RowContext;
  /** One prediction a row, in order. @throws RequestError */
  predict(rows: readonly Row[], bodyBytes?: number): Promise<Prediction[]>;
}

interface ModelInfo {
  /** Relative to the model directory. */
  file: string;
  name: string | null;
  backend: string;
  inputs: { name: string; type: string; rowShape: (number | null)[] }[];
  outputs: { name: string; type: string; shape: (number | null)[] }[];
  /** Outputs that answers leave out. */
  unserved: { name: string; type: string }[];
  batch: Signature['batch'];
  features: string[] | null;
  labels: string[] | null;
}

/** @throws Error in one line: no model, a broken one, or one that cannot be served */
export async function loadModel(
  settings: Pick<Settings, 'modelDirectory' | 'backend' | 'inferenceThreads'>,
): Promise<Model> {
  const directory = settings.modelDirectory;
  const files = listFiles(directory);
  const choice = chooseModelFile(files);
  if ('problem' in choice) throw new Error(`no model in ${directory}: ${choice.problem}`);
  const descriptionFile = descriptionPathFor(choice.path);
  const description = files.includes(descriptionFile)
    ? readDescription(join(directory, descriptionFile))
    : noDescription;
  const backend = await chooseBackend(settings.backend, settings.inferenceThreads);
  const { session, classes } = await openServable(backend, join(directory, choice.path));
  const signature = readSignature(session, classes);
  const roles = assignRoles(description, signature);
  const run = sessionRunner(backend, session, signature);
  await warmUp(run, signature);
  return {
    info: {
      file: choice.path,
      name: description.name ?? null,
      backend: backend.name,
      inputs: signature.inputs.map(({ name, type, rowShape }) => ({ name, type, rowShape })),
      outputs: signature.outputs,
      unserved: signature.unserved,
      batch: signature.batch,
      features: description.features ?? null,
      labels: description.labels ?? null,
    },
    context: rowContext(signature, description),
    predict: (rows, bodyBytes) => predict(rows, bodyBytes, { signature, description, roles, run }),
  };
}

type Run = (feeds: Feeds) => Promise<Record<string, Tensor>>;

interface Loaded {
  signature: Signature;
  description: ModelDescription;
  roles: OutputRoles;
  run: Run;
}

async function predict(
  rows: readonly Row[],
  bodyBytes: number | undefined,
  { signature, description, roles, run }: Loaded,
): Promise<Prediction[]> {
  const { batch } = signature;
  if (batch.kind === 'exactly' && rows.length !== batch.rows) {
    throw badRequest(`the model takes exactly ${batch.rows} instances a request, not ${rows.length}`);
  }
  if (batch.kind !== 'one') {
    const outputs = await run(buildFeeds(rows, signature, description, bodyBytes));
    return readPredictions(outputs, rows.length, description, roles, signature);
  }
  const feeds = rows.map((row) => buildFeeds([row], signature, description, bodyBytes));
  const predictions: Prediction[] = [];
  for (const feed of feeds) {
    predictions.push(...readPredictions(await run(feed), 1, description, roles, signature));
  }
  return predictions;
}

/** Opened once more without its ZipMaps, if it has any: what they give cannot be fetched. */
async function openServable(
  backend: Backend,
  path: string,
): Promise<{ session: InferenceSession; classes: Unzipped['classes'] }> {
  const session = await openSession(backend, path);
  const edited = session.outputMetadata.every(({ isTensor }) => isTensor)
    ? null
    : unzipped(readFileSync(path));
  if (edited === null) return { session, classes: new Map() };
  await session.release();
  return { session: await openSession(backend, path, edited.onnx), classes: edited.classes };
}

async function openSession(backend: Backend, path: string, bytes?: Uint8Array): Promise<InferenceSession> {
  const { runtime, sessionOptions } = backend;
  try {
    if (backend.readsExternalData && bytes === undefined) {
      return await runtime.InferenceSession.create(path, sessionOptions);
    }
    return await runtime.InferenceSession.create(bytes ?? readFileSync(path), {
      ...sessionOptions,
      externalData: externalData(dirname(path), basename(path)),
    });
  } catch (error) {
    throw new Error(`ONNX Runtime cannot load ${basename(path)}: ${oneLine(error)}`);
  }
}

/** Large models keep their weights in files beside the `.onnx` one. */
function externalData(directory: string, modelName: string): { path: string; data: Uint8Array }[] {
  return listFiles(directory)
    .filter((file) => file !== modelName && !/\.(?:onnx|json|md|txt|tar|gz|py)$/i.test(file))
    .map((file) => ({ path: file, data: readFileSync(join(directory, file)) }));
}

function sessionRunner(backend: Backend, session: InferenceSession, signature: Signature): Run {
  const { Tensor: TensorClass } = backend.runtime;
  // Outputs that are no tensors cannot be fetched; asking by name leaves them out.
  const wanted = signature.outputs.map((output) => output.name);
  return async (feeds) => {
    const tensors: Record<string, Tensor> = {};
    for (const [name, feed] of Object.entries(feeds)) {
      tensors[name] = new TensorClass(feed.type as 'float32', feed.data as Float32Array, feed.dims);
    }
    try {
      return (await session.run(tensors, wanted)) as Record<string, Tensor>;
    } catch (error) {
      throw new RequestError(500, `the model failed: ${oneLine(error)}`);
    }
  };
}

/** The first inference pays for allocations and code generation; better before /ping says ready than in a request. */
async function warmUp(run: Run, signature: Signature): Promise<void> {
  const isEasy = signature.inputs.every((input) => {
    const size = rowSize(input);
    return size !== null && size <= 1_000_000 && input.type !== 'string';
  });
  if (!isEasy) return;
  const rows = signature.batch.kind === 'exactly' ? signature.batch.rows : 1;
  const zeros = (shape: readonly (number | null)[]): unknown =>
    shape.length === 0 ? 0 : Array.from({ length: shape[0]! }, () => zeros(shape.slice(1)));
  const value = Object.fromEntries(signature.inputs.map((input) => [input.name, zeros(input.rowShape)]));
  const row: Row = { where: 'warm-up', value, isText: false };
  try {
    await run(buildFeeds(new Array<Row>(rows).fill(row), signature, noDescription));
  } catch {
    // Zeros may be no valid input of this model; its own requests will tell.
  }
}

function listFiles(directory: string): string[] {
  try {
    return readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() || entry.isSymbolicLink())
      .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'));
  } catch (error) {
    throw new Error(`no model in ${directory}: ${oneLine(error)}`);
  }
}
