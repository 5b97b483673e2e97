import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MlbenchError } from '../../src/core/errors.ts';
import { newRunId, openRunFolder, type RunFolder } from '../../src/record/run-folder.ts';
import type { TimelineEvent } from '../../src/record/timeline.ts';

let stateDir: string;
let troubles: MlbenchError[];

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'mlbench-run-'));
  troubles = [];
});
afterEach(() => rmSync(stateDir, { recursive: true, force: true }));

const open = (outDir?: string): RunFolder =>
  openRunFolder(stateDir, 'a-run', outDir, (error) => troubles.push(error));

const event: TimelineEvent = {
  at: '2026-01-01T00:00:00.000Z',
  cloudTimeMs: 0,
  type: 'phase',
  phase: 'load-started',
  message: 'the load starts',
};

describe("a run's folder", () => {
  it('has each line of the timeline at once', () => {
    const directory = open();
    directory.append(event);
    expect(readFileSync(join(directory.path, 'timeline.ndjson'), 'utf8')).toBe(`${JSON.stringify(event)}\n`);
    directory.writeReport('<html>');
    expect(readdirSync(directory.path).sort()).toEqual(['report.html', 'timeline.ndjson']);
    expect(directory.complete()).toBe(true);
  });

  it('that cannot be written any more is named once, and the run goes on', () => {
    const directory = open();
    rmSync(directory.path, { recursive: true });
    writeFileSync(directory.path, 'a file where the folder was');
    directory.append(event);
    directory.append(event);
    directory.writeHistogram('');
    directory.writeReport('');
    expect(troubles).toMatchObject([
      { code: 'out-dir', exitCode: 2, remedy: 'pass another --out or --state-dir' },
    ]);
    expect(troubles[0]?.message).toContain(directory.path);
    expect(directory.complete()).toBe(false);
    expect(directory.timeline()).toEqual([event, event]);
  });

  it('is gone again if the run never began, but not with an older run in it', () => {
    const directory = open();
    directory.discard();
    expect(readdirSync(join(stateDir, 'runs'))).toEqual([]);
    const older = join(stateDir, 'older');
    mkdirSync(older);
    writeFileSync(join(older, 'timeline.ndjson'), 'of yesterday');
    open(older).discard();
    expect(readFileSync(join(older, 'timeline.ndjson'), 'utf8')).toBe('of yesterday');
    const again = open(older);
    again.append(event);
    again.append(event);
    again.discard();
    expect(readFileSync(join(older, 'timeline.ndjson'), 'utf8')).toBe(`${JSON.stringify(event)}\n`.repeat(2));
  });

  it('that cannot be made is refused before the run', () => {
    const file = join(stateDir, 'file');
    writeFileSync(file, '');
    expect(() => open(join(file, 'out'))).toThrow(/run's folder .*file.out cannot be written: ENOTDIR/);
  });
});

it('names runs so that they sort by time', () => {
  const names = [1_767_225_600_000, 1_767_225_601_000].map(newRunId);
  expect(names[0]).toMatch(/^20260101T000000Z-[0-9a-f]{4}$/);
  expect([...names].sort()).toEqual(names);
});
