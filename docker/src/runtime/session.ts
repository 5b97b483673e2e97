import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DataFile } from '../../../src/core/model/model-data.ts';
import type { DeclaredValue, OnnxFile } from '../../../src/core/model/onnx/onnx-file.ts';
import { withBoundary } from '../onnx/boundary.ts';
import { withPlainLocale } from '../onnx/locales.ts';
import { type Unzipped, unzipped } from '../onnx/zip-maps.ts';
import type { Backend, InferenceSession } from './backend.ts';
import { halfToNumber } from './half.ts';
import { isLocaleMissing, loadProblem, plainReason } from './reasons.ts';

/** A model that can be run, the same whichever build runs it. Nothing above knows that there are two. */
export interface Session {
  inputs: DeclaredValue[];
  outputs: SessionOutput[];
  /** @throws Error with ONNX Runtime's own reason */
  run(feeds: ReadonlyMap<string, Feed>, wanted: readonly string[]): Promise<Map<string, Result>>;
}

export interface SessionOutput extends DeclaredValue {
  /** Its columns are probabilities of these, as a ZipMap has them. */
  classes?: readonly string[];
}

/** Data of one tensor. */
export interface Feed {
  /** Half precision is fed as single. */
  type: string;
  data: ArrayLike<number | bigint | string>;
  dims: readonly number[];
}

export interface Result {
  type: string;
  /** Numbers, BigInts for 64-bit integers, or texts. */
  data: ArrayLike<unknown>;
  dims: readonly number[];
}

export interface ModelPlace {
  path: string;
  /** Relative to the folder of the model: what messages call it. */
  name: string;
  /** Files beside it that hold weights. */
  data: readonly DataFile[];
}

/**
 * What the file declares is read from the file: what the builds tell of it differs. Opened with other ends where those
 * that it has cannot be carried.
 * @param isReadable whether an output of that type can be answered
 * @throws ModelProblem
 */
export async function openSession(
  backend: Backend,
  place: ModelPlace,
  { onnx, declared }: { onnx: Uint8Array; declared: OnnxFile },
  isReadable: (type: string) => boolean,
): Promise<Session> {
  const isMissing = ({ type }: DeclaredValue) => type === null;
  const zips = declared.outputs.some(isMissing) ? unzipped(onnx) : null;
  const boundary = withBoundary(zips?.onnx ?? onnx, declared, isReadable);
  const edited = boundary?.onnx ?? zips?.onnx;
  const session = await create(backend, place, onnx, edited);
  const names = boundary ?? { inputs: new Map<string, string>(), outputs: new Map<string, string>() };
  return {
    inputs: declared.inputs,
    outputs: declared.outputs.map((output) => merged(output, names.outputs, session, zips)),
    run: async (feeds, wanted) => await run(session, backend, names, feeds, wanted),
  };
}

async function create(
  backend: Backend,
  place: ModelPlace,
  onnx: Uint8Array,
  edited: Uint8Array | undefined,
): Promise<InferenceSession> {
  try {
    return await open(backend, place, onnx, edited);
  } catch (error) {
    if (!isLocaleMissing(error)) throw loadProblem(error, place.name);
    try {
      return await open(backend, place, onnx, withPlainLocale(edited ?? onnx));
    } catch (again) {
      throw loadProblem(again, place.name);
    }
  }
}

async function open(
  { runtime, sessionOptions, readsExternalData }: Backend,
  { path, data }: ModelPlace,
  onnx: Uint8Array,
  edited: Uint8Array | undefined,
): Promise<InferenceSession> {
  if (readsExternalData && edited === undefined) {
    return await runtime.InferenceSession.create(path, sessionOptions);
  }
  const externalData = data.map((file) => ({
    path: file.location,
    data: readFileSync(join(dirname(path), file.place)),
  }));
  return await runtime.InferenceSession.create(edited ?? onnx, { ...sessionOptions, externalData });
}

/** What the file says, and where it leaves something open, what ONNX Runtime found out. */
function merged(
  output: DeclaredValue,
  aliases: ReadonlyMap<string, string>,
  session: InferenceSession,
  zips: Unzipped | null,
): SessionOutput {
  const outside = aliases.get(output.name) ?? output.name;
  const found = session.outputMetadata.find(({ name }) => name === outside);
  const classes = zips?.classes.get(output.name);
  if (!found?.isTensor) return output;
  return {
    name: output.name,
    type: found.type,
    shape: found.shape.map(knownSize),
    ...(classes && { classes }),
  };
}

/** An open size is a text in the native build, and in the WASM build minus one, read without its sign. */
function knownSize(dimension: number | string): number | null {
  return typeof dimension === 'number' && dimension >= 0 && dimension !== 2 ** 32 - 1 ? dimension : null;
}

async function run(
  session: InferenceSession,
  { runtime: { Tensor } }: Backend,
  names: { inputs: ReadonlyMap<string, string>; outputs: ReadonlyMap<string, string> },
  feeds: ReadonlyMap<string, Feed>,
  wanted: readonly string[],
): Promise<Map<string, Result>> {
  const outside = (name: string) => names.outputs.get(name) ?? name;
  const tensors = Object.fromEntries(
    [...feeds].map(([name, { type, data, dims }]) => [
      names.inputs.get(name) ?? name,
      new Tensor(type as 'float32', data as Float32Array, dims),
    ]),
  );
  let results: Awaited<ReturnType<InferenceSession['run']>>;
  try {
    results = await session.run(tensors, wanted.map(outside));
  } catch (error) {
    throw new Error(plainReason(error));
  }
  return new Map(
    wanted.map((name) => {
      const { type, data, dims } = results[outside(name)]!;
      return [name, { type, dims, data: plainNumbers(type, data as ArrayLike<unknown>) }];
    }),
  );
}

/** Half precision comes as the bits of each number, where JavaScript has no array for it. */
function plainNumbers(type: string, data: ArrayLike<unknown>): ArrayLike<unknown> {
  return type === 'float16' && data instanceof Uint16Array ? Array.from(data, halfToNumber) : data;
}
