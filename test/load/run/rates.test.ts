import { describe, expect, it } from 'vitest';
import { noTraffic, type TrafficCounts } from '../../../src/load/measure/traffic.ts';
import { type RatesOf, ratesOf } from '../../../src/load/run/rates.ts';
import { countOffered } from '../../../src/offered/intended-count.ts';
import type { RateLoad } from '../../../src/offered/rate.ts';

function rates({
  sent,
  warm = 0,
  ...rest
}: Partial<TrafficCounts> &
  Pick<RatesOf, 'offered'> & { sent: number; warm?: number; durationMs: number; warmupMs?: number }) {
  const counts = { sent, succeeded: 0, failed: 0, dropped: 0 };
  const { offered, durationMs, warmupMs = 0, ...traffic } = rest;
  return ratesOf({
    totals: {
      counts,
      warmup: { ...counts, sent: warm },
      flows: null,
      traffic: { ...noTraffic(), ...traffic },
    },
    ...{ offered, durationMs, warmupMs },
  });
}

const steady = (rateRps: number, durationMs: number): RateLoad => ({
  model: 'open',
  arrivals: 'constant',
  rateRps,
  durationMs,
});
const whole = { warmupMs: 0, endMs: Number.POSITIVE_INFINITY };

describe('the rates of a run', () => {
  it('are the same three where a service answers all, however long it takes for each', () => {
    const offered = { arrivals: 10_000, warmup: 0, untilMs: 5_000 };
    const told = rates({
      offered,
      sent: 10_000,
      durationMs: 5_000,
      answered: 10_000,
      firstAnswerMs: 300,
      lastAnswerMs: 5_299,
      lastSentMs: 4_999,
    });
    expect(told).toEqual({
      intended: 2_000,
      sent: 2_000,
      achieved: 2_000,
      windows: {
        offered: { fromSeconds: 0, toSeconds: 5 },
        sent: { fromSeconds: 0, toSeconds: 5 },
        answered: { fromSeconds: 0.3, toSeconds: 5.3 },
      },
    });
  });

  it('of so many requests are over the time that these stand for, and not only to the last', () => {
    const offered = countOffered(
      steady(0.5, 4_000),
      { seed: 1, maxRequests: 2 },
      {},
      { ...whole, endMs: 4_000 },
    )!;
    expect(offered).toEqual({ arrivals: 2, warmup: 0, untilMs: 4_000 });
    const told = rates({
      offered,
      sent: 2,
      durationMs: 2_010,
      answered: 2,
      firstAnswerMs: 10,
      lastAnswerMs: 2_010,
      lastSentMs: 2_000,
    });
    expect(told).toMatchObject({ intended: 0.5, sent: 0.5, achieved: 0.5 });
  });

  it('have none offered where all arrivals of a trace fall on one instant', () => {
    const offered = { arrivals: 5, warmup: 0, untilMs: 1 };
    const told = rates({
      offered,
      sent: 5,
      durationMs: 20,
      answered: 5,
      firstAnswerMs: 10,
      lastAnswerMs: 20,
    });
    expect(told.intended).toBeNull();
    expect(told.windows).not.toHaveProperty('offered');
  });

  it('of a service that falls behind are fewer answered, of a generator that does fewer sent', () => {
    const offered = { arrivals: 1_000, warmup: 0, untilMs: 10_000 };
    const slow = rates({
      offered,
      sent: 1_000,
      durationMs: 10_000,
      answered: 1_000,
      firstAnswerMs: 20,
      lastAnswerMs: 20_020,
      lastSentMs: 9_990,
    });
    expect(slow).toMatchObject({ intended: 100, sent: 100, achieved: 50 });
    const late = rates({
      offered,
      sent: 1_000,
      durationMs: 20_000,
      answered: 1_000,
      firstAnswerMs: 20,
      lastAnswerMs: 20_000,
      lastSentMs: 20_000,
    });
    expect(late).toMatchObject({ intended: 100, sent: 50 });
  });

  it('leave the warm-up out', () => {
    const offered = { arrivals: 1_000, warmup: 200, untilMs: 10_000 };
    const told = rates({
      offered,
      sent: 1_000,
      warm: 200,
      warmupMs: 2_000,
      durationMs: 10_000,
      answered: 800,
      firstAnswerMs: 2_010,
      lastAnswerMs: 10_000,
      lastSentMs: 9_990,
    });
    expect(told).toMatchObject({ intended: 100, sent: 100, achieved: 100 });
    expect(told.windows!.sent).toEqual({ fromSeconds: 2, toSeconds: 10 });
  });

  it('of users have none offered', () => {
    const told = rates({
      offered: null,
      sent: 600,
      durationMs: 60_000,
      answered: 600,
      firstAnswerMs: 5,
      lastAnswerMs: 60_000,
      lastSentMs: 59_000,
    });
    expect(told).toMatchObject({ intended: null, sent: 10, achieved: 10 });
    expect(told.windows).not.toHaveProperty('offered');
  });

  it('are nothing answered where nothing answered', () => {
    const offered = { arrivals: 100, warmup: 0, untilMs: 10_000 };
    expect(rates({ offered, sent: 100, durationMs: 10_000, lastSentMs: 9_900 })).toMatchObject({
      intended: 10,
      sent: 10,
      achieved: 0,
    });
  });
});

describe('the time that a schedule stands for', () => {
  it.each([
    [10, 60_000, 600, 60_000],
    [10, 60_000, 7, 700],
    [0.5, 4_000, 1, 2_000],
    [1, 10_000, 99, 10_000],
  ])('at %d a second for %d ms, ended after %d, is %d ms', (rateRps, durationMs, maxRequests, untilMs) => {
    const counted = countOffered(
      steady(rateRps, durationMs),
      { seed: 1, maxRequests },
      {},
      { ...whole, endMs: durationMs },
    );
    expect(counted!.untilMs).toBe(untilMs);
  });

  it('is what it was told of, where the run was stopped before its time', () => {
    const counted = countOffered(
      steady(10, 60_000),
      { seed: 1, maxRequests: 600 },
      {},
      { ...whole, endMs: 3_000 },
    );
    expect(counted).toEqual({ arrivals: 30, warmup: 0, untilMs: 3_000 });
  });
});
