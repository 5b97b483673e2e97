import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type ContentPlace, confirmContents } from '../../src/core/content.ts';
import { wholeSchedule } from '../../src/offered/arrivals/arrivals.ts';
import { openRegularFile } from '../../src/offered/arrivals/line-file.ts';
import { readTrace } from '../../src/offered/arrivals/trace-file.ts';
import { checkLoad } from '../../src/offered/check-load.ts';
import { loadFromFlags } from '../../src/offered/from-flags.ts';
import { countOffered, createOfferedRate, openOfferedCounter } from '../../src/offered/intended-count.ts';
import { createLevelCurve } from '../../src/offered/levels/level-curve.ts';
import { checkPayloads, describeLoad, driveOf, expectedRateRps } from '../../src/offered/offered-load.ts';
import { simulatedLoad } from '../../src/offered/simulated-load.ts';
import { refusalOf } from '../support/refusal-of.ts';
import { openArrivals } from './open-arrivals.ts';

const folder = mkdtempSync(join(tmpdir(), 'mlbench-trace-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

function trace(text: string): string {
  const file = join(folder, `trace-${files++}.csv`);
  writeFileSync(file, text);
  return file;
}

function arrivalsOf(text: string) {
  const file = trace(text);
  const reader = readTrace(openRegularFile(file, '--trace'), file);
  const arrivals = [];
  for (let next = reader.next(); next !== null; next = reader.next()) arrivals.push(next);
  reader.close();
  return arrivals;
}

function loadOf(text: string, durationMs?: number) {
  return loadFromFlags({ traceFile: trace(text), ...(durationMs === undefined ? {} : { durationMs }) });
}

const all = { seed: 1, maxRequests: null };

describe('a trace', () => {
  it('of seconds counts from the run’s start, with or without payloads, comments and a heading', () => {
    expect(arrivalsOf('timestamp,payload\n# morning\n0.25\n\n0.25,größe\r\n3,"b"')).toEqual([
      { atMs: 250, payload: null, line: 3 },
      { atMs: 250, payload: 'größe', line: 5 },
      { atMs: 3_000, payload: '"b"', line: 6 },
    ]);
    expect(arrivalsOf('# of Monday\n\n"time"\n"0.5"')).toMatchObject([{ atMs: 500, line: 4 }]);
  });

  it('may begin with a byte order mark', () => {
    expect(arrivalsOf('\ufeff0.5\n1')).toMatchObject([{ atMs: 500, line: 1 }, { atMs: 1_000 }]);
    expect(arrivalsOf('\ufefftimestamp\n1')).toMatchObject([{ atMs: 1_000, line: 2 }]);
  });

  it('of instants counts from its first', () => {
    expect(arrivalsOf('1735689600.5\n1735689601')).toMatchObject([{ atMs: 0 }, { atMs: 500 }]);
    expect(arrivalsOf('1735689600500\n1735689601000.5')).toMatchObject([{ atMs: 0 }, { atMs: 500.5 }]);
    // A log may say the second in seconds and the millisecond in milliseconds: both are instants.
    expect(arrivalsOf('1735689600\n1735689601000\n2025-01-01T00:00:02Z')).toMatchObject([
      { atMs: 0 },
      { atMs: 1_000 },
      { atMs: 2_000 },
    ]);
    const iso = arrivalsOf('2025-01-01T00:00:00.0005Z\n2025-01-01 01:00:01+0100,a\n2025-01-01T00:01z');
    expect(iso[0]!.atMs).toBe(0);
    expect(iso[1]!.atMs).toBeCloseTo(999.5, 3);
    expect(iso[2]!.atMs).toBeCloseTo(59_999.5, 3);
  });

  it('means the same however its instants are written', () => {
    const offsets = fc.array(fc.integer({ min: 0, max: 86_400_000 }), { minLength: 1, maxLength: 20 });
    const starts = fc.integer({ min: 1_000_000_000_000, max: 2_000_000_000_000 });
    fc.assert(
      fc.property(offsets, starts, (unsorted, startMs) => {
        const atMs = [0, ...unsorted.toSorted((a, b) => a - b)];
        const forms: ((ms: number) => string)[] = [
          (ms) => (ms / 1_000).toFixed(3),
          (ms) => ((startMs + ms) / 1_000).toFixed(3),
          (ms) => String(startMs + ms),
          (ms) => new Date(startMs + ms).toISOString(),
          (ms) => new Date(startMs + ms + 3_600_000).toISOString().replace('Z', '+01:00'),
        ];
        for (const form of forms) {
          const read = arrivalsOf(atMs.map(form).join('\n')).map((arrival) => Math.round(arrival.atMs));
          expect(read).toEqual(atMs);
        }
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    ['0\n1\nsoon', 3, '"soon" is not a timestamp'],
    ['0\n-1', 2, '"-1" is not a timestamp'],
    ['0\n1e3', 2, '"1e3" is not a timestamp'],
    ['5\n4.9', 2, 'earlier than the line before'],
    ['0,a,b', 1, 'more than two columns'],
    ['0\n9999999', 2, 'more than 35 days'],
    ['0\n1735689600', 2, 'is an instant, unlike the lines before it'],
    ['1735689600250\n3', 2, 'counts from the start, unlike the lines before it'],
    ['2025-01-01T00:00:00Z\n12', 2, 'counts from the start, unlike the lines before it'],
    ['time\n2025-01-01T00:00:00', 2, 'has no zone'],
    ['2025-01-01 00:00', 1, 'has no zone'],
    ['2025-13-01T00:00:00Z', 1, 'is not a timestamp'],
    [`0\n${'1'.repeat(200_000)}`, 2, 'longer than'],
  ])('that is malformed is refused with the line’s number: %#', (text, line, why) => {
    const refusal = refusalOf(() => loadOf(text));
    expect(refusal).toMatchObject({ code: 'bad-trace', exitCode: 2 });
    expect(refusal.message).toContain(`line ${line}:`);
    expect(refusal.message).toContain(why);
    expect(refusal.message).not.toContain('\n');
  });

  it('without zones is told how to name one', () => {
    expect(refusalOf(() => loadOf('2025-01-01T00:00:00')).remedy).toMatch(/Z .*offset/);
  });

  it('that is not there, holds nothing or is a folder is refused', () => {
    const refused = (traceFile: string) => refusalOf(() => loadFromFlags({ traceFile }));
    expect(refused(join(folder, 'none')).message).toContain('there is no file');
    expect(refused(trace('# nothing\n')).message).toContain('holds no arrivals');
    expect(refused(folder)).toMatchObject({ exitCode: 2 });
  });

  it('names records that are there, or is refused', () => {
    const check = (text: string, records: number | null) => {
      const { load, places } = loadOf(text);
      checkPayloads(load, records, places);
    };
    const named = '0\n1,2\n2,3';
    expect(() => check(named, 3)).not.toThrow();
    expect(() => check('0\n1', null)).not.toThrow();
    expect(refusalOf(() => check(named, 2)).message).toMatch(/line 3, .*"3".* holds 2/);
    expect(refusalOf(() => check(named, null)).message).toMatch(/line 2, .*no --data/);
    expect(refusalOf(() => check('0,first', 2))).toMatchObject({ exitCode: 2 });
  });
});

describe('the load of a trace', () => {
  it('is portable: what is in the file, its name, and no path; the path is this machine’s knowledge', () => {
    const text = 'timestamp\n0\n0.5\n2\n';
    const { load, places } = loadOf(text);
    const sha256 = createHash('sha256').update(text).digest('hex');
    const name = `trace-${files - 1}.csv`;
    expect(load).toEqual({
      model: 'trace',
      file: name,
      content: { sha256, sizeBytes: text.length, name },
      arrivals: 3,
      durationMs: 2_001,
    });
    expect(JSON.stringify(load)).not.toContain(folder);
    expect(places).toEqual({ [sha256]: { path: join(folder, name) } });
    // Whatever the file is called where it lies: what is in it counts.
    const moved: ContentPlace = { path: trace(readFileSync(join(folder, name), 'utf8')) };
    const source = openArrivals(load, all, wholeSchedule, { [sha256]: moved });
    expect(source.skipBefore(9e9)).toBe(3);
    source.close();
    expect(() => openArrivals(load, all, wholeSchedule, {})).toThrow(name);
  });

  it('is hashed as it is, byte order mark and last line without its end included', () => {
    const text = `\ufeff${Array.from({ length: 30_000 }, (_, at) => `${at}\n`).join('')}30000`;
    const { load } = loadOf(text);
    expect(load).toMatchObject({
      arrivals: 30_001,
      content: {
        sha256: createHash('sha256').update(text).digest('hex'),
        sizeBytes: Buffer.byteLength(text),
      },
    });
  });

  it('sends every line unless a duration ends it before the last', () => {
    const text = '0\n1\n2\n2.5\n4';
    const file = trace(text);
    const whole = loadFromFlags({ traceFile: file });
    expect(whole.load).toMatchObject({ arrivals: 5, durationMs: 4_001 });
    expect(driveOf(whole.load)).toMatchObject({ finite: true, mostLateMs: 60_005 });
    expect(loadFromFlags({ traceFile: file, durationMs: 10_000 })).toEqual(whole);
    const cut = loadOf(text, 2_500);
    expect(cut.load).toMatchObject({ arrivals: 3, durationMs: 2_500, cut: true });
    expect(driveOf(cut.load)).toMatchObject({ finite: true, mostLateMs: 0 });
    expect(describeLoad(cut.load)).toMatch(/^3 arrivals of the trace trace-\d+\.csv$/);
    expect(expectedRateRps(cut.load)).toBeCloseTo(1.2);
    const one = loadOf('0');
    expect(one.load).toMatchObject({ arrivals: 1, durationMs: 1 });
  });

  it('that ends before its first arrival would send nothing', () => {
    const { load } = loadOf('5\n6', 5_000);
    expect(refusalOf(() => checkLoad(load))).toMatchObject({ code: 'sends-nothing', exitCode: 2 });
    expect(() => checkLoad(loadOf('5\n6', 5_001).load)).not.toThrow();
  });

  it('larger than a chunk is shared by workers without a gap or an overlap', () => {
    const count = 50_000;
    const text = Array.from({ length: count }, (_, index) => `${index / 1_000},p${index}\n`).join('');
    const { load, places } = loadOf(text);
    const seen: string[] = [];
    for (let stripe = 0; stripe < 3; stripe++) {
      const source = openArrivals(load, all, { stripe, stripes: 3 }, places);
      for (; source.nextMs !== Number.POSITIVE_INFINITY; source.advance()) seen.push(source.nextPayload!);
      source.close();
    }
    expect(new Set(seen).size).toBe(count);
    expect(seen).toHaveLength(count);
  });

  it('is read from the file that was planned with, and from no other that took its place', async () => {
    const text = Array.from({ length: 60_000 }, (_, at) => `${at / 100}`).join('\n');
    const { load, places } = loadOf(text);
    const [sha256, place] = Object.entries(places)[0]!;
    const { path } = place as { path: string };
    const confirmed = await confirmContents(places);
    const open = (from = confirmed) => openArrivals(load, all, wholeSchedule, from);
    const reader = open();
    // Another file by its name, as long as it was: what is open already is read to its end.
    writeFileSync(join(folder, 'other'), text.replace('599.99', '599.98'));
    renameSync(join(folder, 'other'), path);
    expect(reader.skipBefore(9e9)).toBe(60_000);
    reader.close();
    const refused = expect.objectContaining({
      code: 'file-changed',
      message: expect.stringContaining(path),
      exitCode: 2,
    });
    expect(() => open()).toThrow(refused);
    expect(() => open(places)).toThrow(refused);
    await expect(confirmContents(places)).rejects.toEqual(refused);
    // Touched, and yet what it was.
    writeFileSync(path, text);
    open({ [sha256]: { path, confirmed: 'as it once was' } }).close();
    const overwritten = open();
    writeFileSync(path, '0\n1');
    expect(() => overwritten.skipBefore(9e9)).toThrow(refused);
    overwritten.close();
  });

  it('ends with a limit of requests', () => {
    const { load, places } = loadOf('0\n1\n2\n3\n4');
    const source = openArrivals(load, { seed: 1, maxRequests: 3 }, wholeSchedule, places);
    expect(source.skipBefore(Number.POSITIVE_INFINITY)).toBe(3);
    source.close();
  });

  it('ended by a limit of requests stands for the time until the next would have been due, its file gone or not', () => {
    const text = Array.from({ length: 100 }, (_, index) => (index / 10).toFixed(1)).join('\n');
    const { load, places } = loadOf(text);
    const span = { warmupMs: 0, endMs: load.durationMs };
    const untilMs = (maxRequests: number, endMs = span.endMs) => {
      const counter = openOfferedCounter(load, { seed: 1, maxRequests }, places);
      const counted = counter.count(load, { ...span, endMs });
      counter.close();
      return counted?.untilMs;
    };
    expect(untilMs(10)).toBe(1_000);
    expect(untilMs(99)).toBe(9_900);
    expect(untilMs(100)).toBe(9_901);
    expect(untilMs(10, 500)).toBe(500);
    expect(countOffered(load, { seed: 1, maxRequests: 10 }, places, span)).toMatchObject({ untilMs: 1_000 });
    const counter = openOfferedCounter(load, { seed: 1, maxRequests: 10 }, places);
    for (const place of Object.values(places)) if ('path' in place) rmSync(place.path);
    expect(counter.count(load, span)).toEqual({ arrivals: 10, warmup: 0, untilMs: 1_000 });
    counter.close();
  });

  it('has no rate where all its arrivals fall on one instant', () => {
    expect(expectedRateRps(loadOf('0').load)).toBeNull();
    expect(expectedRateRps(loadOf('0\n0\n0').load)).toBeNull();
    expect(describeLoad(loadOf('0').load)).toMatch(/^1 arrival of the trace /);
    expect(expectedRateRps(loadOf('0\n1').load)).not.toBeNull();
  });

  it('holds as many arrivals for the schedule, for each second of it, and for the simulation', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 60 }),
        fc.option(fc.integer({ min: 1, max: 25_000 }), { nil: undefined }),
        (unsorted, durationMs) => {
          const atMs = unsorted.toSorted((a, b) => a - b);
          const { load, places } = loadOf(atMs.map((ms) => (ms / 1_000).toFixed(3)).join('\n'), durationMs);
          const expected = atMs.filter((ms) => ms < (durationMs ?? Number.POSITIVE_INFINITY)).length;
          expect(load).toMatchObject({ arrivals: expected });
          const span = { warmupMs: 3_000, endMs: load.durationMs };
          const counted = countOffered(load, all, places, span)!;
          expect(counted.arrivals).toBe(expected);
          expect(counted.warmup).toBe(atMs.filter((ms) => ms < Math.min(3_000, load.durationMs)).length);
          const rate = createOfferedRate(load, all, places);
          let offered = 0;
          for (let fromMs = 0; fromMs < load.durationMs; fromMs += 1_000)
            offered += rate.between(fromMs, fromMs + 1_000)!;
          rate.close();
          expect(offered).toBeCloseTo(expected, 6);
          expect(createLevelCurve(simulatedLoad(load, places).levels).total).toBeCloseTo(expected, 6);
        },
      ),
      { numRuns: 40 },
    );
  });
});
