import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLambdaBundle, zipFiles } from '../../../src/resources/kinds/lambda-function/lambda-bundle.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlbench-bundle-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const code = new TextEncoder().encode('export const handler = () => {};');
const type = new TextEncoder().encode('{ "type": "module" }');

describe('a bundle', () => {
  it('has the same bytes whatever the order of its files, and other bytes for other files', () => {
    const one = zipFiles(
      new Map([
        ['index.js', code],
        ['package.json', type],
      ]),
    );
    const other = zipFiles(
      new Map([
        ['package.json', type],
        ['index.js', code],
      ]),
    );
    expect(other).toEqual(one);
    expect(one.sha256).toMatch(/^[\w+/]{43}=$/);
    expect(zipFiles(new Map([['index.js', type]])).sha256).not.toBe(one.sha256);
  });

  it('holds no date but the first of the format, which is the same in every time zone', () => {
    const header = new DataView(zipFiles(new Map([['index.js', code]])).zip.buffer);
    expect(header.getUint16(10, true)).toBe(0);
    expect(header.getUint16(12, true)).toBe((1 << 5) | 1);
  });

  it('lets everybody read its files', () => {
    const { zip } = zipFiles(new Map([['index.js', code]]));
    const directory = Buffer.from(zip).indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
    const view = new DataView(zip.buffer);
    expect(view.getUint8(directory + 5)).toBe(3);
    expect((view.getUint32(directory + 38, true) >>> 16).toString(8)).toBe('100644');
  });

  it('is what was built, without source maps', () => {
    writeFileSync(join(folder, 'index.js'), code);
    writeFileSync(join(folder, 'index.js.map'), '{}');
    writeFileSync(join(folder, 'package.json'), type);
    const files = unzipSync(readLambdaBundle(folder).zip);
    expect(Object.keys(files)).toEqual(['index.js', 'package.json']);
    expect(strFromU8(files['index.js']!)).toBe('export const handler = () => {};');
  });

  it('is the function of this package unless told otherwise', () => {
    const files = unzipSync(readLambdaBundle().zip);
    expect(strFromU8(files['index.js']!)).toMatch(/handler/);
    expect(JSON.parse(strFromU8(files['package.json']!))).toEqual({ type: 'module' });
  });

  it('says that nothing was built', () => {
    expect(() => readLambdaBundle(folder)).toThrow(expect.objectContaining({ code: 'not-built' }));
    expect(() => readLambdaBundle(join(folder, 'nowhere'))).toThrow(
      expect.objectContaining({ code: 'not-built' }),
    );
  });
});
