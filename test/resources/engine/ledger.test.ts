import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MlbenchError } from '../../../src/core/errors.ts';
import { openLedger } from '../../../src/resources/engine/ledger-store.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlbench-ledger-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const entry = {
  target: 'local' as const,
  region: 'us-east-1',
  createdAt: '2026-01-01T00:00:00.000Z',
  options: { instances: 1 },
  resources: [
    {
      kind: 'bucket',
      name: 'b',
      state: 'intended' as const,
      identifiers: { name: 'b' },
      createdAt: '2026-01-01T00:00:00.000Z',
    },
  ],
};

describe('the ledger', () => {
  it('is empty where there is none, and reading makes none', () => {
    const ledger = openLedger(join(folder, 'state'));
    expect(ledger.read()).toEqual({ schemaVersion: 1, experiments: {} });
    expect(() => statSync(join(folder, 'state'))).toThrow();
  });

  it('in what is no folder, or cannot be written, is refused with what helps', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(() => openLedger(file).read()).toThrow(`the state directory ${file} is not a folder`);
    const vanishing = join(folder, 'vanishing');
    const replaceByFile = () => writeFileSync(vanishing, '');
    expect(() => openLedger(vanishing).update(replaceByFile)).toThrow(
      expect.objectContaining({
        code: 'state-dir',
        exitCode: 2,
        remedy: expect.stringContaining('--state-dir'),
      }),
    );
  });

  it('keeps what was written, for its owner alone', () => {
    openLedger(folder).update((ledger) => {
      ledger.experiments['a'] = entry;
    });
    expect(openLedger(folder).read().experiments['a']).toEqual(entry);
    expect(statSync(join(folder, 'ledger.json')).mode & 0o777).toBe(0o600);
  });

  it('knows no experiment by the name of what every object has', () => {
    openLedger(folder).update((ledger) => {
      ledger.experiments['a'] = entry;
    });
    expect(openLedger(folder).read().experiments['constructor']).toBeUndefined();
  });

  it.each([
    ['half of it', '{"schemaVersion":1,"experim', 'it is not JSON'],
    ['nothing in it', '', 'it is not JSON'],
    ['a list', '[]', 'its top level'],
    [
      'a resource in a state nobody knows',
      JSON.stringify({
        schemaVersion: 1,
        experiments: { a: { ...entry, resources: [{ ...entry.resources[0], state: 'perhaps' }] } },
      }),
      'experiments.a.resources.0.state',
    ],
  ])('is never taken for an empty one: %s', (_, content, why) => {
    writeFileSync(join(folder, 'ledger.json'), content);
    const error = errorOf(() => openLedger(folder).read());
    expect(error).toMatchObject({ code: 'ledger-unreadable', exitCode: 2 });
    expect(error.message).toContain(join(folder, 'ledger.json'));
    expect(error.message).toContain(why);
    // Nor is it written over.
    expect(() => openLedger(folder).update(() => {})).toThrow(MlbenchError);
    expect(readFileSync(join(folder, 'ledger.json'), 'utf8')).toBe(content);
  });

  it('of a version to come is refused by its version', () => {
    writeFileSync(join(folder, 'ledger.json'), '{"schemaVersion":2}');
    expect(errorOf(() => openLedger(folder).read())).toMatchObject({
      code: 'ledger-version',
      message: `the ledger ${join(folder, 'ledger.json')} has version 2; this mlbench reads version 1`,
    });
  });

  it('that is a folder cannot be read', () => {
    mkdirSync(join(folder, 'ledger.json'));
    expect(errorOf(() => openLedger(folder).read()).code).toBe('ledger-unreadable');
  });
});

describe('the ledger of a command, whose file is taken from it', () => {
  const made = (state = folder) => {
    const ledger = openLedger(state);
    ledger.update(({ experiments }) => {
      experiments['a'] = structuredClone(entry);
    });
    return ledger;
  };
  const onDisk = (state = folder) => openLedger(state).read().experiments;

  it.each<[string, (state: string) => void, RegExp]>([
    ['its folder vanishes', (state) => rmSync(state, { recursive: true }), /vanished while/],
    ['it vanishes', (state) => rmSync(join(state, 'ledger.json')), /vanished while/],
    ['it is emptied', (state) => writeFileSync(join(state, 'ledger.json'), ''), /broke while.*not JSON/],
  ])('keeps all that is on it, tells that, and writes it anew: %s', (_, take, told) => {
    const state = join(folder, 'state');
    const ledger = made(state);
    take(state);
    expect(ledger.read().experiments['a']).toEqual(entry);
    ledger.note(({ experiments }) => {
      experiments['a']!.resources[0]!.state = 'removing';
    });
    expect(onDisk(state)['a']?.resources[0]?.state).toBe('removing');
    expect(ledger.trouble()).toMatchObject({ kind: 'lost', message: expect.stringMatching(told) });
  });

  it('is written anew at the end of a command that had nothing more to write', () => {
    const ledger = made();
    rmSync(join(folder, 'ledger.json'));
    ledger.read();
    expect(ledger.trouble()?.kind).toBe('lost');
    expect(onDisk()['a']).toEqual(entry);
  });

  it('is not kept from another that has removed everything', () => {
    const ledger = made();
    openLedger(folder).update(({ experiments }) => {
      delete experiments['a'];
    });
    expect(ledger.read().experiments['a']).toBeUndefined();
    expect(ledger.trouble()).toBeNull();
  });
});

describe('the ledger of a command, whose folder cannot be written any more', () => {
  /** A file where the folder was: refused to every user, root too. */
  const blocked = () => {
    const state = join(folder, 'state');
    const ledger = openLedger(state);
    ledger.update(({ experiments }) => {
      experiments['a'] = structuredClone(entry);
    });
    rmSync(state, { recursive: true });
    writeFileSync(state, '');
    return { ledger, state };
  };

  it('refuses what would be made without a record: code 1, for something was done before', () => {
    const { ledger } = blocked();
    const intend = () => ledger.update(({ experiments }) => delete experiments['a']);
    expect(errorOf(intend)).toMatchObject({
      code: 'state-dir',
      exitCode: 1,
      message: expect.stringContaining('what was made is on record'),
    });
    expect(ledger.read().experiments['a']).toEqual(entry);
  });

  it('remembers what has happened, says that it is not on record, and writes it once it can', () => {
    const { ledger, state } = blocked();
    ledger.note(({ experiments }) => {
      delete experiments['a'];
    });
    expect(ledger.read().experiments['a']).toBeUndefined();
    expect(ledger.trouble()).toMatchObject({ kind: 'behind', message: expect.stringContaining(state) });
    rmSync(state);
    ledger.note(() => {});
    expect(openLedger(state).read().experiments).toEqual({});
    expect(ledger.trouble()?.kind).not.toBe('behind');
  });
});

function errorOf(action: () => unknown): MlbenchError {
  try {
    action();
  } catch (error) {
    return error as MlbenchError;
  }
  throw new Error('did not throw');
}
