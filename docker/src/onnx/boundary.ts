import {
  type DeclaredValue,
  elementTypeNumber,
  graphFields,
  graphOf,
  modelFields,
  type OnnxFile,
} from '../../../src/core/model/onnx/onnx-file.ts';
import {
  type Field,
  lengthDelimited,
  readFields,
  textOf,
  varintField,
} from '../../../src/core/model/onnx/wire.ts';
import { defaultOperators, integerAttribute, node } from './nodes.ts';

/** A model around whose graph other ends were put, and what they are called: by the model's own names. */
export interface Boundary {
  onnx: Uint8Array;
  inputs: ReadonlyMap<string, string>;
  outputs: ReadonlyMap<string, string>;
}

/**
 * ONNX Runtime's JavaScript cannot carry every input and output: none that is called `__proto__` or has a NUL in its
 * name, no half precision into its native build, and no bfloat16 at all. Such a model gets other ends: an input of
 * another name, or of single precision with a Cast behind it; an output of another name; no output that nobody can
 * read.
 * @returns null where all can be carried
 */
export function withBoundary(
  onnx: Uint8Array,
  declared: Pick<OnnxFile, 'inputs' | 'outputs'>,
  isReadable: (type: string) => boolean,
): Boundary | null {
  const isHalf = ({ type }: DeclaredValue) => type === 'float16';
  const prefix = unusedPrefix(onnx);
  const inputs = aliases(
    declared.inputs.filter((value) => isHalf(value) || !isCarried(value.name)),
    `${prefix}_in`,
  );
  const outputs = aliases(
    declared.outputs.filter(({ name }) => !isCarried(name)),
    `${prefix}_out`,
  );
  const halves = new Set(declared.inputs.filter(isHalf).map(({ name }) => name));
  const unread = declared.outputs.filter(({ type }) => type !== null && !isReadable(type));
  const dropped = new Set(unread.map(({ name }) => name));
  if (inputs.size + outputs.size + dropped.size === 0) return null;

  const edit = (part: Field): Uint8Array[] => {
    if (part.number === graphFields.input) {
      const name = nameOf(part);
      return [renamed(part, inputs.get(name), halves.has(name))];
    }
    if (part.number !== graphFields.output) return [part.bytes];
    const name = nameOf(part);
    return dropped.has(name) ? [] : [renamed(part, outputs.get(name), false)];
  };
  const model = readFields(onnx);
  const graph = graphOf(model)!;
  const edited = lengthDelimited(modelFields.graph, [
    ...[...inputs].map(([own, outside]) =>
      halves.has(own)
        ? node('Cast', outside, own, integerAttribute('to', elementTypeNumber('float16')))
        : node('Identity', outside, own),
    ),
    ...readFields(graph.content!).flatMap(edit),
    ...[...outputs].map(([own, outside]) => node('Identity', own, outside)),
  ]);
  const whole = model.map((field) => (field === graph ? edited : field.bytes));
  return { onnx: Buffer.concat([...whole, ...defaultOperators(model)]), inputs, outputs };
}

/** Its API keeps tensors in plain objects, and hands their names to C. */
function isCarried(name: string): boolean {
  return name !== '__proto__' && !name.includes('\0');
}

function aliases(values: readonly DeclaredValue[], prefix: string): Map<string, string> {
  return new Map(values.map(({ name }, index) => [name, `${prefix}${index}`]));
}

/** No name of the model's begins so. */
function unusedPrefix(onnx: Uint8Array): string {
  const bytes = Buffer.from(onnx.buffer, onnx.byteOffset, onnx.byteLength);
  let prefix = 'mlbench';
  while (bytes.includes(prefix)) prefix += '_';
  return prefix;
}

function nameOf({ content }: Field): string {
  return content === null ? '' : textOf(readFields(content), 1);
}

function renamed(value: Field, alias: string | undefined, toSingle: boolean): Uint8Array {
  if (alias === undefined || value.content === null) return value.bytes;
  const fields = readFields(value.content).map((field) => {
    if (field.number === 1) return lengthDelimited(1, alias);
    return field.number === 2 && toSingle
      ? inside(field, (tensor) => inside(tensor, singleType))
      : field.bytes;
  });
  return lengthDelimited(value.number, fields);
}

/** A message with its field 1 changed: `TypeProto.tensor_type`, and `elem_type` in it. */
function inside(message: Field, change: (field: Field) => Uint8Array): Uint8Array {
  const fields = readFields(message.content!).map((field) =>
    field.number === 1 ? change(field) : field.bytes,
  );
  return lengthDelimited(message.number, fields);
}

function singleType(): Uint8Array {
  return varintField(1, elementTypeNumber('float32'));
}
