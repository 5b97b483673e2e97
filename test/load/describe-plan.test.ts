import { describe, expect, it } from 'vitest';
import { describePlan, expectedRateRps } from '../../src/load/describe-plan.ts';
import { planFor } from './support/plan.ts';

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

  it('promises no rate where the answers alone decide', () => {
    const plan = planFor('http://127.0.0.1', { maxRequests: 500, warmupMs: 5_000 });
    expect(describePlan(plan)).toBe(
      '1 user, all started at once, each without a pause: as many requests as are answered; ends after 1m or 500 requests (the first 5s are warm-up)',
    );
  });

  it('calls a rate that answers slow down a ceiling', () => {
    const { profile } = planFor('http://127.0.0.1', {
      closed: { users: 10, wait: { kind: 'between', lowMs: 1_000, highMs: 3_000 } },
    });
    expect(expectedRateRps(profile)).toBeCloseTo(5);
    expect(describePlan(planFor('http://127.0.0.1', { profile }))).toContain('at most 5 requests/s');
  });
});
