import { ModelProblem } from '../../src/core/model/model-problem.ts';
import type { Session, SessionOutput } from './runtime/session.ts';

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
  /** No shape is declared: rows are vectors unless a request has them nested, and then they are as it has them. */
  isShapeless?: boolean;
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
  'float16',
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

/** Whether a tensor of that type can be fed, and answered. */
export function isServed(type: string): type is ElementType {
  return (elementTypes as readonly string[]).includes(type);
}

/** @throws ModelProblem where the model cannot be served */
export function readSignature({ inputs, outputs }: Pick<Session, 'inputs' | 'outputs'>): Signature {
  const specs = inputs.map(inputSpec);
  const served = outputs.filter(({ type }) => type !== null && isServed(type));
  const unserved = outputs
    .filter((output) => !served.includes(output))
    .map(({ name, type }) => ({ name, type: type ?? 'no tensor' }));
  if (served.length === 0) {
    const names = unserved.map(({ name, type }) => `${name}: ${type}`).join(', ');
    throw new ModelProblem(
      `none of its outputs can be served (${names})`,
      'export the model with a tensor of numbers or text as output, without a sequence or map, such as zipmap=False of skl2onnx',
    );
  }
  return {
    inputs: specs.map(({ spec }) => spec),
    outputs: served.map(outputSpec),
    unserved,
    batch: batching(specs.map(({ shape }) => shape)),
  };
}

/** Checked before ONNX Runtime sees the model: its own reasons name numbers of types. @throws ModelProblem */
export function checkInputs(inputs: Session['inputs']): void {
  if (inputs.length === 0) {
    throw new ModelProblem('the model has no inputs', 'export it with an input, so that requests can differ');
  }
  for (const { name, type, shape } of inputs) {
    const says = `input ${JSON.stringify(name)}`;
    if (type === null) {
      throw new ModelProblem(
        `${says} is not a tensor; only tensors can be fed`,
        'export the model with tensors as inputs, without sequences, maps and optional values',
      );
    }
    if (!isServed(type)) {
      throw new ModelProblem(
        `${says} is of type ${type}, which cannot be fed`,
        'export the model in single precision: model.float() before torch.onnx.export, FloatTensorType in skl2onnx',
      );
    }
    if (shape?.includes(0)) {
      throw new ModelProblem(
        `${says} has the shape [${shape.map((size) => size ?? 'any').join(', ')}], which holds nothing`,
        'export the model with that size left open, such as dynamic_axes of torch.onnx.export, or None in skl2onnx',
      );
    }
  }
}

function inputSpec({ name, type, shape }: Session['inputs'][number]): {
  spec: InputSpec;
  shape: (number | null)[];
} {
  const known = shape ?? [null, null];
  const hasBatch = startsWithBatch(known);
  const rowShape = hasBatch ? known.slice(1) : known;
  const spec = { name, type: type as ElementType, rowShape, hasBatch };
  return { spec: shape === null ? { ...spec, isShapeless: true } : spec, shape: known };
}

function outputSpec({ name, type, shape, classes }: SessionOutput): OutputSpec {
  return { name, type: type!, shape: shape ?? [], ...(classes && { classes }) };
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
  throw new ModelProblem(
    `the inputs have different batch sizes (${fixed.join(', ')})`,
    'export the model with the first size of each input left open, such as dynamic_axes of torch.onnx.export',
  );
}
