import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { workerCount } from '../../src/load/plan/schedule.ts';
import { dealtRequests, dealUsers, stripeLength, type UserShare } from '../../src/offered/deal.ts';
import type { OfferedLoad } from '../../src/offered/offered-load.ts';

function users(count: number): OfferedLoad {
  const ramp = { kind: 'over', durationMs: 0 } as const;
  return { model: 'closed', users: count, ramp, wait: { kind: 'none' }, durationMs: 60_000 };
}

const rate: OfferedLoad = { model: 'open', arrivals: 'constant', rateRps: 10, durationMs: 60_000 };

describe('a load dealt to workers', () => {
  it('gives every user to exactly one, whatever their number', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 40 }), (count, workers) => {
        const all = Array.from({ length: workers }, (_, worker) => dealUsers(worker, workers));
        const indicesOf = ({ first, step }: UserShare) =>
          Array.from({ length: count }, (_, index) => index).filter((index) => index % step === first);
        const indices = all.flatMap(indicesOf).sort((a, b) => a - b);
        expect(indices).toEqual(Array.from({ length: count }, (_, index) => index));
        const sizes = all.map((share) => indicesOf(share).length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('gives every request of a number to exactly one', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.integer({ min: 1, max: 200 }).map(users), fc.constant(rate)),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 0, max: 2_000 }),
        (load, workers, maxRequests) => {
          const numbers = Array.from({ length: workers }, (_, worker) => {
            const { first, step, count } = dealtRequests(load, maxRequests, worker, workers)!;
            return Array.from({ length: count }, (_, at) => first + at * step);
          });
          expect(numbers.flat().sort((a, b) => a - b)).toEqual(
            Array.from({ length: maxRequests }, (_, at) => at),
          );
        },
      ),
    );
  });

  it('gives requests in proportion to users', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 100_000 }),
        (count, requested, maxRequests) => {
          const workers = workerCount(requested, { offered: users(count), connections: 4_096 }, 8);
          for (let worker = 0; worker < workers; worker++) {
            const dealt = dealtRequests(users(count), maxRequests, worker, workers)!;
            const fair = (maxRequests * stripeLength(count, worker, workers)) / count;
            expect(Math.abs(dealt.count - fair)).toBeLessThan(1);
          }
        },
      ),
    );
  });

  it('uses no more workers than users and leaves a core free unless told otherwise', () => {
    const of = (count: number) => ({ offered: users(count), connections: 1 });
    expect(workerCount('auto', of(1_000), 8)).toBe(7);
    expect(workerCount('auto', of(1_000), 1)).toBe(1);
    expect(workerCount(4, of(2), 8)).toBe(2);
  });
});
