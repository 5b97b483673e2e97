import {
  chmodSync,
  lchownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ownStateFolder } from '../../../src/core/files/own-state.ts';

let folder: string;
let state: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlbench-own-'));
  state = join(folder, '.mlbench');
  mkdirSync(join(state, 'runs', 'one'), { recursive: true });
  writeFileSync(join(state, 'ledger.json'), '{}');
  writeFileSync(join(state, 'runs', 'one', 'result.json'), '{}');
  for (const path of paths()) chmodSync(path, statSync(path).isDirectory() ? 0o755 : 0o644);
});
afterEach(() => rmSync(folder, { recursive: true }));

const paths = () =>
  ['', 'ledger.json', 'runs', 'runs/one', 'runs/one/result.json'].map((name) => join(state, name));
const modes = () => paths().map((path) => (statSync(path).mode & 0o777).toString(8));
const closed = ['700', '600', '700', '700', '600'];

describe('a state folder that is there', () => {
  it('is closed to others, with what is in it', () => {
    ownStateFolder(state);
    expect(modes()).toEqual(closed);
  });

  it('is not looked through where it is closed already', () => {
    chmodSync(state, 0o700);
    ownStateFolder(state);
    expect(modes()).toEqual(['700', '644', '755', '755', '644']);
  });

  it('may be a link of its user', () => {
    symlinkSync(state, join(folder, 'link'));
    ownStateFolder(join(folder, 'link'));
    expect(modes().slice(1)).toEqual(closed.slice(1));
  });

  it('that holds other things stays open itself', () => {
    const shared = join(folder, 'shared');
    mkdirSync(shared, { mode: 0o755 });
    writeFileSync(join(shared, 'thesis.tex'), '', { mode: 0o644 });
    writeFileSync(join(shared, 'lock'), '', { mode: 0o644 });
    ownStateFolder(shared);
    const modeOf = (name: string) => statSync(join(shared, name)).mode & 0o777;
    expect([modeOf('.'), modeOf('thesis.tex'), modeOf('lock')]).toEqual([0o755, 0o644, 0o600]);
  });

  it('may be missing, or no folder: whoever wants to use it says so', () => {
    ownStateFolder(join(folder, 'missing'));
    ownStateFolder(join(state, 'ledger.json'));
    ownStateFolder(join(state, 'ledger.json', 'below'));
  });

  it('is refused to whoever does not own it', () => {
    const another = vi.spyOn(process, 'geteuid').mockReturnValue(12_345);
    try {
      expect(() => ownStateFolder(state)).toThrow(
        /^\S+ belongs to another user \(uid \d+\), who could make mlbench/,
      );
    } finally {
      another.mockRestore();
    }
    expect(modes()[0]).toBe('755');
  });

  it('is refused with a file of two names in it, where others may write', () => {
    linkSync(join(state, 'ledger.json'), join(folder, 'elsewhere'));
    chmodSync(state, 0o777);
    expect(() => ownStateFolder(state)).toThrow('has 2 names');
  });
});

describe.runIf(process.geteuid?.() === 0)('what belongs to another user', () => {
  it.each([
    ['the state folder', ''],
    ['a folder in it', 'runs'],
    ['a file in it', 'ledger.json'],
  ])('is refused in one line: %s', (_, name) => {
    const path = join(state, name);
    lchownSync(path, 12_345, 12_345);
    expect(() => ownStateFolder(state)).toThrow(
      `${path.replace(/\/$/, '')} belongs to another user (uid 12345), who could make mlbench do as it says`,
    );
  });

  it('is refused as a link to what is ours', () => {
    const link = join(folder, 'link');
    symlinkSync(state, link);
    lchownSync(link, 12_345, 12_345);
    expect(() => ownStateFolder(link)).toThrow('belongs to another user');
  });
});
