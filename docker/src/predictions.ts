import type { ModelDescription, OutputRoles } from './description.ts';
import { rawJson } from './json-number.ts';
import { badRequest } from './request-error.ts';
import type { Result } from './runtime/session.ts';
import type { Signature } from './signature.ts';

/** One row's answer: a value, nested arrays, or an object; of not-a-number and the infinities JSON makes null. */
export type Prediction = unknown;

/** A session's outputs → one prediction a row. `rows` is how many went in. */
export function readPredictions(
  outputs: ReadonlyMap<string, Result>,
  rows: number,
  description: ModelDescription,
  roles: OutputRoles,
  signature: Pick<Signature, 'outputs'>,
): Prediction[] {
  const specs = new Map(signature.outputs.map((output) => [output.name, output]));
  const perOutput = [...outputs].map(([name, tensor]) => {
    const values = splitRows(name, tensor, rows);
    const { classes } = specs.get(name) ?? {};
    const isMap = classes !== undefined && name !== roles.probabilities;
    return { name, values: isMap ? values.map((row) => mapOf(classes, flat(row))) : values };
  });
  return Array.from({ length: rows }, (_, row) => {
    const values = perOutput.map(({ name, values }) => [name, values[row]] as const);
    if (description.labels) return classification(values, description.labels, roles);
    return values.length === 1 ? values[0]![1] : Object.fromEntries(values);
  });
}

/** As a ZipMap would have it: by class. */
function mapOf(classes: readonly string[], values: readonly unknown[]): Prediction {
  return Object.fromEntries(classes.map((name, index) => [name, values[index] ?? null]));
}

/** `{label, probabilities: {name: p}}`, and any further outputs under their own names. */
function classification(
  values: readonly (readonly [string, unknown])[],
  labels: readonly string[],
  roles: OutputRoles,
): Prediction {
  const byName = new Map(values);
  const probabilities = roles.probabilities ? flat(byName.get(roles.probabilities)) : undefined;
  const label = roles.label
    ? labelOf(flat(byName.get(roles.label))[0], labels)
    : labels[indexOfLargest(probabilities ?? [])];
  return {
    label,
    ...(probabilities && {
      probabilities: Object.fromEntries(labels.map((name, index) => [name, probabilities[index] ?? null])),
    }),
    ...Object.fromEntries(values.filter(([name]) => name !== roles.label && name !== roles.probabilities)),
  };
}

/** A model answers a class by name, or by its index. */
function labelOf(value: unknown, labels: readonly string[]): unknown {
  return typeof value === 'number' ? (labels[value] ?? value) : value;
}

function indexOfLargest(values: readonly unknown[]): number {
  return values.reduce<number>(
    (best, value, index) => (Number(value) > Number(values[best]) ? index : best),
    0,
  );
}

function splitRows(name: string, tensor: Result, rows: number): unknown[] {
  const values = Array.from(tensor.data, (value) => plain(value, tensor.type));
  const { dims } = tensor;
  if (dims.length > 0 && dims[0] === rows) {
    const length = values.length / rows;
    return Array.from({ length: rows }, (_, row) =>
      nest(values.slice(row * length, (row + 1) * length), dims.slice(1)),
    );
  }
  if (rows === 1) return [nest(values, dims)];
  throw badRequest(
    `output "${name}" has shape [${dims.join(', ')}], not one row for each of ${rows} instances: send one at a time`,
  );
}

function nest(values: unknown[], dims: readonly number[]): unknown {
  if (dims.length === 0) return values[0];
  if (dims.length === 1) return values;
  const length = values.length / dims[0]!;
  return Array.from({ length: dims[0]! }, (_, index) =>
    nest(values.slice(index * length, (index + 1) * length), dims.slice(1)),
  );
}

/** What an answer can hold: no BigInt; single precision in its shortest form (0.1, not 0.10000000149). */
function plain(value: unknown, type: string): unknown {
  if (typeof value === 'bigint') {
    return value >= -(2n ** 53n) && value <= 2n ** 53n ? Number(value) : String(value);
  }
  if (type === 'bool') return Boolean(value);
  if (typeof value !== 'number') return value;
  if (Object.is(value, -0)) return new MinusZero(0);
  return type === 'float32' || type === 'float16' ? shortestFloat32(value) : value;
}

/** JSON can write it, and JavaScript's `JSON` does not. */
class MinusZero extends Number {
  override toString(): string {
    return '-0';
  }

  override valueOf(): number {
    return -0;
  }

  toJSON(): unknown {
    return rawJson('-0');
  }
}

export function shortestFloat32(value: number): number {
  if (Number.isInteger(value) || !Number.isFinite(value)) return value;
  // Nine digits always tell two single-precision numbers apart.
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}

export function flat(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(flat);
  if (value instanceof Number) return [value];
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(flat);
  return [value];
}
