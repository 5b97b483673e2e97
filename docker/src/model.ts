import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { descriptionPathFor } from '../../src/core/model/model-layout.ts';
import {
  assignRoles,
  type ModelDescription,
  noDescription,
  type OutputRoles,
  readDescription,
} from './description.ts';
import { buildFeeds, type Feeds, rowContext } from './feeds.ts';
import { oneLine } from './log.ts';
import { findModel } from './model-folder.ts';
import { type Prediction, readPredictions } from './predictions.ts';
import { badRequest, RequestError } from './request-error.ts';
import type { Row, RowContext } from './rows.ts';
import { chooseBackend } from './runtime/backend.ts';
import { openSession, type Result, type Session } from './runtime/session.ts';
import type { Settings } from './settings.ts';
import { checkInputs, isServed, readSignature, rowSize, type Signature } from './signature.ts';

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

/** @throws ModelProblem, or an Error in one line: no model, a broken one, or one that cannot be served */
export async function loadModel(
  settings: Pick<Settings, 'modelDirectory' | 'backend' | 'inferenceThreads'>,
): Promise<Model> {
  const directory = settings.modelDirectory;
  const { place, onnx, declared } = findModel(directory);
  const descriptionFile = join(directory, descriptionPathFor(place.name));
  const description = existsSync(descriptionFile) ? readDescription(descriptionFile) : noDescription;
  checkInputs(declared.inputs);
  const backend = await chooseBackend(settings.backend, settings.inferenceThreads);
  const session = await openSession(backend, place, { onnx, declared }, isServed);
  const signature = readSignature(session);
  const roles = assignRoles(description, signature);
  const run = sessionRunner(session, signature);
  await warmUp(run, signature);
  return {
    info: {
      file: place.name,
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

type Run = (feeds: Feeds) => Promise<ReadonlyMap<string, Result>>;

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

function sessionRunner(session: Session, signature: Signature): Run {
  // Outputs that are no tensors cannot be fetched; asking by name leaves them out.
  const wanted = signature.outputs.map((output) => output.name);
  return async (feeds) => {
    try {
      return await session.run(feeds, wanted);
    } catch (error) {
      throw new RequestError(500, `the model failed: ${oneLine(error)}`);
    }
  };
}

/** The first inference pays for allocations and code generation; better before /ping says ready than in a request. */
async function warmUp(run: Run, signature: Signature): Promise<void> {
  const rows = signature.batch.kind === 'exactly' ? signature.batch.rows : 1;
  const isEasy = signature.inputs.every((input) => {
    const size = rowSize(input);
    return size !== null && size * rows <= 1_000_000 && input.type !== 'string';
  });
  // A row of nothing is a row all the same.
  if (!isEasy || rows > 1_000_000) return;
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
