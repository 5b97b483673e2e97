import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { type ModelProto, ModelProtoSchema, OperatorSetIdProtoSchema } from 'onnx-buf';
import { afterAll, expect, test } from 'vitest';
import { builtProgram } from '../../src/core/package-paths.ts';
import { externalWeights, onnxModels } from '../docker/onnx-models.ts';

const folder = mkdtempSync(join(tmpdir(), 'mlbench-broken-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Files of a model's folder by their paths. */
type Files = Record<string, string | Uint8Array | { linkTo: string }>;

function changed(onnx: Uint8Array, change: (model: ModelProto) => void): Uint8Array {
  const model = fromBinary(ModelProtoSchema, onnx);
  change(model);
  return toBinary(ModelProtoSchema, model);
}

const one = (change: (model: ModelProto) => void): Files => ({
  'model.onnx': changed(onnxModels.linear, change),
});

function opset(fields: MessageInitShape<typeof OperatorSetIdProtoSchema>): Files {
  return one((model) => model.opsetImport.push(create(OperatorSetIdProtoSchema, fields)));
}

const weightsIn = (location: string): Files => ({
  'model.onnx': changed(externalWeights.onnx, (model) => {
    model.graph!.initializer[0]!.externalData.find(({ key }) => key === 'location')!.value = location;
  }),
  'w.data': externalWeights.data,
});

const cases: [what: string, files: Files, problem: RegExp, next: RegExp][] = [
  ['nothing', {}, /no \.onnx file in it \(it is empty\)/, /skl2onnx/],
  ['an empty file', { 'model.onnx': '' }, /model\.onnx is empty/, /export or copy/],
  ['text', { 'model.onnx': 'no model' }, /model\.onnx is no ONNX model/, /skl2onnx/],
  ['zeros', { 'model.onnx': new Uint8Array(999) }, /is no ONNX model/, /torch\.onnx\.export/],
  [
    'half a model',
    { 'model.onnx': onnxModels.linear.subarray(0, onnxModels.linear.length - 20) },
    /is cut short/,
    /again; the whole of it/,
  ],
  [
    'a pointer of Git LFS',
    { 'model.onnx': 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n' },
    /a pointer of Git LFS/,
    /git lfs pull --include "model\.onnx"/,
  ],
  [
    'weights that are a pointer of Git LFS',
    { ...weightsIn('w.data'), 'w.data': 'version https://git-lfs.github.com/spec/v1\n'.slice(0, 20) },
    /"w\.data", which is cut short: it has 20 bytes, and the model reads 24/,
    /copy or export "w\.data" again/,
  ],
  [
    'a format that is too new',
    one((model) => (model.irVersion = 99n)),
    /IR version 99, and the newest that is served is \d\d$/,
    /m\.ir_version = \d\d;/,
  ],
  [
    'operators that are too new',
    opset({ domain: '', version: 99n }),
    /opset 99 of ai\.onnx, and .* is \d\d$/,
    /opset_version=\d\d/,
  ],
  [
    'operators of ai.onnx.ml that are too new',
    opset({ domain: 'ai.onnx.ml', version: 9n }),
    /opset 9 of ai\.onnx\.ml/,
    /"ai\.onnx\.ml": 5/,
  ],
  [
    'an operator that nobody has',
    one((model) => (model.graph!.node[0]!.opType = 'Mine')),
    /the operator Mine, which ONNX Runtime does not have/,
    /operators of ONNX alone/,
  ],
  [
    'an operator of a domain that it does not name',
    one((model) => (model.graph!.node[0]!.domain = 'com.mine')),
    /operators of com\.mine/,
    /operators of ONNX alone/,
  ],
  [
    'a node without its input',
    one((model) => (model.graph!.node[0]!.input[0] = 'nowhere')),
    /cannot load model\.onnx: Invalid model\. Node input 'nowhere' is not a graph input/,
    /onnx\.checker/,
  ],
  [
    'inputs of bfloat16',
    { 'model.onnx': onnxModels.brain },
    /input "x" is of type bfloat16/,
    /model\.float\(\)/,
  ],
  [
    'weights that are missing',
    { ...weightsIn('gone.data') },
    /"gone\.data", and that file is missing/,
    /put "gone\.data" beside/,
  ],
  [
    'weights above its folder',
    weightsIn('../w.data'),
    /"\.\.\/w\.data", which is no file of its own folder/,
    /save_as_external_data/,
  ],
  ['weights on the way back', weightsIn('a/../w.data'), /no file of its own folder/, /save_as_external_data/],
  [
    'weights of the system',
    weightsIn('/etc/passwd'),
    /"\/etc\/passwd", which is no file/,
    /save_as_external_data/,
  ],
  [
    'weights by a link',
    { ...weightsIn('w.data'), 'w.data': { linkTo: '/etc/passwd' } },
    /w\.data is a link that leads out/,
    /put the file itself/,
  ],
  [
    'code beside it',
    { 'model.onnx': onnxModels.linear, 'code/inference.py': '' },
    /brings code, code\/inference\.py/,
    /--image URI/,
  ],
  [
    'a pickle',
    { 'model.joblib': '\x80\x04\x95sklearn.linear' },
    /model\.joblib is a pickle/,
    /skl2onnx\.to_onnx/,
  ],
  [
    'a SavedModel',
    { 'saved_model.pb': 'x', 'keras_metadata.pb': 'x' },
    /TensorFlow SavedModel/,
    /tf2onnx\.convert --saved-model/,
  ],
];

test.concurrent.each(cases)(
  '%s is refused alike by both builds, with what to do',
  async (what, files, problem, next) => {
    const place = join(folder, what.replaceAll(/\W/g, '-'));
    mkdirSync(place);
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(place, path)), { recursive: true });
      if (typeof content === 'object' && 'linkTo' in content) symlinkSync(content.linkTo, join(place, path));
      else writeFileSync(join(place, path), content);
    }
    const [native, wasm] = [await check(place, 'native'), await check(place, 'wasm')];
    expect(native.problem).toMatch(problem);
    expect(native.next).toMatch(next);
    expect(`${native.problem}${native.next}`).not.toContain('\n');
    expect(wasm).toEqual(native);
  },
);

function check(place: string, backend: string): Promise<{ problem: string; next: string }> {
  return new Promise((resolve, reject) => {
    const options = { env: { PATH: process.env['PATH'], MLBENCH_BACKEND: backend } };
    execFile(process.execPath, [builtProgram('serving/serve'), 'check', place], options, (error, stdout) => {
      if (error?.code !== 1) reject(new Error(`ended with ${error?.code ?? 0}: ${stdout}`));
      else resolve(JSON.parse(stdout) as { problem: string; next: string });
    });
  });
}
