import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNumbering, randomOrder, sequentialOrder } from '../../../src/load/payloads/payload-order.ts';
import { dealtRequests } from '../../../src/offered/deal.ts';

/** How often each record is sent when every worker sends its share of requests. */
function tally(
  count: number,
  numberings: { next: () => number; requests: number }[],
  order: (n: number) => number,
) {
  const sent = new Array<number>(count).fill(0);
  for (const { next, requests } of numberings) {
    for (let i = 0; i < requests; i++) {
      const at = order(next());
      sent[at] = sent[at]! + 1;
    }
  }
  return sent;
}

describe('records in sequence', () => {
  it('are each sent as often as by one worker alone, whatever the numbers of users, workers and requests', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 0, max: 300 }),
        (count, users, workers, requests) => {
          const profile = {
            model: 'closed',
            users,
            ramp: { kind: 'over', durationMs: 0 },
            wait: { kind: 'none' },
            durationMs: 1,
          } as const;
          const numberings = Array.from({ length: workers }, (_, worker) => {
            const { first, count: share } = dealtRequests(profile, requests, worker, workers)!;
            return { next: createNumbering(worker, workers, first), requests: share };
          });
          expect(tally(count, numberings, sequentialOrder(count))).toEqual(
            Array.from({ length: count }, (_, at) => Math.ceil((requests - at) / count)).map((n) =>
              Math.max(0, n),
            ),
          );
        },
      ),
    );
  });

  it('of workers that take turns are all sent, each once a round, when they keep step', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 8 }), (count, workers) => {
        const numberings = Array.from({ length: workers }, (_, worker) => ({
          next: createNumbering(worker, workers, null),
          requests: count,
        }));
        expect(tally(count, numberings, sequentialOrder(count))).toEqual(new Array(count).fill(workers));
      }),
    );
  });
});

describe('records at random', () => {
  const drawn = (count: number, sums: Float64Array | null, seed: number, requests = 20_000) =>
    tally(count, [{ next: createNumbering(0, 1, null), requests }], randomOrder(count, sums, seed));

  it('are the same for the same seed, and others for another', () => {
    expect(drawn(10, null, 7)).toEqual(drawn(10, null, 7));
    expect(drawn(10, null, 7)).not.toEqual(drawn(10, null, 8));
  });

  it('come alike often', () => {
    const chiSquare = drawn(10, null, 3).reduce((sum, n) => sum + (n - 2_000) ** 2 / 2_000, 0);
    // 9 degrees of freedom: above 27.9 once in a thousand seeds.
    expect(chiSquare).toBeLessThan(27.9);
  });

  it('come by weight, and never with weight 0', () => {
    const sent = drawn(4, Float64Array.from([1, 1, 4, 10]), 5, 30_000);
    expect(sent[1]).toBe(0);
    for (const [at, share] of [0.1, 0, 0.3, 0.6].entries()) expect(sent[at]! / 30_000).toBeCloseTo(share, 1);
  });
});
