import type { InferenceSession } from './backend.ts';

/** What a model takes and gives, as its ONNX file declares it. */
export interface Signature {
  inputs: InputSpec[];
  outputs: OutputSpec[];
  /** Outputs that no answer can hold, by name and type. */
  unserved: { name: string; type: string }[];
  batch: Batching;
}

/** `any` number of rows in one run, exactly `rows` of them, or `one` run a row (shape [1, …] or no batch dimension). */
type Batching = { kind: 'any' } | { kind: 'exactly'; rows: number } | { kind: 'one' };

export interface InputSpec {
  name: string;
  type: ElementType;
  /** One row's dimensions; null where the model leaves a size open. */
  rowShape: (number | null)[];
  /** The declared shape has a batch dimension before `rowShape`. */
  hasBatch: boolean;
}

export interface OutputSpec {
  name: string;
  type: string;
  /** As declared, the batch dimension included; null where open. */
  shape: (number | null)[];
  /** Its columns are probabilities of these, as a ZipMap has them. */
  classes?: readonly string[];
}

const elementTypes = [
  'float32',
  'float64',
  'int64',
  'int32',
  'int16',
  'int8',
  'uint64',
  'uint32',
  'uint16',
  'uint8',
  'bool',
  'string',
] as const;
export type ElementType = (typeof elementTypes)[number];
const answerable: ReadonlySet<string> = new Set([...elementTypes, 'float16']);

/** @throws Error where the model cannot be served: one line saying what and what to do */
export function readSignature(
  session: Pick<InferenceSession, 'inputMetadata' | 'outputMetadata'>,
  classes: ReadonlyMap<string, readonly string[]> = new Map(),
): Signature {
  const shapes = session.inputMetadata.map((input) => {
    if (!input.isTensor) throw new Error(`input "${input.name}" is not a tensor; only tensors can be fed`);
    const type = elementTypes.find((known) => known === input.type);
    if (!type) throw new Error(`input "${input.name}" is of type ${input.type}, which cannot be fed`);
    return { name: input.name, type, shape: input.shape.map(size) };
  });
  if (shapes.length === 0) throw new Error('the model has no inputs');
  const outputs = session.outputMetadata.flatMap((output) => {
    if (!output.isTensor || !answerable.has(output.type)) return [];
    const own = classes.get(output.name);
    const spec = { name: output.name, type: output.type, shape: output.shape.map(size) };
    return [own === undefined ? spec : { ...spec, classes: own }];
  });
  const served = new Set(outputs.map(({ name }) => name));
  const unserved = session.outputMetadata
    .filter(({ name }) => !served.has(name))
    .map((output) => ({ name: output.name, type: output.isTensor ? output.type : 'no tensor' }));
  if (outputs.length === 0) {
    const names = unserved.map(({ name, type }) => `${name}: ${type}`).join(', ');
    throw new Error(
      `none of its outputs can be served (${names}); export the model without a sequence or map, e.g. zipmap=False`,
    );
  }
  return {
    inputs: shapes.map(({ name, type, shape }) => {
      const hasBatch = startsWithBatch(shape);
      return { name, type, rowShape: hasBatch ? shape.slice(1) : shape, hasBatch };
    }),
    outputs,
    unserved,
    batch: batching(shapes.map((input) => input.shape)),
  };
}

/** Elements in one row; null where the model leaves a size open. */
export function rowSize(input: InputSpec): number | null {
  return input.rowShape.reduce<number | null>(
    (product, dimension) => (product === null || dimension === null ? null : product * dimension),
    1,
  );
}

/**
 * A lone fixed dimension is one row's vector, not a batch: [4] is a row of four, [null] any number of single values.
 */
function startsWithBatch(shape: readonly (number | null)[]): boolean {
  if (shape.length === 0) return false;
  return shape.length > 1 || shape[0] === null || shape[0] === 1;
}

function batching(shapes: readonly (number | null)[][]): Batching {
  const first = shapes.map((shape) => (startsWithBatch(shape) ? shape[0]! : 1));
  if (first.includes(1)) return { kind: 'one' };
  const fixed = [...new Set(first.filter((rows) => rows !== null))];
  if (fixed.length === 0) return { kind: 'any' };
  if (fixed.length === 1) return { kind: 'exactly', rows: fixed[0]! };
  throw new Error(`the inputs have different batch sizes (${fixed.join(', ')})`);
}

function size(dimension: number | string): number | null {
  return typeof dimension === 'number' && dimension >= 0 ? dimension : null;
}
