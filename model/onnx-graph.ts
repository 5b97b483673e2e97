import { create, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataType,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
} from 'onnx-buf';

/** The small part of ONNX needed to write models: https://github.com/onnx/onnx/blob/main/docs/IR.md */
export interface OnnxModel {
  name: string;
  documentation: string;
  inputs: OnnxValue[];
  outputs: OnnxValue[];
  nodes: OnnxNode[];
  /** Weights by name. */
  constants?: Record<string, { shape: number[]; floats: number[] }>;
  metadata?: Record<string, string>;
}

export interface OnnxValue {
  name: string;
  type:
    | 'FLOAT'
    | 'DOUBLE'
    | 'INT32'
    | 'INT64'
    | 'UINT64'
    | 'UINT8'
    | 'BOOL'
    | 'STRING'
    | 'FLOAT16'
    | 'BFLOAT16';
  /** A string is a dimension known only at run time: `batch`. */
  shape: (number | string)[];
}

export interface OnnxNode {
  operator: string;
  /** `ai.onnx.ml` for classical models; the default domain if left out. */
  domain?: string;
  inputs: string[];
  outputs: string[];
  attributes?: Record<string, OnnxAttribute>;
}

type OnnxAttribute =
  | { int: number }
  | { float: number }
  | { ints: number[] }
  | { floats: number[] }
  | { string: string }
  | { strings: string[] };

export function encodeOnnx(model: OnnxModel): Uint8Array {
  const graph = create(GraphProtoSchema, {
    name: model.name,
    docString: model.documentation,
    input: model.inputs.map(valueInfo),
    output: model.outputs.map(valueInfo),
    node: model.nodes.map(node),
    initializer: Object.entries(model.constants ?? {}).map(([name, constant]) =>
      create(TensorProtoSchema, {
        name,
        dims: constant.shape.map(BigInt),
        dataType: TensorProto_DataType.FLOAT,
        floatData: constant.floats,
      }),
    ),
  });
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      // IR 8 and these operator sets are read by every ONNX Runtime since 1.13 (2022).
      irVersion: 8n,
      opsetImport: [
        create(OperatorSetIdProtoSchema, { domain: '', version: 15n }),
        create(OperatorSetIdProtoSchema, { domain: 'ai.onnx.ml', version: 3n }),
      ],
      producerName: 'mlbench',
      producerVersion: '1',
      docString: model.documentation,
      metadataProps: Object.entries(model.metadata ?? {}).map(([key, value]) =>
        create(StringStringEntryProtoSchema, { key, value }),
      ),
      graph,
    }),
  );
}

function valueInfo(value: OnnxValue) {
  return create(ValueInfoProtoSchema, {
    name: value.name,
    type: create(TypeProtoSchema, {
      value: {
        case: 'tensorType',
        value: create(TypeProto_TensorSchema, {
          elemType: TensorProto_DataType[value.type],
          shape: create(TensorShapeProtoSchema, {
            dim: value.shape.map((size) =>
              create(TensorShapeProto_DimensionSchema, {
                value:
                  typeof size === 'number'
                    ? { case: 'dimValue', value: BigInt(size) }
                    : { case: 'dimParam', value: size },
              }),
            ),
          }),
        }),
      },
    }),
  });
}

function node(description: OnnxNode) {
  return create(NodeProtoSchema, {
    name: description.outputs[0] ?? description.operator,
    opType: description.operator,
    domain: description.domain ?? '',
    input: description.inputs,
    output: description.outputs,
    attribute: Object.entries(description.attributes ?? {}).map(([name, value]) => attribute(name, value)),
  });
}

function attribute(name: string, value: OnnxAttribute) {
  const type = AttributeProto_AttributeType;
  if ('int' in value) return create(AttributeProtoSchema, { name, type: type.INT, i: BigInt(value.int) });
  if ('float' in value) return create(AttributeProtoSchema, { name, type: type.FLOAT, f: value.float });
  if ('ints' in value)
    return create(AttributeProtoSchema, { name, type: type.INTS, ints: value.ints.map(BigInt) });
  if ('floats' in value)
    return create(AttributeProtoSchema, { name, type: type.FLOATS, floats: value.floats });
  if ('string' in value)
    return create(AttributeProtoSchema, { name, type: type.STRING, s: utf8(value.string) });
  return create(AttributeProtoSchema, { name, type: type.STRINGS, strings: value.strings.map(utf8) });
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
