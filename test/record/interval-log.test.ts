import fc from 'fast-check';
import * as hdr from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import { createDistribution, summariseLatency } from '../../src/record/latency/distribution.ts';
import { emptyHistogram } from '../../src/record/latency/histogram.ts';
import { readIntervalLog } from '../../src/record/read-interval-log.ts';
import {
  createIntervalLog,
  type IntervalTag,
  type LoggedInterval,
  mostLoggedNames,
} from '../../src/record/writer/interval-log.ts';
import { encode, latencies } from './latency/encoded.ts';

const startedAtMs = Date.parse('2026-03-01T12:00:00.250Z');

function textOf(intervals: readonly Omit<LoggedInterval, 'startedAtMs'>[]): string {
  let text = '';
  const log = createIntervalLog((lines) => {
    text += lines;
  });
  for (const interval of intervals) log.append({ startedAtMs, ...interval });
  return text;
}

const read = (text: string) => readIntervalLog(Buffer.from(text));

/** Second by second, some response and service times each. */
const responses = [[1_000, 2_000], [3_000], [], [500_000, 700]];
const seconds = responses.map((response, second) => ({
  fromMs: second * 1_000,
  toMs: second * 1_000 + 1_001,
  histograms: [
    { tag: { kind: 'response' as const }, histogram: encode(response) },
    { tag: { kind: 'service' as const }, histogram: encode(response.map((us) => us / 2)) },
  ],
}));

