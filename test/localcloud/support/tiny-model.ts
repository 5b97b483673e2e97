import { encodeOnnx } from '../../../model/onnx-graph.ts';
import { packFiles } from '../../../src/core/model/model-pack.ts';

/** A model that gives back its two features: enough to see that real inference happened. */
export function tinyModelArchive(): Uint8Array {
  return packFiles([{ path: 'model.onnx', bytes: tinyModel() }]);
}

/** The same, as its file alone. */
export function tinyModel(): Uint8Array {
  return encodeOnnx({
    name: 'echo',
    documentation: 'Gives its features back.',
    inputs: [{ name: 'features', type: 'FLOAT', shape: ['batch', 2] }],
    outputs: [{ name: 'echoed', type: 'FLOAT', shape: ['batch', 2] }],
    metadata: {},
    nodes: [{ operator: 'Identity', domain: '', inputs: ['features'], outputs: ['echoed'], attributes: {} }],
  });
}
