import { describe, expect, it } from 'vitest';
import { describePlan } from '../../../src/load/plan/describe-plan.ts';
import { expectedRateRps } from '../../../src/offered/offered-load.ts';
import { planFor, unreadScenario } from '../support/plan.ts';

describe('a plan in one line', () => {
  it('says users, ramp, pace, rate and end', () => {
    const plan = planFor('http://127.0.0.1', {
      closed: {
        users: 200,
        ramp: { kind: 'usersPerSecond', usersPerSecond: 10 },
        wait: { kind: 'pacing', periodMs: 1_000 },
      },
    });
    expect(describePlan(plan)).toBe(
      '200 users, 10 started per second (all by 19.9s), each one request per 1s: 200 requests/s expected; ends after 1m',
    );
  });

  it('speaks of flows where there is a scenario', () => {
    const wait = { kind: 'pacing', periodMs: 2_000 } as const;
    expect(describePlan(planFor('http://x', { scenario: unreadScenario, closed: { users: 10, wait } }))).toBe(
      '10 users, all started at once, each one flow per 2s: 5 flows/s expected; ends after 1m',
    );
  });

  it('promises no rate where the answers alone decide', () => {
    const plan = planFor('http://127.0.0.1', { maxRequests: 500, warmupMs: 5_000 });
    expect(describePlan(plan)).toBe(
      '1 user, all started at once, each without a pause: as many requests as are answered; ends after 500 requests, or after 1m at the latest (the first 5s are warm-up)',
    );
  });

  it('says what arrivals come to', () => {
    const open = { model: 'open', arrivals: 'poisson', rateRps: 500, durationMs: 60_000 } as const;
    expect(describePlan(planFor('http://127.0.0.1', { offered: open, warmupMs: 10_000 }))).toBe(
      'Poisson arrivals: 500 requests/s expected; ends after 1m (the first 10s are warm-up)',
    );
    const stages = [
      { durationMs: 60_000, level: 100 },
      { durationMs: 60_000, level: 0 },
    ];
    const staged = { ...open, arrivals: 'constant', rateRps: 0, stages, durationMs: 120_000 } as const;
    expect(describePlan(planFor('http://127.0.0.1', { offered: staged }))).toBe(
      'evenly spaced arrivals, from 0/s to 100 by 1m, to 0 by 2m: 50 requests/s expected on average, 100 at the peak; ends after 2m',
    );
  });

  it('says what a trace and users in stages come to', () => {
    const trace = { model: 'trace', file: '/data/monday.csv', arrivals: 600, durationMs: 60_000 } as const;
    expect(describePlan(planFor('http://127.0.0.1', { offered: trace }))).toBe(
      '600 arrivals of the trace monday.csv: 10 requests/s expected on average; ends after 1m',
    );
    const one = { model: 'trace', file: '/data/one.csv', arrivals: 1, durationMs: 1 } as const;
    expect(describePlan(planFor('http://127.0.0.1', { offered: one }))).toBe(
      '1 arrival of the trace one.csv; ends after 1ms',
    );
    const stages = [{ durationMs: 60_000, level: 99 }];
    const closed = { users: 1, stages, wait: { kind: 'pacing', periodMs: 1_000 } } as const;
    expect(describePlan(planFor('http://127.0.0.1', { closed: { ...closed, stages } }))).toBe(
      '1 user, to 99 by 1m, each one request per 1s: 50 requests/s expected on average, 99 at the peak; ends after 1m',
    );
  });

  it('calls a rate that answers slow down a ceiling', () => {
    const { offered } = planFor('http://127.0.0.1', {
      closed: { users: 10, wait: { kind: 'between', lowMs: 1_000, highMs: 3_000 } },
    });
    expect(expectedRateRps(offered)).toBeCloseTo(5);
    expect(describePlan(planFor('http://127.0.0.1', { offered }))).toContain('at most 5 requests/s');
  });
});
