import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { ModelProtoSchema } from 'onnx-buf';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeJson } from '../../docker/src/decode-json.ts';
import { encodePredictions } from '../../docker/src/encode.ts';
import { loadModel, type Model } from '../../docker/src/model.ts';
import type { ResponseFormat } from '../../docker/src/negotiate.ts';
import { unzipped } from '../../docker/src/onnx/zip-maps.ts';
import { readFields } from '../../src/core/model/onnx/wire.ts';
import { onnxModels, withSequence, zipMapped } from './onnx-models.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlbench-zip-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function load(onnx: Uint8Array, description?: unknown): Promise<Model> {
  const modelDirectory = mkdtempSync(join(folder, 'model-'));
  writeFileSync(join(modelDirectory, 'model.onnx'), onnx);
  if (description !== undefined)
    writeFileSync(join(modelDirectory, 'model.json'), JSON.stringify(description));
  return await loadModel({ modelDirectory, backend: 'native', inferenceThreads: 1 });
}

async function ask(model: Model, body: unknown, format: ResponseFormat = 'json'): Promise<string> {
  return encodePredictions(await model.predict(decodeJson(JSON.stringify(body), model.context)), format);
}

const rows = [
  [0.25, 0.75],
  [1, 0],
];

describe('a classifier with a ZipMap, as skl2onnx makes it', () => {
  test('answers with label and probabilities by class', async () => {
    const model = await load(zipMapped(['no', 'yes']));
    expect(model.info.unserved).toEqual([]);
    expect(JSON.parse(await ask(model, rows))).toEqual({
      predictions: [
        { label: 1, output_probability: { no: 0.25, yes: 0.75 } },
        { label: 0, output_probability: { no: 1, yes: 0 } },
      ],
    });
    expect(await ask(model, rows, 'csv')).toBe('1,0.25,0.75\n0,1,0\n');
  });

  test('names classes by numbers as it was trained with them', async () => {
    const model = await load(zipMapped([7, -3]));
    expect(JSON.parse(await ask(model, [rows[0]])).predictions).toEqual([
      { label: 1, output_probability: { '7': 0.25, '-3': 0.75 } },
    ]);
  });

  test('may hold no other operators than those of machine learning', async () => {
    const model = await load(zipMapped(['a', 'b'], true));
    expect(JSON.parse(await ask(model, rows)).predictions).toEqual([
      { a: 0.25, b: 0.75 },
      { a: 1, b: 0 },
    ]);
  });

  test('takes the labels of model.json before its own', async () => {
    const model = await load(zipMapped([0, 1]), { labels: ['no', 'yes'] });
    expect(JSON.parse(await ask(model, [rows[0]])).predictions).toEqual([
      { label: 'yes', probabilities: { no: 0.25, yes: 0.75 } },
    ]);
  });
});

test('an output that cannot be fetched is named, and the others are served', async () => {
  const model = await load(withSequence);
  expect(model.info.unserved).toEqual([{ name: 'parts', type: 'no tensor' }]);
  expect(JSON.parse(await ask(model, rows)).predictions).toEqual(rows);
});

describe('taking a model apart', () => {
  test('changes nothing where there is no ZipMap', () => {
    expect(unzipped(onnxModels.linear)).toBeNull();
    expect(unzipped(withSequence)).toBeNull();
  });

  test('leaves all else as it was', () => {
    const before = fromBinary(ModelProtoSchema, zipMapped(['no', 'yes']));
    const after = fromBinary(ModelProtoSchema, unzipped(zipMapped(['no', 'yes']))!.onnx);
    expect(after.graph!.node.map(({ opType }) => opType)).toEqual(['Identity', 'ArgMax', 'Identity']);
    expect(after.graph!.output.map(({ name }) => name)).toEqual(['label', 'output_probability']);
    expect({ ...after, graph: null }).toEqual({ ...before, graph: null });
    expect(after.graph!.input).toEqual(before.graph!.input);
  });

  test('finds every field of a message, and refuses what is none', () => {
    fc.assert(
      fc.property(fc.string(), fc.bigInt({ min: 0n, max: 2n ** 62n }), (text, version) => {
        const message = create(ModelProtoSchema, { docString: text, irVersion: version });
        const bytes = toBinary(ModelProtoSchema, message);
        expect(Buffer.concat(readFields(bytes).map((field) => field.bytes))).toEqual(Buffer.from(bytes));
        if (bytes.length > 0)
          expect(() => readFields(bytes.subarray(0, bytes.length - 1))).toThrow(/cut short/);
      }),
    );
  });
});
