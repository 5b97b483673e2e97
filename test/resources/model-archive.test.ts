import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { MlbenchError } from '../../src/core/errors.ts';
import { packFiles } from '../../src/core/model/model-pack.ts';
import { listModel } from '../../src/core/model/model-tar.ts';
import { packModel, sampleModelPath } from '../../src/resources/model-archive.ts';
import { verifyModel } from '../../src/resources/model-check.ts';
import { onnxModels } from '../docker/onnx-models.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlbench-archive-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('packing a model', () => {
  test('without a path takes the sample model as it is', async () => {
    const archive = await packModel(null);
    const bytes = readFileSync(sampleModelPath);
    expect(Buffer.compare(bytes, archive.bytes)).toBe(0);
    expect(archive.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(archive.files).toEqual(['model.json', 'model.onnx']);
  });

  test('takes an .onnx file, whatever its name, as model.onnx', async () => {
    const a = put('a.onnx', onnxModels.linear);
    const b = put('other/b.onnx', onnxModels.linear);
    expect((await packModel(a)).files).toEqual(['model.onnx']);
    expect((await packModel(a)).sha256).toBe((await packModel(b)).sha256);
  });

  test('takes a folder with everything in it but hidden files', async () => {
    put('net/net.onnx', onnxModels.linear);
    put('net/weights/w.bin', 'weights');
    put('net/.git/config', 'x');
    put('net/.DS_Store', 'x');
    symlinkSync(put('labels.json', '{}'), join(folder, 'net', 'model.json'));
    const archive = await packModel(join(folder, 'net'));
    expect(new Set(archive.files)).toEqual(new Set(['model.json', 'net.onnx', 'weights/w.bin']));
    expect(await listModel(archive.bytes, 'packed')).toHaveLength(3);
  });

  test('gives the same hash again however the files were made', async () => {
    put('one/model.json', '{}');
    put('one/model.onnx', onnxModels.linear);
    put('two/model.onnx', onnxModels.linear);
    put('two/model.json', '{}');
    const [one, two] = [await packModel(join(folder, 'one')), await packModel(join(folder, 'two'))];
    expect(one.sha256).toBe(two.sha256);
  });

  const cases: [what: string, make: () => string, message: RegExp][] = [
    ['a path that does not exist', () => join(folder, 'nowhere.onnx'), /nowhere\.onnx does not exist/],
    ['a path below a file', () => join(put('a', 'x'), 'model.onnx'), /does not exist/],
    ['an empty file', () => put('model.onnx', ''), /model\.onnx is empty/],
    ['another format', () => put('model.xyz', 'x'), /neither an \.onnx file, nor a \.tar\.gz, nor a folder/],
    ['a device', () => '/dev/null', /neither a file nor a folder/],
    ['an empty folder', () => makeFolder('empty'), /no \.onnx file in it \(it is empty\)/],
    [
      'a folder without a model',
      () => join(put('f/readme.md', 'x'), '..'),
      /no \.onnx file in it \(readme\.md\)/,
    ],
    [
      'an archive without a model',
      () => put('m.tar.gz', packFiles([{ path: 'a.txt', bytes: Buffer.from('x') }])),
      /m\.tar\.gz cannot be served: there is no \.onnx file/,
    ],
    [
      'an archive cut short',
      () => put('m.tar.gz', readFileSync(sampleModelPath).subarray(0, 9_000)),
      /m\.tar\.gz is cut short/,
    ],
    ['a text file called .tar.gz', () => put('m.tar.gz', 'hello'), /m\.tar\.gz is not gzip-compressed/],
    ['gzip of something else', () => put('m.tgz', gzipSync('hello')), /m\.tgz is not a tar archive inside/],
  ];

  test.each(cases)('refuses %s in one line', async (_, make, message) => {
    const failure = await packModel(make()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(MlbenchError);
    const { message: text, remedy, exitCode } = failure as MlbenchError;
    expect(text).toMatch(message);
    expect([text, remedy].join('').includes('\n')).toBe(false);
    expect(exitCode).toBe(2);
  });
});

describe('verifying a model', () => {
  test('loads it and tells what it takes and gives', async () => {
    expect(await verify(null)).toMatchObject({
      file: 'model.onnx',
      name: 'palmer-penguins',
      inputs: [{ name: 'features', type: 'float32', rowShape: [4] }],
      labels: ['Adelie', 'Chinstrap', 'Gentoo'],
    });
  });

  test.each<[what: string, content: string | Uint8Array, message: RegExp]>([
    ['text', 'this is no model', /text\.onnx cannot be served: text\.onnx is no ONNX model$/],
    ['half a model', onnxModels.linear.subarray(0, 60), /cannot be served: text\.onnx is cut short$/],
    ['a type that cannot be fed', onnxModels.brain, /input "x" is of type bfloat16, which cannot be fed/],
  ])('refuses %s with the reason', async (_, content, message) => {
    const failure = await verify(put('text.onnx', content)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: expect.stringMatching(/^(?:bad|broken)-model$/), exitCode: 2 });
    expect((failure as Error).message).toMatch(message);
    expect((failure as Error).message).not.toContain(join(folder, 'scratch'));
  });

  test('refuses a folder whose model.json does not fit the model', async () => {
    put('m/model.onnx', onnxModels.linear);
    put('m/model.json', '{"features":["a"]}');
    await expect(verify(join(folder, 'm'))).rejects.toThrow(
      'model.json names 1 features, but the model takes 3',
    );
  });

  test('gives up after its time, and when it is interrupted', async () => {
    await expect(verify(null, { timeoutMs: 1 })).rejects.toThrow('did not load within 0.001 s');
    await expect(verify(null, { signal: AbortSignal.abort(new Error('stop')) })).rejects.toThrow('stop');
  });

  afterEach(() => {
    expect(readdirSync(makeFolder('scratch'))).toEqual([]);
  });
});

async function verify(path: string | null, options: { timeoutMs?: number; signal?: AbortSignal } = {}) {
  const archive = await packModel(path);
  return await verifyModel(archive, {
    scratchDirectory: join(folder, 'scratch'),
    clock: systemClock,
    ...options,
  });
}

function put(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
}

function makeFolder(name: string): string {
  mkdirSync(join(folder, name), { recursive: true });
  return join(folder, name);
}
