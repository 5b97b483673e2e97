import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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
