import { modelFields } from '../../../src/core/model/onnx/onnx-file.ts';
import {
  type Field,
  lengthDelimited,
  readFields,
  textOf,
  varintField,
} from '../../../src/core/model/onnx/wire.ts';

/** A node of one input and one output, for the field `node` of a graph. */
export function node(
  operator: string,
  input: string,
  output: string,
  ...attributes: Uint8Array[]
): Uint8Array {
  return lengthDelimited(1, [
    lengthDelimited(1, input),
    lengthDelimited(2, output),
    lengthDelimited(4, operator),
    ...attributes,
  ]);
}

export function integerAttribute(name: string, value: number): Uint8Array {
  const typeInt = 2;
  return lengthDelimited(5, [lengthDelimited(1, name), varintField(3, value), varintField(20, typeInt)]);
}

/**
 * What a model must say besides if it has none but the operators of machine learning: Identity and Cast are ONNX's
 * own.
 */
export function defaultOperators(model: readonly Field[]): Uint8Array[] {
  const isThere = model.some(
    ({ number, content }) =>
      number === modelFields.opset && ['', 'ai.onnx'].includes(textOf(readFields(content!), 1)),
  );
  return isThere ? [] : [lengthDelimited(modelFields.opset, [varintField(2, 13)])];
}
