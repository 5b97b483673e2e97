import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MlbenchError } from '../../src/core/errors.ts';
import { readIntervalLog } from '../../src/record/read-interval-log.ts';
import type { TimelineEvent } from '../../src/record/schemas/timeline.ts';
import type { LoggedInterval } from '../../src/record/writer/interval-log.ts';
import { newRunId, openRunFolder, type RunFolder } from '../../src/record/writer/run-folder.ts';
import { sampleRun } from '../report/sample-run.ts';
import { encode } from './latency/encoded.ts';
import { writeRecord } from './support/write-record.ts';

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

const intervalAt = (second: number): LoggedInterval => ({
  startedAtMs: 0,
  fromMs: second * 1_000,
  toMs: (second + 1) * 1_000,
  histograms: [{ tag: { kind: 'response' }, histogram: encode([1_000]) }],
});

describe("a run's folder", () => {
  it('has each line of the timeline at once', () => {
    const directory = open();
    directory.append(event);
    expect(readFileSync(join(directory.path, 'timeline.ndjson'), 'utf8')).toBe(`${JSON.stringify(event)}\n`);
    directory.writeReport('<html>');
    expect(readdirSync(directory.path).sort()).toEqual(['report.html', 'timeline.ndjson']);
    expect(directory.complete()).toBe(true);
  });

  it('has each interval at once, in a log that can be read while it grows', () => {
    const directory = open();
    for (const second of [0, 1, 2]) {
      directory.appendInterval(intervalAt(second));
      const log = readIntervalLog(readFileSync(join(directory.path, 'intervals.hlog')));
      expect(log.between({ kind: 'response' }).count).toBe(second + 1);
    }
    expect(statSync(join(directory.path, 'intervals.hlog')).mode & 0o777).toBe(0o600);
  });

  it('says in its result what timeline and intervals measured then', () => {
    const directory = open();
    const { result } = sampleRun();
    expect(directory.writeResult(result).files).toEqual({});
    directory.append(event);
    directory.appendInterval(intervalAt(0));
    const written = directory.writeResult(result);
    expect(JSON.parse(readFileSync(join(directory.path, 'result.json'), 'utf8'))).toEqual(written);
    for (const name of ['timeline.ndjson', 'intervals.hlog'] as const) {
      const content = readFileSync(join(directory.path, name));
      expect(written.files?.[name]).toEqual({
        version: 1,
        sizeBytes: content.length,
        sha256: createHash('sha256').update(content).digest('hex'),
      });
    }
  });

  it('leaves nothing of an older run in it, once it has begun', () => {
    const older = join(stateDir, 'older');
    writeRecord(older, sampleRun());
    writeFileSync(join(older, 'notes.txt'), 'mine');
    const directory = open(older);
    expect(readdirSync(older)).toHaveLength(6);
    directory.append(event);
    expect(readdirSync(older).sort()).toEqual(['notes.txt', 'timeline.ndjson']);
  });

  it('that cannot be written any more is named once, and the run goes on', () => {
    const directory = open();
    rmSync(directory.path, { recursive: true });
    writeFileSync(directory.path, 'a file where the folder was');
    directory.append(event);
    directory.append(event);
    directory.appendInterval(intervalAt(0));
    directory.writeHistogram('');
    directory.writeReport('');
    expect(troubles).toMatchObject([
      { code: 'out-dir', exitCode: 2, remedy: 'pass another --out or --state-dir' },
    ]);
    expect(troubles[0]?.message).toContain(directory.path);
    expect(directory.complete()).toBe(false);
    expect(directory.timeline()).toEqual([event, event]);
  });

  it('has its files open from the beginning, and none that stayed empty in the end', () => {
    const directory = open();
    directory.begin();
    expect(readdirSync(directory.path).sort()).toEqual(['intervals.hlog', 'timeline.ndjson']);
    directory.append(event);
    directory.close();
    expect(readdirSync(directory.path)).toEqual(['timeline.ndjson']);
  });

  it('that was removed meanwhile is named at the end', () => {
    const directory = open();
    directory.append(event);
    rmSync(directory.path, { recursive: true });
    directory.append(event);
    expect(directory.writeResult(sampleRun().result).files).toEqual({});
    expect(troubles).toMatchObject([{ code: 'out-dir' }]);
    expect(directory.complete()).toBe(false);
  });

  it('is not blamed for what is wrong with a histogram', () => {
    const directory = open();
    const broken = {
      ...intervalAt(0),
      histograms: [{ tag: { kind: 'response' }, histogram: { ...encode([1]), buckets: 'no buckets' } }],
    };
    expect(() => directory.appendInterval(broken as never)).toThrow();
    expect(troubles).toEqual([]);
    expect(directory.complete()).toBe(true);
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
