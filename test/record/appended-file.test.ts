import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createAppendedFile } from '../../src/record/writer/appended-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlbench-append-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('replaces what was there, then grows', () => {
  const path = join(folder, 'a');
  writeFileSync(path, 'of yesterday');
  const file = createAppendedFile(path);
  expect(file.measured()).toBeNull();
  file.append('one\n');
  file.append('zwei: größer\n');
  expect(readFileSync(path, 'utf8')).toBe('one\nzwei: größer\n');
  expect(file.measured()?.sizeBytes).toBe(Buffer.byteLength('one\nzwei: größer\n'));
});

it('on a full disk says so, and measures what stands', () => {
  const path = join(folder, 'full');
  symlinkSync('/dev/full', path);
  const file = createAppendedFile(path);
  expect(() => file.append('one\n')).toThrow(/ENOSPC/);
  expect(file.measured()).toBeNull();
});

it('is opened once: what comes later needs no descriptor, and goes nowhere else', () => {
  const path = join(folder, 'a');
  const file = createAppendedFile(path);
  file.open();
  writeFileSync(join(folder, 'b'), 'of somebody else');
  renameSync(path, join(folder, 'moved'));
  renameSync(join(folder, 'b'), path);
  file.append('one\n');
  expect(readFileSync(path, 'utf8')).toBe('of somebody else');
  expect(readFileSync(join(folder, 'moved'), 'utf8')).toBe('one\n');
  // It is not where it was to be: nothing is claimed of it.
  expect(file.isThere()).toBe(false);
  expect(file.measured()).toBeNull();
});

it('leaves no empty file behind', () => {
  const [empty, full] = [join(folder, 'empty'), join(folder, 'full')];
  const files = [empty, full].map((path) => createAppendedFile(path));
  for (const file of files) file.open();
  files[1]?.append('one\n');
  for (const file of files) file.close();
  expect(readdirSync(folder)).toEqual(['full']);
  expect(files[1]?.measured()?.sizeBytes).toBe(4);
});
