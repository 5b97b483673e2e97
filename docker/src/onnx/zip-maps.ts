import { graphFields, graphOf, modelFields } from '../../../src/core/model/onnx/onnx-file.ts';
import {
  type Field,
  integersOf,
  lengthDelimited,
  readFields,
  textOf,
  textsOf,
  varintField,
} from '../../../src/core/model/onnx/wire.ts';
import { defaultOperators, node } from './nodes.ts';

/** A model whose ZipMap outputs are tensors, and what each of their columns is called. */
export interface Unzipped {
  onnx: Uint8Array;
  /** Names of the classes, by the output's name. */
  classes: ReadonlyMap<string, readonly string[]>;
}

/**
 * skl2onnx ends a classifier with a ZipMap unless told otherwise: it makes a list of maps, from class to probability,
 * of the tensor that holds the probabilities. ONNX Runtime's JavaScript cannot fetch such a list. So the tensor itself
 * becomes the output, and this program makes the maps: each ZipMap that gives an output is replaced by an Identity.
 * https://onnx.ai/onnx/operators/onnx_aionnxml_ZipMap.html
 * @returns null where no output is one's
 */
export function unzipped(onnx: Uint8Array): Unzipped | null {
  const model = readFields(onnx);
  const graph = graphOf(model);
  if (graph === undefined) return null;
  const parts = readFields(graph.content!);
  const outputs = new Set(parts.filter(({ number }) => number === graphFields.output).map(nameOfOutput));
  const classes = new Map<string, readonly string[]>();
  const nodes = new Map<Field, Uint8Array>();
  for (const part of parts) {
    const zip = part.number === graphFields.node ? readZipMap(part) : null;
    if (zip === null || !outputs.has(zip.output)) continue;
    classes.set(zip.output, zip.classes);
    nodes.set(part, node('Identity', zip.input, zip.output));
  }
  if (classes.size === 0) return null;
  const edited = parts.map((part) => {
    const own = part.number === graphFields.output ? classes.get(nameOfOutput(part)) : undefined;
    return own === undefined ? (nodes.get(part) ?? part.bytes) : tensorOutput(nameOfOutput(part), own.length);
  });
  const whole = model.map((field) =>
    field === graph ? lengthDelimited(modelFields.graph, edited) : field.bytes,
  );
  return { onnx: Buffer.concat([...whole, ...defaultOperators(model)]), classes };
}

function readZipMap(node: Field): { input: string; output: string; classes: string[] } | null {
  const fields = readFields(node.content!);
  if (textOf(fields, 4) !== 'ZipMap' || textOf(fields, 7) !== 'ai.onnx.ml') return null;
  const attributes = fields.filter(({ number }) => number === 5).map(({ content }) => readFields(content!));
  const named = (name: string) => attributes.find((attribute) => textOf(attribute, 1) === name) ?? [];
  const texts = textsOf(named('classlabels_strings'), 9);
  const classes = texts.length > 0 ? texts : integersOf(named('classlabels_int64s'), 8).map(String);
  return { input: textOf(fields, 1), output: textOf(fields, 2), classes };
}

function nameOfOutput({ content }: Field): string {
  return textOf(readFields(content!), 1);
}

/** float32, any number of rows, a column a class. */
function tensorOutput(name: string, columns: number): Uint8Array {
  const rows = lengthDelimited(1, [lengthDelimited(2, 'N')]);
  const shape = lengthDelimited(2, [rows, lengthDelimited(1, [varintField(1, columns)])]);
  const tensor = lengthDelimited(1, [varintField(1, 1), shape]);
  return lengthDelimited(graphFields.output, [lengthDelimited(1, name), lengthDelimited(2, [tensor])]);
}