describe('the interval log', () => {
  const text = textOf(seconds);

  it('says what it is, since when, and in which units', () => {
    const [first, version, start, legend, line] = text.split('\n');
    expect(first).toMatch(/^#mlbench intervals, version 1: .*microseconds/);
    expect(version).toBe('#[Histogram log format version 1.3]');
    expect(start).toBe('#[StartTime: 1772366400.250 (seconds since epoch), 2026-03-01T12:00:00.250Z]');
    expect(legend).toBe('"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"');
    expect(line).toMatch(/^Tag=response,0\.000,1\.001,2000,HIST/);
  });

  it('is read by HdrHistogram’s own reader, tags and all', () => {
    expect(hdr.listTags(text)).toEqual(['response', 'service']);
    const reader = new hdr.HistogramLogReader(text, 64);
    const found: [string, number, number, number][] = [];
    for (let next = reader.nextIntervalHistogram(); next !== null; next = reader.nextIntervalHistogram())
      found.push([next.tag, next.startTimeStampMsec, next.totalCount, next.getValueAtPercentile(100)]);
    expect(found.map(([tag, atMs, count]) => [tag, Math.round(atMs) - startedAtMs, count])).toEqual([
      ['response', 0, 2],
      ['service', 0, 2],
      ['response', 1_000, 1],
      ['service', 1_000, 1],
      ['response', 3_000, 2],
      ['service', 3_000, 2],
    ]);
    expect(found.at(-2)?.[3]).toBeCloseTo(500_000, -3);
  });

  it('gives the percentiles of any stretch of time', () => {
    const log = read(text);
    expect(log.startedAtMs).toBe(startedAtMs);
    expect(log.tags).toEqual([{ kind: 'response' }, { kind: 'service' }]);
    expect(summariseLatency(log.between({ kind: 'response' }))).toMatchObject({
      count: 5,
      max: 500_000,
      p50: 2_000,
    });
    expect(log.between({ kind: 'response' }, 0, 2_000)).toMatchObject({ count: 3, max: 3_000 });
    expect(log.between({ kind: 'response' }, 1_000, 2_000).percentile(99)).toBe(3_000);
    expect(log.between({ kind: 'service' }, 3_000).max).toBe(250_000);
    expect(log.between({ kind: 'response' }, 2_000, 3_000).percentile(50)).toBeNull();
    expect(log.between({ kind: 'warmup' }).count).toBe(0);
  });

  it('loses no request, however the times were spread over workers, intervals and tags', () => {
    const part = fc.record({
      second: fc.nat(20),
      kind: fc.constantFrom('response' as const, 'service' as const, 'warmup' as const),
      values: fc.array(latencies, { minLength: 1, maxLength: 30 }),
    });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 40 }), (parts) => {
        const bySecond = Map.groupBy(
          parts.toSorted((a, b) => a.second - b.second),
          ({ second }) => second,
        );
        const log = textOf(
          [...bySecond].map(([second, group]) => ({
            fromMs: second * 1_000,
            toMs: second * 1_000 + 1_000,
            histograms: group.map(({ kind, values }) => ({ tag: { kind }, histogram: encode(values) })),
          })),
        );
        for (const kind of ['response', 'service', 'warmup'] as const) {
          const whole = createDistribution();
          for (const { values } of parts.filter((part) => part.kind === kind)) whole.add(encode(values));
          const found = read(log).between({ kind });
          expect([found.count, found.max, found.percentile(99)]).toEqual([
            whole.count,
            whole.max,
            whole.percentile(99),
          ]);
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('the names of a scenario', () => {
  const named = (name: string) => ({ tag: { kind: 'response' as const, name }, histogram: encode([1_000]) });
  const logOf = (names: readonly string[]) =>
    textOf([{ fromMs: 0, toMs: 1_000, histograms: names.map(named) }]);

  it('come back whatever they hold, and never break a line or a tag', () => {
    const names = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('*', '', 'a,b', 'buy/it now', '100%', '%2A', 'x\ny', '__proto__', 'größe'),
    );
    fc.assert(
      fc.property(names, (name) => {
        const text = logOf([name]);
        expect(text.split('\n').at(-2)).toMatch(/^Tag=response\/[A-Za-z0-9._~%-]*,0\.000,1\.000,1000,/);
        expect(read(text).tags).toEqual([{ kind: 'response', name }]);
      }),
    );
  });

  it('beyond the twentieth share a tag', () => {
    const names = Array.from({ length: 25 }, (_, index) => `request ${index}`);
    const log = read(logOf([...names, ...names]));
    expect(log.tags).toHaveLength(mostLoggedNames + 1);
    expect(log.between({ kind: 'response', name: 'request 3' }).count).toBe(2);
    expect(log.between({ kind: 'response', name: null }).count).toBe(10);
    expect(log.between({ kind: 'response', name: 'request 24' }).count).toBe(0);
  });
});

describe('an interval without an answer', () => {
  it('is no line, and leaves a log that can be read', () => {
    const tag: IntervalTag = { kind: 'response' };
    const text = textOf([{ fromMs: 0, toMs: 1_000, histograms: [{ tag, histogram: emptyHistogram }] }]);
    expect(read(text)).toMatchObject({ startedAtMs, intervals: [] });
  });
});

describe('what is no interval log', () => {
  const text = textOf(seconds);

  it.each([
    ['nothing', ''],
    ['another file', 'hello\n'],
    ['another log', '#[Histogram log format version 1.3]\n'],
    ['a newer version', text.replace('version 1:', 'version 2:')],
    ['no start', text.replace(/^#\[StartTime.*\n/m, '')],
    ['a tag of nobody', text.replace('Tag=service', 'Tag=worker1')],
    ['a line without a tag', text.replace('Tag=service,', '')],
    ['times that are none', text.replace(',1.000,', ',soon,')],
    ['a line that is cut short', text.slice(0, -5)],
  ])('is refused: %s', (_, content) => {
    expect(() => read(content)).toThrow();
  });

  it('is refused by its line, if a histogram is broken, once that is asked for', () => {
    const log = read(text.replace(/HISTFAAA/, 'HISTFAAB'));
    expect(() => log.between({ kind: 'response' })).toThrow(/^line 5: /);
    expect(log.between({ kind: 'response' }, 1_000).count).toBe(3);
  });
});
