import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFileAtomic, writeFileAtomic } from '../../src/core/files/atomic-file.ts';

describe('an atomic write', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mlbench-atomic-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('makes the folder, replaces the file and leaves nothing else', () => {
    const path = join(folder, 'deep', 'file.json');
    writeFileAtomic(path, 'one');
    writeFileAtomic(path, 'two');
    expect(readFileSync(path, 'utf8')).toBe('two');
    expect(readdirSync(join(folder, 'deep'))).toEqual(['file.json']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('keeps the neighbourhood clean when the target cannot be replaced', () => {
    expect(() => writeFileAtomic(folder, 'a folder stands here')).toThrow();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('of a file that must be new leaves the one that is there, and says so', () => {
    const path = join(folder, 'deep', 'file.json');
    expect(createFileAtomic(path, 'one')).toBe(true);
    expect(createFileAtomic(path, 'two')).toBe(false);
    expect(readFileSync(path, 'utf8')).toBe('one');
    expect(readdirSync(join(folder, 'deep'))).toEqual(['file.json']);
  });
});
