import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { paceNext } from '../../src/load/pace.ts';
import type { ClosedProfile, Ramp, Wait } from '../../src/load/profile.ts';
import {
  rampEndMs,
  shareOf,
  stripeLength,
  userStartMs,
  type WorkerShare,
  workerCount,
} from '../../src/load/schedule.ts';

const ramps: fc.Arbitrary<Ramp> = fc.oneof(
  fc.record({
    kind: fc.constant('usersPerSecond' as const),
    usersPerSecond: fc.double({ min: 0.01, max: 1_000, noNaN: true }),
  }),
  fc.record({ kind: fc.constant('over' as const), durationMs: fc.integer({ min: 0, max: 600_000 }) }),
);

function closed(users: number, ramp: Ramp = { kind: 'over', durationMs: 0 }): ClosedProfile {
  return { model: 'closed', users, ramp, wait: { kind: 'none' }, durationMs: 60_000 };
}

describe('the schedule over workers', () => {
  it('gives every user to exactly one worker, whatever their number', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 40 }), (users, workers) => {
        const all = Array.from({ length: workers }, (_, worker) =>
          shareOf(closed(users), null, worker, workers),
        );
        const indicesOf = ({ first, step }: WorkerShare) =>
          Array.from({ length: users }, (_, index) => index).filter((index) => index % step === first);
        const indices = all.flatMap(indicesOf).sort((a, b) => a - b);
        expect(indices).toEqual(Array.from({ length: users }, (_, index) => index));
        const sizes = all.map((share) => indicesOf(share).length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('loses no request of a limit to rounding', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 100_000 }),
        (users, requested, maxRequests) => {
          const profile = closed(users);
          const workers = workerCount(requested, { profile, connections: 4_096 }, 8);
          const shares = Array.from({ length: workers }, (_, worker) =>
            shareOf(profile, maxRequests, worker, workers),
          );
          expect(shares.reduce((sum, share) => sum + share.maxRequests!, 0)).toBe(maxRequests);
          for (const share of shares) {
            const fair = (maxRequests * stripeLength(users, share.first, share.step)) / users;
            expect(Math.abs(share.maxRequests! - fair)).toBeLessThan(1);
          }
        },
      ),
    );
  });

  it('starts users in order, the first at once, none after the ramp’s end', () => {
    fc.assert(
      fc.property(ramps, fc.integer({ min: 1, max: 300 }), (ramp, users) => {
        const starts = Array.from({ length: users }, (_, index) => userStartMs(ramp, users, index));
        expect(starts[0]).toBe(0);
        for (let i = 1; i < users; i++) expect(starts[i]!).toBeGreaterThanOrEqual(starts[i - 1]!);
        expect(starts.at(-1)).toBe(rampEndMs(closed(users, ramp)));
        if (ramp.kind === 'over') expect(starts.at(-1)!).toBeLessThanOrEqual(ramp.durationMs);
      }),
    );
  });

  it('starts users at the rate asked for', () => {
    expect(userStartMs({ kind: 'usersPerSecond', usersPerSecond: 10 }, 200, 199)).toBeCloseTo(19_900);
    expect(userStartMs({ kind: 'over', durationMs: 30_000 }, 10, 9)).toBe(27_000);
  });

  it('uses no more workers than users and leaves a core free unless told otherwise', () => {
    const of = (users: number) => ({ profile: closed(users), connections: 1 });
    expect(workerCount('auto', of(1_000), 8)).toBe(7);
    expect(workerCount('auto', of(1_000), 1)).toBe(1);
    expect(workerCount(4, of(2), 8)).toBe(2);
  });
});

describe('the next intended start', () => {
  const random = createRandom(1);

  it.each<[Wait, number, number, { intendedMs: number; timed: boolean }]>([
    [{ kind: 'none' }, 0, 40, { intendedMs: 40, timed: false }],
    [{ kind: 'constant', waitMs: 100 }, 0, 40, { intendedMs: 140, timed: true }],
    [{ kind: 'pacing', periodMs: 100 }, 0, 40, { intendedMs: 100, timed: true }],
    [{ kind: 'throughput', rateRps: 20 }, 0, 40, { intendedMs: 50, timed: true }],
    // An answer that outlasts the period: at once, and the period counts from there.
    [{ kind: 'pacing', periodMs: 100 }, 0, 250, { intendedMs: 250, timed: false }],
  ])('%j, intended %d, answered %d', (wait, intendedMs, answeredMs, expected) => {
    expect(paceNext(wait, intendedMs, answeredMs, random)).toEqual(expected);
  });

  it('never lies before the answer, and `between` stays between', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(10_000), fc.nat(1_000), (intendedMs, tookMs, lowMs) => {
        const wait: Wait = { kind: 'between', lowMs, highMs: lowMs + 500 };
        const answeredMs = intendedMs + tookMs;
        const next = paceNext(wait, intendedMs, answeredMs, random);
        expect(next.intendedMs).toBeGreaterThanOrEqual(answeredMs + lowMs);
        expect(next.intendedMs).toBeLessThan(answeredMs + lowMs + 500);
      }),
    );
  });
});
