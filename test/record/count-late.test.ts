import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countLateBy } from '../../src/record/count-late.ts';
import { scaleOutDelays } from '../../src/record/fleet/scale-out-delay.ts';
import { readIntervalLog } from '../../src/record/read-interval-log.ts';
import type { TimelineEvent, TimelineFact } from '../../src/record/schemas/timeline.ts';
import { createIntervalLog } from '../../src/record/writer/interval-log.ts';
import { encode } from './latency/encoded.ts';

const timeScale = 20;

/** The run's latencies, an array a second, through the file and back. */
function logOf(seconds: readonly (readonly number[])[]) {
  let text = '';
  const log = createIntervalLog((lines) => {
    text += lines;
  });
  seconds.forEach((us, second) => {
    log.append({
      startedAtMs: 1_000_000,
      fromMs: second * 1_000,
      toMs: (second + 1) * 1_000,
      histograms: [
        { tag: { kind: 'response' }, histogram: encode(us) },
        // The same requests by name, and others of the warm-up: neither is counted again.
        { tag: { kind: 'response', name: 'a' }, histogram: encode(us) },
        { tag: { kind: 'service' }, histogram: encode(us) },
        { tag: { kind: 'warmup' }, histogram: encode([9_000_000]) },
      ],
    });
  });
  return readIntervalLog(Buffer.from(text));
}

describe('late answers, counted by the histograms of the intervals', () => {
  it('are as many as there were, in every stretch of the run and for every limit', () => {
    const latency = fc.integer({ min: 1, max: 2_000 });
    const seconds = fc.array(fc.array(latency, { minLength: 1, maxLength: 20 }), {
      minLength: 1,
      maxLength: 12,
    });
    const second = fc.integer({ min: 0, max: 12 });
    fc.assert(
      fc.property(seconds, second, second, latency, (seconds, a, b, limitUs) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const countLate = countLateBy(logOf(seconds), timeScale);
        // Below 2,048 µs a bucket holds one value.
        const expected = seconds
          .slice(from, to)
          .flat()
          .filter((us) => us > limitUs).length;
        expect(countLate(from * 1_000 * timeScale, to * 1_000 * timeScale, limitUs)).toBe(expected);
      }),
      { numRuns: 100, seed: 20_261_127 },
    );
  });
});

describe('the late answers of scale-outs', () => {
  const at = (second: number, fact: TimelineFact): TimelineEvent => ({
    at: new Date(second * 1_000).toISOString(),
    cloudTimeMs: second * 1_000,
    ...fact,
  });
  const capacity = (second: number, current: number, desired: number) =>
    at(second, { type: 'capacity', current, desired, endpointStatus: 'InService' });
  const load = (second: number, p99: number) =>
    at(second, {
      type: 'load',
      elapsedMs: second * 1_000,
      intervalMs: 1_000,
      users: second > 10 ? 50 : 10,
      rateRps: 10,
      intendedRateRps: null,
      failed: second === 25 ? 2 : 0,
      inFlight: 0,
      responseUs: { p50: p99 / 2, p95: p99, p99, max: p99 },
    });
  const isSlow = (second: number) => second > 12 && second <= 60;
  /** Two answers a second; one of them late while it is slow. */
  const log = logOf(
    Array.from({ length: 80 }, (_, second) => (isSlow(second + 1) ? [500, 900_000] : [500, 600])),
  );
  const samples = Array.from({ length: 80 }, (_, second) =>
    load(second + 1, isSlow(second + 1) ? 900_000 : 600),
  );
  const delaysOf = (capacities: TimelineEvent[]) =>
    scaleOutDelays(
      [capacity(0, 1, 1), ...samples, ...capacities].toSorted((a, b) => a.cloudTimeMs - b.cloudTimeMs),
      100_000,
      countLateBy(log, 1),
    );

  it('are exact, and each is counted for one scale-out alone, where one follows the other', () => {
    const delays = delaysOf([capacity(20, 1, 2), capacity(30, 2, 2), capacity(40, 2, 4), capacity(58, 4, 4)]);
    expect(
      delays.map(({ from, to, missed, parts }) => [from, to, parts[0]?.fromMs, parts.at(-1)?.toMs, missed]),
    ).toEqual([
      [1, 2, 10_000, 30_000, { failed: 2, late: { atLeast: 18, atMost: 18 } }],
      [2, 4, 30_000, 61_000, { failed: 0, late: { atLeast: 30, atMost: 30 } }],
    ]);
    expect(delays[1]?.parts[0]?.name).toBe('2 in service → more instances asked for');
  });

  it('are named as shared where a second was asked for before the first had come', () => {
    const delays = delaysOf([capacity(20, 1, 2), capacity(25, 1, 4), capacity(58, 4, 4)]);
    expect(delays.map(({ from, to }) => [from, to])).toEqual([
      [1, 2],
      [2, 4],
    ]);
    expect(delays[0]?.missed).toEqual({ failed: 2, late: { atLeast: 46, atMost: 46 } });
    expect(delays[1]?.missed).toEqual({
      failed: 2,
      late: { atLeast: 48, atMost: 48 },
      shared: { failed: 2, late: { atLeast: 46, atMost: 46 } },
    });
  });
});
