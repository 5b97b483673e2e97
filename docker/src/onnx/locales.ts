import { graphFields, graphOf, modelFields } from '../../../src/core/model/onnx/onnx-file.ts';
import {
  type Field,
  lengthDelimited,
  readFields,
  textOf,
  varintField,
} from '../../../src/core/model/onnx/wire.ts';

/**
 * skl2onnx has a vectorizer's text put into lower case by the rules of en_US, a locale that few containers have. The
 * rules of C.UTF-8 are the same but for Turkish and their like, and every Linux has it.
 */
export function withPlainLocale(onnx: Uint8Array): Uint8Array {
  const model = readFields(onnx);
  const graph = graphOf(model)!;
  const parts = readFields(graph.content!).map((part) =>
    part.number === graphFields.node ? plainNode(part) : part.bytes,
  );
  return Buffer.concat(
    model.map((field) => (field === graph ? lengthDelimited(modelFields.graph, parts) : field.bytes)),
  );
}

function plainNode(node: Field): Uint8Array {
  const fields = readFields(node.content!);
  if (textOf(fields, 4) !== 'StringNormalizer') return node.bytes;
  const others = fields.filter(
    ({ number, content }) => number !== nodeAttribute || textOf(readFields(content!), 1) !== 'locale',
  );
  return lengthDelimited(graphFields.node, [...others.map(({ bytes }) => bytes), plainLocale]);
}

const nodeAttribute = 5;
const typeString = 3;
const plainLocale = lengthDelimited(nodeAttribute, [
  lengthDelimited(1, 'locale'),
  lengthDelimited(4, 'C.UTF-8'),
  varintField(20, typeString),
]);
