import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MlbenchError } from '../../src/core/errors.ts';
import { scalingOf } from '../../src/record/fleet/scaling-summary.ts';
import { readRecord } from '../../src/record/read-record.ts';
import type { RecordProblem } from '../../src/record/reader/record-errors.ts';
import { resultSchema } from '../../src/record/schemas/result.ts';
import { timelineEventSchema } from '../../src/record/schemas/timeline.ts';
import { renderReport } from '../../src/report/render-report.ts';
import { sampleRun } from '../report/sample-run.ts';
import { writeRecord } from './support/write-record.ts';

const fixtures = fileURLToPath(new URL('./fixtures/version-0.1', import.meta.url));
const oldRecords = ['closed', 'open', 'stages', 'trace', 'scenario', 'scaling'];
const newRecord = sampleRun();

let stateDir: string;
let folder: string;

beforeAll(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'mlbench-record-'));
  mkdirSync(join(stateDir, 'runs'));
});
afterAll(() => rmSync(stateDir, { recursive: true, force: true }));
beforeEach(() => {
  folder = mkdtempSync(join(stateDir, 'runs', 'run-'));
});

const old = (name: string) => cpSync(join(fixtures, name), folder, { recursive: true });
const path = (name: string) => join(folder, name);
const change = (name: string, how: (text: string) => string) =>
  writeFileSync(path(name), how(readFileSync(path(name), 'utf8')));
const changeResult = (how: (result: Record<string, unknown>) => unknown) =>
  change('result.json', (text) => `${JSON.stringify(how(JSON.parse(text)), null, 2)}\n`);

