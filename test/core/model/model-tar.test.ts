import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { Header } from 'tar';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MlbenchError } from '../../../src/core/errors.ts';
import { packFiles } from '../../../src/core/model/model-pack.ts';
import { listModel, unpackModel } from '../../../src/core/model/model-tar.ts';

fc.configureGlobal({ seed: 20_261_122 });

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlbench-model-tar-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('packing and unpacking', () => {
  const segment = fc.stringMatching(/^[a-z0-9_-]{1,20}$/);
  const file = fc.record({
    path: fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => `${parts.join('/')}.bin`),
    bytes: fc.uint8Array({ maxLength: 5_000 }),
  });

  test('gives back every file, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(file, { selector: (item) => item.path, maxLength: 6, minLength: 1 }),
        async (files) => {
          const target = mkdtempSync(join(folder, 'unpacked-'));
          const listed = await unpackModel(packFiles(files), target);
          expect(new Set(listed.map((item) => item.path))).toEqual(new Set(files.map((item) => item.path)));
          for (const { path, bytes } of files) {
            expect(new Uint8Array(readFileSync(join(target, path)))).toEqual(bytes);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  test('gives the same bytes whatever the order of the files', () => {
    const a = { path: 'a.onnx', bytes: Buffer.from('a') };
    const b = { path: 'b/b.json', bytes: Buffer.from('b') };
    expect(packFiles([b, a])).toEqual(packFiles([a, b]));
  });

  test('spans several of the stored blocks of gzip', async () => {
    const bytes = new Uint8Array(300_000).map((_, index) => index % 251);
    await unpackModel(packFiles([{ path: 'large.onnx', bytes }]), folder);
    expect(readFileSync(join(folder, 'large.onnx')).equals(bytes)).toBe(true);
  });

  test('refuses a path that a tar header cannot hold', () => {
    const path = `${'long/'.repeat(60)}model.onnx`;
    expect(() => packFiles([{ path, bytes: Buffer.from('x') }])).toThrow(/too long for a tar archive/);
  });
});

describe('an archive that cannot be trusted', () => {
  const good = packFiles([{ path: 'model.onnx', bytes: Buffer.alloc(3_000, 1) }]);

  const cases: [what: string, bytes: () => Uint8Array, message: RegExp][] = [
    ['nothing at all', () => new Uint8Array(), /is empty/],
    ['plain text', () => Buffer.from('hello'), /is not gzip-compressed/],
    ['a gzip cut short', () => good.subarray(0, good.length - 100), /is cut short/],
    [
      'a tar cut short within a whole gzip',
      () => gzipSync(tar(['model.onnx', 'File']).subarray(0, 700)),
      /cut short/,
    ],
    ['gzip around no tar', () => gzipSync('hello, this is no tar archive'), /not a tar archive/],
    [
      'a flipped bit',
      () => flipBit(good),
      /is damaged|does not decompress|not a tar archive|cannot be unpacked/,
    ],
    [
      'a path upwards',
      () => gzipSync(tar(['../evil.onnx', 'File'])),
      /"\.\.\/evil\.onnx", a path that leads outside/,
    ],
    ['a path upwards in the middle', () => gzipSync(tar(['a/../../evil', 'File'])), /leads outside/],
    ['an absolute path', () => gzipSync(tar(['/etc/evil', 'File'])), /leads outside/],
    ['a backslash path', () => gzipSync(tar(['..\\evil', 'File'])), /leads outside/],
    ['a symbolic link', () => gzipSync(tar(['model.onnx', 'SymbolicLink', '/etc/passwd'])), /a link/],
    ['a hard link', () => gzipSync(tar(['model.onnx', 'Link', '/etc/passwd'])), /a link/],
    ['a device', () => gzipSync(tar(['model.onnx', 'CharacterDevice'])), /no plain file/],
    ['the same path twice', () => gzipSync(tar(['a', 'File'], ['./a', 'File'])), /"a" twice/],
  ];

  test.each(cases)('%s is refused', async (_, bytes, message) => {
    const failure = await unpackModel(bytes(), folder, 'the.tar.gz').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(MlbenchError);
    expect(failure).toMatchObject({ code: 'bad-model-archive', exitCode: 2 });
    expect((failure as Error).message).toMatch(message);
    expect((failure as Error).message).toContain('the.tar.gz');
  });

  test.runIf(process.platform === 'linux')('a folder that cannot be written is not its fault', async () => {
    // The kernel's own file system lets nobody make a file.
    await expect(unpackModel(good, '/sys', 'the.tar.gz')).rejects.toMatchObject({
      code: 'unpack-folder',
      message: expect.stringMatching(/^the model archive the\.tar\.gz cannot be unpacked in \/sys: E\w+: /),
      remedy: 'free some space there or mend its rights, or pass another --state-dir',
      exitCode: 2,
    });
  });

  test('one that unpacks to more than allowed is refused before it has been unpacked', async () => {
    const bomb = gzipSync(tar(['zeros', 'File', '', Buffer.alloc(5_000_000)]));
    expect(bomb.length).toBeLessThan(10_000);
    const limits = { maxBytes: 1_000_000, maxFiles: 10 };
    await expect(unpackModel(bomb, folder, 'bomb', limits)).rejects.toThrow(
      /unpacks to more than 1000000 bytes/,
    );
    expect(existsSync(join(folder, 'zeros'))).toBe(false);
  });

  test('endless padding after the files counts too', async () => {
    const bomb = gzipSync(Buffer.concat([tar(['a', 'File']), Buffer.alloc(5_000_000)]));
    const limits = { maxBytes: 1_000_000, maxFiles: 10 };
    await expect(listModel(bomb, 'bomb', limits)).rejects.toThrow(/unpacks to more than/);
  });

  test('one with too many files is refused', async () => {
    const files = Array.from({ length: 12 }, (_, index) => ({ path: `f${index}`, bytes: Buffer.from('x') }));
    const limits = { maxBytes: 1_000_000, maxFiles: 10 };
    await expect(listModel(packFiles(files), 'many', limits)).rejects.toThrow(/more than 10 files/);
  });

  test('a link that is already in the folder is not written through', async () => {
    const outside = join(folder, 'outside');
    const target = mkdtempSync(join(folder, 'target-'));
    symlinkSync(outside, join(target, 'model.onnx'));
    await expect(unpackModel(good, target)).rejects.toThrow(/already there/);
    expect(existsSync(outside)).toBe(false);
  });
});

test('folders, ./ prefixes and other people’s gzip are taken', async () => {
  const archive = gzipSync(tar(['./', 'Directory'], ['./sub/', 'Directory'], ['./sub/model.onnx', 'File']));
  expect(await listModel(archive, 'theirs')).toEqual([{ path: 'sub/model.onnx', sizeBytes: 1_000 }]);
});

type Entry = [
  path: string,
  type: 'File' | 'Directory' | 'SymbolicLink' | 'Link' | 'CharacterDevice',
  link?: string,
  body?: Buffer,
];

/** A tar as an attacker would write it: nothing is checked on the way in. */
function tar(...entries: Entry[]): Buffer {
  const blocks = entries.flatMap(([path, type, linkpath = '', content]) => {
    const body = type === 'File' ? (content ?? Buffer.alloc(1_000, 7)) : Buffer.alloc(0);
    const header = Buffer.alloc(512);
    new Header({ path, type, linkpath, size: body.length, mode: 0o644, mtime: new Date(0) }).encode(
      header,
      0,
    );
    return [header, body, Buffer.alloc((512 - (body.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1_024)]);
}

function flipBit(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[200] = copy[200]! ^ 1;
  return copy;
}
