import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  ModelProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
  TensorProto_DataType,
  TypeProto_MapSchema,
  TypeProto_SequenceSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
} from 'onnx-buf';
import { encodeOnnx, type OnnxNode, type OnnxValue } from '../../model/onnx-graph.ts';

/** Tiny models, one for each way that a model can differ in what it takes. */
export const onnxModels = {
  /** y = x · [[1,0],[0,1],[1,1]] */
  linear: model(
    [tensor('x', 'FLOAT', ['batch', 3])],
    [tensor('y', 'FLOAT', ['batch', 2])],
    [{ operator: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
  ),
  /** A table whose columns are inputs of their own, as scikit-learn pipelines are exported. */
  columns: model(
    [
      tensor('a', 'FLOAT', ['batch', 1]),
      tensor('b', 'INT64', ['batch', 1]),
      tensor('name', 'STRING', ['batch', 1]),
    ],
    [tensor('sum', 'FLOAT', ['batch', 1]), tensor('echo', 'STRING', ['batch', 1])],
    [
      { operator: 'Cast', inputs: ['b'], outputs: ['b_float'], attributes: { to: { int: 1 } } },
      { operator: 'Add', inputs: ['a', 'b_float'], outputs: ['sum'] },
      { operator: 'Identity', inputs: ['name'], outputs: ['echo'] },
    ],
  ),
  /** Two inputs of different shapes. */
  pair: identities(tensor('left', 'FLOAT', ['batch', 2]), tensor('right', 'FLOAT', ['batch', 3])),
  image: identities(tensor('pixels', 'FLOAT', ['batch', 2, 2])),
  sequence: identities(tensor('tokens', 'INT64', ['batch', 'length'])),
  unsigned: identities(tensor('tokens', 'UINT64', ['batch', 'length'])),
  single: identities(tensor('x', 'FLOAT', ['batch'])),
  oneAtATime: identities(tensor('x', 'FLOAT', [1, 2])),
  vector: identities(tensor('x', 'FLOAT', [3])),
  exactlyTwo: identities(tensor('x', 'FLOAT', [2, 2])),
  double: identities(tensor('x', 'DOUBLE', ['batch', 1])),
  small: identities(tensor('x', 'UINT8', ['batch', 2])),
  truth: identities(tensor('x', 'BOOL', ['batch', 2])),
  words: identities(tensor('x', 'STRING', ['batch', 2])),
  half: identities(tensor('x', 'FLOAT16', ['batch', 2])),
  /** bfloat16, which nobody but accelerators computes with. */
  brain: identities(tensor('x', 'BFLOAT16', ['batch', 2])),
  /** Answers in half precision. */
  halved: model(
    [tensor('x', 'FLOAT', ['batch', 4])],
    [tensor('y', 'FLOAT16', ['batch', 4])],
    [{ operator: 'Cast', inputs: ['x'], outputs: ['y'], attributes: { to: { int: 10 } } }],
  ),
  /** Adds up all rows: no answer for each of them. */
  total: model(
    [tensor('x', 'FLOAT', ['batch', 2])],
    [tensor('y', 'FLOAT', [1, 1])],
    [{ operator: 'ReduceSum', inputs: ['x'], outputs: ['y'], attributes: { keepdims: { int: 1 } } }],
  ),
  /** 1/x: not a number JSON knows, for 0. */
  reciprocal: model(
    [tensor('x', 'FLOAT', ['batch', 1])],
    [tensor('y', 'FLOAT', ['batch', 1])],
    [{ operator: 'Reciprocal', inputs: ['x'], outputs: ['y'] }],
  ),
} as const;

/** Takes rows of any length, and fails for those of less than three: the third value of each is its answer. */
export const atLeastThree = model(
  [tensor('x', 'FLOAT', ['batch', 'length'])],
  [tensor('y', 'FLOAT', ['batch'])],
  [
    { operator: 'Constant', inputs: [], outputs: ['third'], attributes: { value_int: { int: 2 } } },
    { operator: 'Gather', inputs: ['x', 'third'], outputs: ['y'], attributes: { axis: { int: 1 } } },
  ],
);

/** Says that it takes rows of any length, and fails for each: its weights have three rows and two. */
export const neverAnswers = model(
  [tensor('x', 'FLOAT', ['batch', 'length'])],
  [tensor('y', 'FLOAT', ['batch', 2])],
  [
    { operator: 'MatMul', inputs: ['x', 'w'], outputs: ['h'] },
    { operator: 'Constant', inputs: [], outputs: ['third'], attributes: { value_int: { int: 2 } } },
    { operator: 'Gather', inputs: ['h', 'third'], outputs: ['y'], attributes: { axis: { int: 1 } } },
  ],
);

/** `linear` with its weights in `model.onnx.data`. */
export const externalWeights = moveWeightsOut(onnxModels.linear, 'model.onnx.data');

/**
 * What skl2onnx makes of a classifier unless told otherwise: the class, and its probabilities as a list of maps.
 * @param mlOnly no operators but those of ai.onnx.ml, as its smallest models have
 */
export function zipMapped(classes: readonly string[] | readonly number[], mlOnly = false): Uint8Array {
  const isText = typeof classes[0] === 'string';
  const attributes = isText
    ? { classlabels_strings: { strings: classes as string[] } }
    : { classlabels_int64s: { ints: classes as number[] } };
  const scores: OnnxNode = mlOnly
    ? {
        operator: 'Scaler',
        domain: 'ai.onnx.ml',
        inputs: ['x'],
        outputs: ['probabilities'],
        attributes: { offset: { floats: [0, 0] }, scale: { floats: [1, 1] } },
      }
    : { operator: 'Identity', inputs: ['x'], outputs: ['probabilities'] };
  const onnx = model(
    [tensor('x', 'FLOAT', ['batch', 2])],
    [...(mlOnly ? [] : [tensor('label', 'INT64', ['batch'])]), tensor('output_probability', 'FLOAT', [])],
    [
      scores,
      ...(mlOnly
        ? []
        : [
            {
              operator: 'ArgMax',
              inputs: ['probabilities'],
              outputs: ['label'],
              attributes: { axis: { int: 1 }, keepdims: { int: 0 } },
            },
          ]),
      {
        operator: 'ZipMap',
        domain: 'ai.onnx.ml',
        inputs: ['probabilities'],
        outputs: ['output_probability'],
        attributes,
      },
    ],
  );
  const decoded = fromBinary(ModelProtoSchema, onnx);
  const float = create(TypeProtoSchema, {
    value: {
      case: 'tensorType',
      value: create(TypeProto_TensorSchema, { elemType: TensorProto_DataType.FLOAT }),
    },
  });
  const keyType = isText ? TensorProto_DataType.STRING : TensorProto_DataType.INT64;
  const map = create(TypeProtoSchema, {
    value: { case: 'mapType', value: create(TypeProto_MapSchema, { keyType, valueType: float }) },
  });
  decoded.graph!.output.at(-1)!.type = create(TypeProtoSchema, {
    value: { case: 'sequenceType', value: create(TypeProto_SequenceSchema, { elemType: map }) },
  });
  if (mlOnly) decoded.opsetImport = decoded.opsetImport.filter(({ domain }) => domain !== '');
  return toBinary(ModelProtoSchema, decoded);
}

/** A tensor, and a sequence that no answer can hold. */
export const withSequence = sequenceBeside();

function sequenceBeside(): Uint8Array {
  const onnx = model(
    [tensor('x', 'FLOAT', ['batch', 2])],
    [tensor('y', 'FLOAT', ['batch', 2]), tensor('parts', 'FLOAT', [])],
    [
      { operator: 'Identity', inputs: ['x'], outputs: ['y'] },
      { operator: 'SequenceConstruct', inputs: ['x', 'x'], outputs: ['parts'] },
    ],
  );
  const decoded = fromBinary(ModelProtoSchema, onnx);
  const elemType = create(TypeProtoSchema, {
    value: {
      case: 'tensorType',
      value: create(TypeProto_TensorSchema, { elemType: TensorProto_DataType.FLOAT }),
    },
  });
  decoded.graph!.output[1]!.type = create(TypeProtoSchema, {
    value: { case: 'sequenceType', value: create(TypeProto_SequenceSchema, { elemType }) },
  });
  return toBinary(ModelProtoSchema, decoded);
}

function moveWeightsOut(onnx: Uint8Array, location: string): { onnx: Uint8Array; data: Uint8Array } {
  const decoded = fromBinary(ModelProtoSchema, onnx);
  const weights = decoded.graph!.initializer[0]!;
  const data = new Uint8Array(Float32Array.from(weights.floatData).buffer);
  weights.floatData = [];
  weights.dataLocation = TensorProto_DataLocation.EXTERNAL;
  weights.externalData = Object.entries({ location, offset: '0', length: String(data.length) }).map(
    ([key, value]) => create(StringStringEntryProtoSchema, { key, value }),
  );
  return { onnx: toBinary(ModelProtoSchema, decoded), data };
}

function model(inputs: OnnxValue[], outputs: OnnxValue[], nodes: OnnxNode[]): Uint8Array {
  const takesWeights = nodes.some((node) => node.inputs.includes('w'));
  return encodeOnnx({
    name: 'test',
    documentation: '',
    inputs,
    outputs,
    nodes,
    ...(takesWeights && { constants: { w: { shape: [3, 2], floats: [1, 0, 0, 1, 1, 1] } } }),
  });
}

function identities(...inputs: OnnxValue[]): Uint8Array {
  const out = (value: OnnxValue) => (inputs.length === 1 ? 'y' : `${value.name}_out`);
  return model(
    inputs,
    inputs.map((value) => ({ ...value, name: out(value) })),
    inputs.map((value) => ({ operator: 'Identity', inputs: [value.name], outputs: [out(value)] })),
  );
}

function tensor(name: string, type: OnnxValue['type'], shape: OnnxValue['shape']): OnnxValue {
  return { name, type, shape };
}
