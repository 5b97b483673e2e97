import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ContextFile } from '../../src/image/build-context.ts';
import { hashContent } from '../../src/image/serving-image.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlbench-hash-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const image = { platform: 'linux/amd64', baseImage: 'node:24-slim' } as const;
const text = (path: string, content: string, executable = false): ContextFile => ({
  path,
  content: { text: content },
  executable,
});

describe('the hash of an image', () => {
  const files = [text('Dockerfile', 'FROM a'), text('program/serve.js', 'serve()')];

  it('is a tag that registries take', () => {
    expect(hashContent(files, image)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('does not depend on where the files lie, on their order, nor on who may read them', () => {
    const lying = (below: string, mode: number) => {
      const file = join(folder, below, 'file');
      mkdirSync(dirname(file));
      writeFileSync(file, 'serve()');
      chmodSync(file, mode);
      return { path: 'program/serve.js', content: { file }, executable: false };
    };
    const expected = hashContent(files, image);
    expect(hashContent([lying('a', 0o600), text('Dockerfile', 'FROM a')], image)).toBe(expected);
    expect(hashContent([lying('b', 0o644), text('Dockerfile', 'FROM a')], image)).toBe(expected);
  });

  it.each<[string, ContextFile[], { platform: 'linux/amd64' | 'linux/arm64'; baseImage: string }]>([
    ['a byte', [text('Dockerfile', 'FROM b'), text('program/serve.js', 'serve()')], image],
    ['a name', [text('Dockerfile', 'FROM a'), text('program/server.js', 'serve()')], image],
    ['a mode', [text('Dockerfile', 'FROM a'), text('program/serve.js', 'serve()', true)], image],
    ['one file more', [...files, text('x', '')], image],
    ['the platform', files, { ...image, platform: 'linux/arm64' }],
    ['the base image', files, { ...image, baseImage: 'node:25-slim' }],
  ])('changes with %s', (_, changed, of) => {
    expect(hashContent(changed, of)).not.toBe(hashContent(files, image));
  });
});
