import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { ModelProtoSchema, OperatorSetIdProtoSchema } from 'onnx-buf';
import { describe, expect, test } from 'vitest';
import { externalFiles, placeOf } from '../../../src/core/model/onnx/external-data.ts';
import { OnnxFileError, readOnnx } from '../../../src/core/model/onnx/onnx-file.ts';
import { externalWeights, onnxModels } from '../../docker/onnx-models.ts';

describe('an ONNX file', () => {
  test('says what it takes and gives, with open sizes as null', () => {
    expect(readOnnx(onnxModels.image)).toMatchObject({
      inputs: [{ name: 'pixels', type: 'float32', shape: [null, 2, 2] }],
      outputs: [{ name: 'y', type: 'float32', shape: [null, 2, 2] }],
    });
    expect(readOnnx(onnxModels.half).inputs[0]!.type).toBe('float16');
  });

  test('tells an input without a shape from a single value', () => {
    const shapes = [undefined, []].map((dim) => {
      const model = fromBinary(ModelProtoSchema, onnxModels.single);
      const type = model.graph!.input[0]!.type!.value;
      if (type.case !== 'tensorType') throw new Error('no tensor');
      if (dim === undefined) delete type.value.shape;
      else type.value.shape!.dim = [];
      return readOnnx(toBinary(ModelProtoSchema, model)).inputs[0]!.shape;
    });
    expect(shapes).toEqual([null, []]);
  });

  test('does not count weights among its inputs, where an older one lists them', () => {
    const model = fromBinary(ModelProtoSchema, onnxModels.linear);
    model.graph!.input.push({ ...model.graph!.input[0]!, name: 'w' });
    expect(readOnnx(toBinary(ModelProtoSchema, model)).inputs.map(({ name }) => name)).toEqual(['x']);
  });

  test('names the operators that it uses by version', () => {
    const model = fromBinary(ModelProtoSchema, onnxModels.linear);
    model.opsetImport.push(create(OperatorSetIdProtoSchema, { domain: 'ai.onnx.ml', version: 5n }));
    expect(readOnnx(toBinary(ModelProtoSchema, model)).opsets.get('ai.onnx.ml')).toBe(5);
  });

  test('is cut short at any place but its end, and never anything worse', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: onnxModels.linear.length - 1 }), (length) => {
        const outcome = attempt(() => readOnnx(onnxModels.linear.subarray(0, length)));
        // What comes after the graph may be missing without a trace.
        if (outcome !== undefined) expect(outcome).toBeInstanceOf(OnnxFileError);
      }),
    );
  });

  test('is not made of any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const outcome = attempt(() => [readOnnx(bytes), externalFiles(bytes)]);
        if (outcome !== undefined) expect(outcome).toBeInstanceOf(OnnxFileError);
      }),
    );
  });
});

describe('weights in files of their own', () => {
  test('are found with how far the model reads', () => {
    expect(externalFiles(externalWeights.onnx)).toEqual([{ location: 'model.onnx.data', bytes: 24 }]);
    expect(externalFiles(onnxModels.linear)).toEqual([]);
  });

  test.each([
    ['m.data', 'm.data'],
    ['./m.data', 'm.data'],
    ['sub//./m.data', 'sub/m.data'],
    ['..data', '..data'],
    ['../m.data', null],
    ['sub/../m.data', null],
    ['/m.data', null],
    ['C:\\m.data', null],
    ['sub\\m.data', null],
    ['m\0.data', null],
    ['.', null],
    ['', null],
  ])('%j lie at %j', (location, place) => {
    expect(placeOf(location)).toBe(place);
  });
});

function attempt(action: () => unknown): unknown {
  try {
    action();
    return undefined;
  } catch (error) {
    return error;
  }
}