function expectRefusal(problem: RecordProblem, about: string | RegExp, run = folder) {
  let error: unknown;
  try {
    readRecord(run, stateDir).intervals();
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(MlbenchError);
  const { code, message, remedy, exitCode } = error as MlbenchError;
  expect({ code, exitCode }).toEqual({ code: problem, exitCode: 2 });
  expect(message).toMatch(about);
  expect(message).toMatch(/^\P{Cc}+$/u);
  expect(remedy).not.toBe('');
}

describe('a record that was written before there were files, expectations and charges in it', () => {
  it.each(oldRecords)('is read, renders, and lacks nothing: %s', (name) => {
    const { result, timeline, intervals } = readRecord(join(fixtures, name), stateDir);
    expect(result.schemaVersion).toBe(1);
    expect(timeline.length).toBeGreaterThan(5);
    expect(intervals()).toBeNull();
    expect(['MET', 'MISSED', 'NONE']).toContain(result.expectations?.verdict);
    for (const threshold of result.thresholds) expect(threshold).toHaveProperty('quantity');
    expect(renderReport(result, timeline)).toContain(result.runId);
  });

  it('holds all that it held, and what is new beside it', () => {
    const before = JSON.parse(readFileSync(join(fixtures, 'scaling/result.json'), 'utf8'));
    const { result } = readRecord(join(fixtures, 'scaling'), stateDir);
    expect(result).toMatchObject(before);
    expect(result.costUsd.charged).toBe(false);
    expect(result.expectations).toEqual({ verdict: 'MISSED' });
    expect(result.thresholds).toEqual([
      {
        expression: 'p99<200ms',
        quantity: 'percentile',
        percentile: 99,
        latency: 'response',
        comparison: '<',
        value: 200_000,
        unit: 'us',
        observed: 601_599,
        passed: false,
      },
    ]);
  });

  it('from before scale-outs were taken apart has them taken apart by the reader', () => {
    old('scaling');
    const { scaling } = readRecord(folder, stateDir).result;
    changeResult((result) => {
      const { scaleOutDelays: _, ...rest } = result['scaling'] as Record<string, unknown>;
      return { ...result, scaling: rest };
    });
    const told = (of: typeof scaling) =>
      scalingOf({ scaling: of })?.scaleOutDelays?.map(({ from, to, moments }) => ({ from, to, moments }));
    expect(told(readRecord(folder, stateDir).result.scaling)).toEqual(told(scaling));
    expect(scaling).toMatchObject({ scaleOutDelays: [{ from: 1 }, { from: 2 }] });
  });
});

describe('a record', () => {
  it('comes back as it was written, found by its folder or by its id', () => {
    const written = writeRecord(folder, newRecord);
    const record = readRecord(folder, stateDir);
    expect(record.result).toEqual(written);
    expect(record.timeline).toEqual(newRecord.timeline);
    expect(readRecord(folder.split('/').at(-1) ?? '', stateDir)).toMatchObject({ folder, result: written });
    const { intervals } = record;
    const loads = newRecord.timeline.filter((event) => event.type === 'load');
    expect(intervals()?.between({ kind: 'response', name: 'list' }).count).toBe(loads.length * 4);
    expect(resultSchema.parse(JSON.parse(readFileSync(path('result.json'), 'utf8')))).toEqual(written);
    for (const event of newRecord.timeline) expect(timelineEventSchema.parse(event)).toEqual(event);
  });

  it('says of a run that went on after its result what was known then', () => {
    writeRecord(folder, newRecord);
    const before = readRecord(folder, stateDir);
    appendFileSync(path('timeline.ndjson'), '{"at":"2026-11-');
    appendFileSync(path('intervals.hlog'), 'Tag=resp');
    const after = readRecord(folder, stateDir);
    expect(after.timeline).toEqual(before.timeline);
    expect(after.intervals()?.intervals).toHaveLength(before.intervals()?.intervals.length ?? 0);
  });

  it('with fields that this version does not know is read without them', () => {
    writeRecord(folder, newRecord);
    changeResult((result) => ({ ...result, agents: [{ name: 'a' }], expectations: { verdict: 'MET' } }));
    expect(readRecord(folder, stateDir).result).not.toHaveProperty('agents');
  });

  it('with a check that this version does not know still renders', () => {
    writeRecord(folder, newRecord);
    const check = {
      name: 'brandNew',
      severity: 'error',
      observed: 5,
      limit: 1,
      passed: false,
      meaning: 'how new it is',
    };
    changeResult((result) => ({ ...result, validity: { verdict: 'INVALID', checks: [check] } }));
    const { result, timeline } = readRecord(folder, stateDir);
    expect(renderReport(result, timeline)).toContain('how new it is');
  });

  it('is not touched by being read', () => {
    writeRecord(folder, newRecord);
    const look = () =>
      readdirSync(folder).map((name) => [name, statSync(path(name)).mtimeMs, statSync(path(name)).size]);
    const before = look();
    readRecord(folder, stateDir).intervals();
    expect(look()).toEqual(before);
  });
});

/** Fifty places from the start to just before the end. */
const offsets = Array.from({ length: 50 }, (_, index) => index / 50);

describe('a file that is cut short is refused by name, at fifty offsets', () => {
  const cutAt = (name: string, offset: number) => truncateSync(path(name), offset);
  const places = (name: string) => {
    const { size } = statSync(path(name));
    return [...offsets.map((share) => Math.floor(share * size)), size - 1];
  };

  it.each(['result.json', 'timeline.ndjson', 'intervals.hlog'])('of a new record: %s', (name) => {
    writeRecord(folder, newRecord);
    const lineEnds = [...readFileSync(path(name), 'latin1').matchAll(/\n/g)]
      .map(({ index }) => index + 1)
      .slice(0, -1);
    for (const offset of [...places(name), ...lineEnds].sort((a, b) => b - a)) {
      cutAt(name, offset);
      expectRefusal('run-truncated', name);
    }
    rmSync(path(name));
    expectRefusal(name === 'result.json' ? 'run-unfinished' : 'run-truncated', name);
  });

  it.each(oldRecords)('of an old record: %s', (record) => {
    for (const name of ['result.json', 'timeline.ndjson']) {
      old(record);
      for (const offset of places(name).sort((a, b) => b - a)) {
        cutAt(name, offset);
        expectRefusal('run-truncated', name);
      }
    }
  });

  it.each(oldRecords)('of an old record, at every line before the end of its load: %s', (record) => {
    old(record);
    const text = readFileSync(path('timeline.ndjson'), 'utf8');
    const lineEnds = [...text.slice(0, text.indexOf('"load-ended"')).matchAll(/\n/g)].map(
      ({ index }) => index + 1,
    );
    for (const offset of lineEnds.reverse()) {
      cutAt('timeline.ndjson', offset);
      expectRefusal('run-truncated', 'timeline.ndjson');
    }
  });

  it('or changed in place', () => {
    writeRecord(folder, newRecord);
    change('timeline.ndjson', (text) => text.replace('"users":200', '"users":100'));
    expectRefusal('run-truncated', 'timeline.ndjson is not as it was');
  });
});

describe('what is no record that can be read is refused in one line, with exit code 2', () => {
  beforeEach(() => {
    writeRecord(folder, newRecord);
  });

  it.each<[string, RecordProblem, string | RegExp, () => void]>([
    [
      'a newer result',
      'run-version',
      'result.json has version 2; this mlbench reads version 1',
      () => changeResult((result) => ({ ...result, schemaVersion: 2 })),
    ],
    [
      'a version that is none',
      'run-version',
      'version "two',
      () => changeResult((result) => ({ ...result, schemaVersion: 'two\u001b[31m' })),
    ],
    [
      'a newer timeline',
      'run-version',
      'timeline.ndjson has version 2',
      () => change('result.json', (text) => text.replace('"version": 1', '"version": 2')),
    ],
    [
      'newer intervals',
      'run-version',
      'intervals.hlog has version 7',
      () => change('result.json', (text) => text.replace(/("intervals.hlog": \{\s*"version": )1/, '$17')),
    ],
    [
      'a result of somebody else',
      'not-a-run',
      'none of mlbench',
      () => writeFileSync(path('result.json'), '{"hello": "world"}\n'),
    ],
    ['a list', 'not-a-run', 'none of mlbench', () => writeFileSync(path('result.json'), '[]\n')],
    ['a text', 'not-a-run', 'none of mlbench', () => writeFileSync(path('result.json'), 'hello\n')],
    ['no JSON', 'run-unreadable', 'not JSON', () => writeFileSync(path('result.json'), '{\n"a": \n}\n')],
    ['a run that never ended', 'run-unfinished', 'no result.json', () => rmSync(path('result.json'))],
    [
      'a wrong type',
      'run-unreadable',
      'requests.sent',
      () =>
        changeResult((result) => ({ ...result, requests: { ...(result['requests'] as object), sent: '5' } })),
    ],
    [
      'a number beyond all numbers',
      'run-unreadable',
      'durationSeconds',
      () =>
        change('result.json', (text) => text.replace(/"durationSeconds": \d+/, '"durationSeconds": 1e999')),
    ],
    [
      'a load of an unknown kind',
      'run-unreadable',
      'profile.model',
      () => changeResult((result) => ({ ...result, profile: { model: 'chaos' } })),
    ],
    [
      'an expectation that says nothing',
      'run-unreadable',
      'thresholds.0',
      () =>
        changeResult((result) => ({
          ...result,
          thresholds: [{ expression: 'soon', observed: 1, passed: true }],
        })),
    ],
    [
      'a timeline that is missing',
      'run-truncated',
      'timeline.ndjson is missing',
      () => rmSync(path('timeline.ndjson')),
    ],
    [
      'a folder in place of a file',
      'run-unreadable',
      'result.json is not a regular file',
      () => {
        rmSync(path('result.json'));
        mkdirSync(path('result.json'));
      },
    ],
    [
      'a pipe that nobody writes to',
      'run-unreadable',
      'result.json is not a regular file',
      () => {
        rmSync(path('result.json'));
        execFileSync('mkfifo', [path('result.json')]);
      },
    ],
    [
      'a device',
      'run-unreadable',
      'result.json is not a regular file',
      () => {
        rmSync(path('result.json'));
        symlinkSync('/dev/zero', path('result.json'));
      },
    ],
    [
      'a link to nowhere',
      'run-truncated',
      'result.json is missing',
      () => {
        rmSync(path('result.json'));
        symlinkSync('/nowhere', path('result.json'));
      },
    ],
    [
      'a file of gigabytes',
      'run-unreadable',
      'more than the 16 MiB that are read',
      () => truncateSync(path('result.json'), 5_000_000_000),
    ],
    [
      'a folder of something else',
      'not-a-run',
      'holds no run',
      () => {
        rmSync(path('result.json'));
        rmSync(path('timeline.ndjson'));
      },
    ],
  ])('%s', (_, problem, about, spoil) => {
    spoil();
    expectRefusal(problem, about);
  });

  it('a name of nothing, a file, and no name at all', () => {
    expectRefusal('no-such-run', 'run nowhere: there is no such run', 'nowhere');
    expectRefusal('not-a-run', 'is a file', path('result.json'));
    expectRefusal('no-such-run', 'there is no such run', '');
  });

  it('a line that no run writes, by its number', () => {
    old('open');
    rmSync(path('intervals.hlog'));
    change('timeline.ndjson', (text) => text.replace('"type":"load"', '"type":"dream"'));
    expectRefusal('run-unreadable', 'timeline.ndjson: line 2: type');
    old('open');
    change('timeline.ndjson', (text) => text.replace('"users":0', '"users":1e999'));
    expectRefusal('run-unreadable', 'line 2: users');
  });
});

describe('hostile content', () => {
  it('gets no hold of prototypes', () => {
    old('scenario');
    change('result.json', (text) =>
      text.replace('{', '{"__proto__": {"polluted": true}, "constructor": {"prototype": 1},'),
    );
    change('result.json', (text) =>
      text.replace('"requestsByName": {', '"requestsByName": {"__proto__": {"method": "GET"},'),
    );
    const { result } = readRecord(folder, stateDir);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.keys(result.requestsByName ?? {})).toEqual(['buy/it, now', 'list', 'shop']);
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
  });
});
