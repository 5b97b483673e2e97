import { describe, expect, it } from 'vitest';
import { chartDataOf } from '../../src/charts/chart-data.ts';
import type { LoadSample, TimelineEvent } from '../../src/record/schemas/timeline.ts';

const sample = (second: number, of: Partial<LoadSample>): TimelineEvent => ({
  at: new Date(second * 1_000).toISOString(),
  cloudTimeMs: second * 1_000,
  type: 'load',
  elapsedMs: second * 1_000,
  intervalMs: 1_000,
  users: 0,
  rateRps: 0,
  intendedRateRps: null,
  failed: 0,
  inFlight: 0,
  responseUs: null,
  ...of,
});
const offeredIn = (timeline: TimelineEvent[], rateOfUserRps: number | null = null) => {
  const { load } = chartDataOf({ durationSeconds: 3, scaling: {}, thresholds: [], rateOfUserRps }, timeline);
  return { rates: load.offeredRate, are: load.offeredIs, answered: load.rate };
};

describe('what was offered, beside what was answered', () => {
  it('is what the schedule of arrivals wanted', () => {
    const timeline = [1, 2].map((second) => sample(second, { intendedRateRps: 100 * second, rateRps: 90 }));
    expect(offeredIn(timeline)).toEqual({ rates: [100, 200], are: 'wanted', answered: [90, 90] });
  });

  it('is what users want who pace themselves: a shortfall is theirs, in requests a second', () => {
    const timeline = [10, 20].map((users, index) => sample(index + 1, { users, rateRps: 15 }));
    expect(offeredIn(timeline, 2)).toEqual({ rates: [20, 40], are: 'wanted', answered: [15, 15] });
  });

  it('is what was sent, where answers decide: no shortfall that is not there', () => {
    const timeline = [
      sample(1, { users: 200, rateRps: 90, inFlight: 10 }),
      sample(2, { users: 200, rateRps: 95, inFlight: 15 }),
      sample(3, { users: 200, rateRps: 100, inFlight: 0 }),
    ];
    expect(offeredIn(timeline)).toEqual({ rates: [100, 100, 85], are: 'sent', answered: [90, 95, 100] });
  });
});
