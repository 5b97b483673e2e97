import { type Field, integersOf, readFields, textOf, textsOf } from './wire.ts';

/** What an ONNX file says of itself: the same whichever build of ONNX Runtime is to run it. */
export interface OnnxFile {
  irVersion: number;
  /** Version by domain; `ai.onnx` has the empty name. */
  opsets: ReadonlyMap<string, number>;
  /** Those that have to be fed: an older file lists its weights among them, too. */
  inputs: DeclaredValue[];
  outputs: DeclaredValue[];
}

export interface DeclaredValue {
  name: string;
  /** Null where it is no tensor, or nothing is said of it. */
  type: string | null;
  /** A size that is left open is null; a shape that is left open altogether is, too. */
  shape: (number | null)[] | null;
}

/** It is no ONNX file, or not all of one. The message says which, and goes on from the file's name. */
export class OnnxFileError extends Error {
  override readonly name = 'OnnxFileError';
  readonly isCut: boolean;

  constructor(isCut: boolean) {
    super(isCut ? 'is cut short' : 'is no ONNX model');
    this.isCut = isCut;
  }
}

/** @throws OnnxFileError */
export function readOnnx(bytes: Uint8Array): OnnxFile {
  const model = reading(bytes, () => readFields(bytes));
  const graph = graphOf(model);
  if (graph === undefined) throw new OnnxFileError(false);
  return reading(bytes, () => {
    const parts = readFields(graph.content!);
    const weights = new Set(parts.flatMap(nameOfWeights));
    return {
      irVersion: Number(integersOf(model, modelFields.irVersion)[0] ?? 0n),
      opsets: new Map(model.flatMap(opsetOf)),
      inputs: valuesOf(parts, graphFields.input).filter(({ name }) => !weights.has(name)),
      outputs: valuesOf(parts, graphFields.output),
    };
  });
}

export function graphOf(model: readonly Field[]): Field | undefined {
  return model.find(({ number, content }) => number === modelFields.graph && content !== null);
}

/** Numbers of fields in https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */
export const modelFields = { irVersion: 1, graph: 7, opset: 8, function: 25 } as const;
export const graphFields = { node: 1, weights: 5, input: 11, output: 12, sparseWeights: 15 } as const;

/** By the number that `TensorProto.DataType` gives each. */
const elementTypes = [
  null,
  'float32',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'string',
  'bool',
  'float16',
  'float64',
  'uint32',
  'uint64',
  'complex64',
  'complex128',
  'bfloat16',
  'float8e4m3fn',
  'float8e4m3fnuz',
  'float8e5m2',
  'float8e5m2fnuz',
  'uint4',
  'int4',
  'float4e2m1',
  'float8e8m0',
  'uint2',
  'int2',
] as const;

/** @returns 0 for a type that ONNX does not have */
export function elementTypeNumber(type: string): number {
  return Math.max(0, (elementTypes as readonly (string | null)[]).indexOf(type));
}

/** @throws OnnxFileError where what is read is no ONNX model */
export function reading<T>(bytes: Uint8Array, read: () => T): T {
  try {
    return read();
  } catch {
    // Every exporter begins with the version of the format: tag 0x08, and a small number.
    throw new OnnxFileError(bytes[0] === 0x08 && bytes[1]! < 0x80);
  }
}

function opsetOf({ number, content }: Field): [string, number][] {
  if (number !== modelFields.opset || content === null) return [];
  const fields = readFields(content);
  const domain = textOf(fields, 1);
  return [[domain === 'ai.onnx' ? '' : domain, Number(integersOf(fields, 2)[0] ?? 0n)]];
}

function nameOfWeights({ number, content }: Field): string[] {
  if (content === null) return [];
  if (number === graphFields.weights) return [textOf(readFields(content), 8)];
  if (number !== graphFields.sparseWeights) return [];
  return readFields(content).flatMap((part) =>
    part.number === 1 && part.content !== null ? [textOf(readFields(part.content), 8)] : [],
  );
}

function valuesOf(parts: readonly Field[], number: number): DeclaredValue[] {
  return parts.flatMap((part) =>
    part.number === number && part.content !== null ? [declaredValue(readFields(part.content))] : [],
  );
}

function declaredValue(fields: readonly Field[]): DeclaredValue {
  const tensor = contentOf(contentOf(fields, 2), 1);
  const type = elementTypes[Number(integersOf(tensor, 1)[0] ?? 0n)];
  return {
    name: textOf(fields, 1),
    type: tensor.length === 0 ? null : (type ?? `of number ${integersOf(tensor, 1)[0] ?? 0}`),
    shape: tensor.some((field) => field.number === 2) ? contentOf(tensor, 2).flatMap(sizeOf) : null,
  };
}

/** Negative, named or left out: open. */
function sizeOf({ number, content }: Field): (number | null)[] {
  if (number !== 1 || content === null) return [];
  const fields = readFields(content);
  const [size] = integersOf(fields, 1);
  return [
    size === undefined || size < 0n || textsOf(fields, 2).some((name) => name !== '') ? null : Number(size),
  ];
}

function contentOf(fields: readonly Field[], number: number): Field[] {
  const field = fields.find((candidate) => candidate.number === number && candidate.content !== null);
  return field === undefined ? [] : readFields(field.content!);
}
