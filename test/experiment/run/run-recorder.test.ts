import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRunClock } from '../../../src/experiment/run/run-clock.ts';
import { createRunRecorder } from '../../../src/experiment/run/run-recorder.ts';
import { createAggregate } from '../../../src/load/run/aggregate.ts';
import type { LoadSample, TimelineEvent } from '../../../src/record/schemas/timeline.ts';
import { runResult } from '../../cli/render/samples.ts';
import { snapshotOf } from '../../load/support/snapshots.ts';

interface Part {
  lengthMs: number;
  succeeded: number;
  failed: number;
  users?: number;
}

/** The timeline of a run that was measured in these parts, one behind the other. */
function timelineOf(parts: readonly Part[]): TimelineEvent[] {
  const timeline: TimelineEvent[] = [];
  const record = createRunRecorder({
    nowMs: () => 0,
    runClock: createRunClock({ nowMs: () => 0, timeScale: 10 }),
    record: (event) => timeline.push(event),
    recordInterval() {},
    started() {},
  });
  const aggregate = createAggregate({ workers: 1, steadyFromMs: 0, offeredRateRps: () => 100 });
  record({ type: 'load-started', startAtMs: 0 });
  let fromMs = 0;
  parts.forEach(({ lengthMs, succeeded, failed, users = 1 }, index) => {
    const toMs = fromMs + lengthMs;
    const snapshot = snapshotOf({
      interval: index + 1,
      ...{ fromMs, toMs, users },
      counts: { sent: succeeded + failed, succeeded, failed, dropped: 0 },
      latencyMs: { response: new Array<number>(succeeded).fill(index + 1) },
    });
    for (const interval of aggregate.add(snapshot))
      record({ type: 'load-interval', interval, durationMs: toMs, windowMs: toMs });
    fromMs = toMs;
  });
  record({ type: 'load-finished', result: runResult(), totals: aggregate.totals(), windowMs: fromMs });
  return timeline;
}

const samplesOf = (timeline: readonly TimelineEvent[]) =>
  timeline.filter((event): event is TimelineEvent & LoadSample => event.type === 'load');

const whole = { lengthMs: 1_000, succeeded: 10, failed: 0 };
const counted = { succeeded: fc.nat(50), failed: fc.nat(50) };
const runs = fc
  .tuple(
    fc.array(fc.record({ lengthMs: fc.constant(1_000), ...counted }), { maxLength: 5 }),
    fc.record({ lengthMs: fc.integer({ min: 1, max: 1_000 }), ...counted }),
  )
  .map(([seconds, last]): Part[] => [...seconds, last]);

describe("a run's timeline", () => {
  it('holds every request that ended, and every failure, however long the run was', () => {
    fc.assert(
      fc.property(runs, (parts) => {
        const samples = samplesOf(timelineOf(parts));
        const sum = (of: (sample: LoadSample) => number) =>
          samples.reduce((total, sample) => total + of(sample), 0);
        expect(sum(({ failed }) => failed)).toBe(parts.reduce((total, { failed }) => total + failed, 0));
        expect(sum(({ rateRps, intervalMs }) => (rateRps * intervalMs) / 1_000)).toBeCloseTo(
          parts.reduce((total, { succeeded, failed }) => total + succeeded + failed, 0),
          6,
        );
        expect(sum(({ intervalMs }) => intervalMs)).toBe(
          parts.reduce((total, { lengthMs }) => total + lengthMs, 0),
        );
      }),
    );
  });

  it('tells what ended in the last part of a second with the second before', () => {
    const [first, last, ...more] = samplesOf(
      timelineOf([whole, whole, { lengthMs: 200, succeeded: 13, failed: 1, users: 0 }]),
    );
    expect(more).toEqual([]);
    expect(first).toMatchObject({ elapsedMs: 1_000, rateRps: 10, failed: 0, responseUs: { max: 1_000 } });
    expect(last).toMatchObject({
      cloudTimeMs: 22_000,
      elapsedMs: 2_200,
      intervalMs: 1_200,
      rateRps: 20,
      intendedRateRps: 100,
      failed: 1,
      users: 1,
      responseUs: { p50: 3_000, max: 3_000 },
    });
  });

  it('has a sample of a run that was over in a moment', () => {
    const samples = samplesOf(timelineOf([{ lengthMs: 200, succeeded: 200, failed: 0 }]));
    expect(samples).toMatchObject([{ elapsedMs: 200, intervalMs: 200, rateRps: 1_000 }]);
  });

  it('has each second before the end of the load', () => {
    const timeline = timelineOf([whole, whole]);
    expect(timeline.map((event) => (event.type === 'phase' ? event.phase : event.type))).toEqual([
      'load-started',
      'load',
      'load',
      'load-ended',
    ]);
  });
});
