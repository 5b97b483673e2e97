import { encodeOnnx } from '../../../model/onnx-graph.ts';
import { packFiles } from '../../../src/core/model/model-pack.ts';

/** A model that gives back its two features: enough to see that real inference happened. */
export function tinyModelArchive(): Uint8Array {
  const onnx = encodeOnnx({
    name: 'echo',
    documentation: 'Gives its features back.',
    inputs: [{ name: 'features', type: 'FLOAT', shape: ['batch', 2] }],
    outputs: [{ name: 'echoed', type: 'FLOAT', shape: ['batch', 2] }],
    metadata: {},
    nodes: [{ operator: 'Identity', domain: '', inputs: ['features'], outputs: ['echoed'], attributes: {} }],
  });
  return packFiles([{ path: 'model.onnx', bytes: onnx }]);
}
