import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assembleImageContext } from '../../scripts/image-context.ts';

let folder: string;
let context: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mlbench-context-'));
  context = join(folder, 'context');
  await assembleImageContext(context, ['linux/amd64', 'linux/arm64']);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the build context of the serving image', () => {
  test('has the Dockerfile, the program in one file, and each platform’s dependencies', () => {
    expect(readdirSync(context).sort()).toEqual(['Dockerfile', 'platform', 'program']);
    expect(readdirSync(join(context, 'platform')).sort()).toEqual(['amd64', 'arm64']);
    expect(readdirSync(join(context, 'platform', 'amd64', 'node_modules')).sort()).toEqual([
      'onnxruntime-common',
      'onnxruntime-node',
    ]);
    // Whatever it imported of ours by path would be missing in the image.
    const program = readFileSync(join(context, 'program', 'serve.js'), 'utf8');
    expect(program).not.toMatch(/(?:from|import)\s*\(?['"]\.{1,2}\//);
  });

  test.each([
    // ELF's e_machine: 62 is x86-64, 183 AArch64.
    ['amd64', 'x64', 62],
    ['arm64', 'arm64', 183],
  ])('%s gets its own native library and no other', (platform, node, machine) => {
    const bin = join(context, 'platform', platform, 'node_modules', 'onnxruntime-node', 'bin', 'napi-v6');
    const files = readdirSync(bin, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.(?:so|node)/.test(name),
    );
    expect(files.sort()).toEqual([
      `linux/${node}/libonnxruntime.so.1`,
      `linux/${node}/onnxruntime_binding.node`,
    ]);
    for (const file of files) expect(readFileSync(join(bin, file)).readUInt16LE(18)).toBe(machine);
  });

  test('is small', () => {
    const sizeOf = (platform: string) =>
      readdirSync(join(context, 'platform', platform), { recursive: true, encoding: 'utf8' })
        .map((name) => statSync(join(context, 'platform', platform, name)))
        .reduce((total, stats) => total + (stats.isFile() ? stats.size : 0), 0);
    expect(sizeOf('amd64')).toBeLessThan(50_000_000);
    expect(sizeOf('arm64')).toBeLessThan(30_000_000);
  });
});
