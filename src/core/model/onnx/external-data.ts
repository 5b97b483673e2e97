import { graphFields, modelFields, reading } from './onnx-file.ts';
import { type Field, integersOf, readFields, textOf } from './wire.ts';

/** A file beside the `.onnx` one that holds weights of the model: large exports keep theirs so. */
export interface ExternalFile {
  /** As the model writes it, relative to the folder of the model. */
  location: string;
  /** The model reads at least so far. */
  bytes: number;
}

/**
 * The files that a model reads beside its own, each once.
 * https://github.com/onnx/onnx/blob/main/docs/ExternalData.md
 * @throws OnnxFileError
 */
export function externalFiles(onnx: Uint8Array): ExternalFile[] {
  // Looking at each tensor of a large model takes a while; one that keeps all to itself has not even the word.
  if (!Buffer.from(onnx.buffer, onnx.byteOffset, onnx.byteLength).includes('location')) return [];
  return reading(onnx, () => collect(onnx));
}

function collect(onnx: Uint8Array): ExternalFile[] {
  const files = new Map<string, number>();
  // No recursion: how deeply graphs lie in nodes is the file's choice.
  const open: Part[] = [{ kind: 'model', content: onnx }];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    const fields = readFields(part.content);
    if (part.kind === 'tensor') {
      const file = externalFile(fields);
      if (file) files.set(file.location, Math.max(file.bytes, files.get(file.location) ?? 0));
      continue;
    }
    for (const { number, content } of fields) {
      const kind = insides[part.kind][number];
      if (kind !== undefined && content !== null) open.push({ kind, content });
    }
  }
  return [...files].map(([location, bytes]) => ({ location, bytes }));
}

/**
 * Where the file lies, from the folder of the model; null for a location that leads out of that folder, or to no file:
 * whoever made the model must not choose among the files of whoever serves it.
 */
export function placeOf(location: string): string | null {
  if (location.startsWith('/') || /[\\\0]|^[a-z]:/i.test(location)) return null;
  const parts = location.split('/').filter((part) => part !== '' && part !== '.');
  return parts.length === 0 || parts.includes('..') ? null : parts.join('/');
}

interface Part {
  kind: Kind | 'tensor';
  content: Uint8Array;
}

type Kind = 'model' | 'graph' | 'function' | 'node' | 'attribute' | 'sparse';

/** In which fields of a message there are messages that may hold a tensor. */
const insides: Record<Kind, Partial<Record<number, Part['kind']>>> = {
  model: { [modelFields.graph]: 'graph', [modelFields.function]: 'function' },
  graph: {
    [graphFields.node]: 'node',
    [graphFields.weights]: 'tensor',
    [graphFields.sparseWeights]: 'sparse',
  },
  function: { 7: 'node', 11: 'attribute' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
};

const externalEntry = 13;
const dataLocation = 14;

function externalFile(tensor: readonly Field[]): ExternalFile | null {
  if (integersOf(tensor, dataLocation)[0] !== 1n) return null;
  const entries = new Map(
    tensor.flatMap(({ number, content }) => {
      if (number !== externalEntry || content === null) return [];
      const fields = readFields(content);
      return [[textOf(fields, 1), textOf(fields, 2)]];
    }),
  );
  const number = (key: string) => Number(entries.get(key) ?? 0) || 0;
  return { location: entries.get('location') ?? '', bytes: number('offset') + number('length') };
}
