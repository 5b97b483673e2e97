import type { Signature } from '../signature.ts';

/** What of a model a request has to fit. */
export interface Taken {
  /** `rowShape` has null where the model leaves a size open. */
  inputs: readonly { name: string; type: string; rowShape: readonly (number | null)[] }[];
  batch: Signature['batch'];
  features: readonly string[] | null;
}

/**
 * JSON bodies that fit the model's names, types and shapes, the plainest first; the same ones each time. One instance
 * each, or as many as the model takes at once. An instance is an object where the model has several inputs, or features
 * with names, else an array nested as its shape.
 *
 *   values       0.5, 1, true and "a"; then zeros, false and "", for a model that takes no others
 *   open sizes   1, then a few larger ones; those of an image 224 first: fewer pixels may not survive its layers
 *
 * @param mostBytes longer bodies are left out; there may be none then
 */
export function* sampleBodies(taken: Taken, mostBytes: number): Generator<string> {
  for (const openSize of openSizesFor(taken)) {
    for (const leaf of [plainLeaf, zeroLeaf]) {
      const value = (type: string, shape: readonly (number | null)[]) =>
        nested(leaf(type), shape, openSize, mostBytes);
      const row = rowOf(taken, value);
      const rows = taken.batch.kind === 'exactly' ? taken.batch.rows : 1;
      const instances = row === null ? null : repeated(row, rows, mostBytes);
      const body = instances === null ? null : `{"instances":[${instances}]}`;
      if (body !== null && Buffer.byteLength(body) <= mostBytes) yield body;
    }
  }
}

type Leaf = (type: string) => string;
type Value = (type: string, shape: readonly (number | null)[]) => string | null;

const plainLeaf: Leaf = (type) => {
  if (type === 'string') return '"a"';
  if (type === 'bool') return 'true';
  return /^u?int/.test(type) ? '1' : '0.5';
};

const zeroLeaf: Leaf = (type) => {
  if (type === 'string') return '""';
  return type === 'bool' ? 'false' : '0';
};

function openSizesFor({ inputs, features }: Taken): readonly number[] {
  const open = inputs.filter(({ rowShape }) => rowShape.includes(null));
  // Whatever the model leaves open, its features say.
  if (open.length === 0 || features !== null) return [1];
  return open.some(({ rowShape }) => isImage(rowShape)) ? [224, 32, 1] : [1, 3, 16, 128];
}

/** Channels first or last, and pixels. */
function isImage(shape: readonly (number | null)[]): boolean {
  const isChannels = (size: number | null | undefined) => size === 1 || size === 3 || size === 4;
  return shape.length === 3 && (isChannels(shape[0]) || isChannels(shape[2]));
}

/** @returns null where it would be too long */
function rowOf({ inputs, features }: Taken, value: Value): string | null {
  const [first] = inputs;
  if (inputs.length === 1 && first) {
    if (features === null) return value(first.type, first.rowShape);
    return objectOf(features.map((name) => [name, value(first.type, [])]));
  }
  return objectOf(inputs.map(({ name, type, rowShape }) => [name, value(type, rowShape)]));
}

/** As text: no name is a member that an object has already, such as `__proto__`. */
function objectOf(members: readonly (readonly [name: string, value: string | null])[]): string | null {
  if (members.some(([, value]) => value === null)) return null;
  return `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`;
}

function nested(
  leaf: string,
  shape: readonly (number | null)[],
  openSize: number,
  mostBytes: number,
): string | null {
  return shape.reduceRight<string | null>((inner, size) => {
    const items = inner === null ? null : repeated(inner, size ?? openSize, mostBytes);
    return items === null ? null : `[${items}]`;
  }, leaf);
}

/** Looked at before it is made: a shape may ask for more than any memory holds. */
function repeated(text: string, times: number, mostBytes: number): string | null {
  if ((text.length + 1) * times > mostBytes) return null;
  return times === 0 ? '' : `${`${text},`.repeat(times - 1)}${text}`;
}
