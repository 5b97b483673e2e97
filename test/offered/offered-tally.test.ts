import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countOffered } from '../../src/offered/intended-count.ts';
import { type OfferedLoad, steer } from '../../src/offered/offered-load.ts';
import { createOfferedTally } from '../../src/offered/offered-tally.ts';

function rate(rateRps: number, arrivals: 'constant' | 'poisson'): OfferedLoad {
  return { model: 'open', rateRps, arrivals, durationMs: 30_000 } as OfferedLoad;
}

const options = { seed: 7, maxRequests: null, warmupMs: 3_000 };

describe('the tally of a load that goes on', () => {
  it('counts up to each instant what the whole schedule holds up to it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.constantFrom('constant' as const, 'poisson' as const),
        fc.array(fc.integer({ min: 0, max: 30_000 }), { minLength: 1, maxLength: 8 }),
        (rateRps, arrivals, instants) => {
          const tally = createOfferedTally(rate(rateRps, arrivals), options, {});
          for (const endMs of instants.toSorted((a, b) => a - b)) {
            const whole = countOffered(rate(rateRps, arrivals), options, {}, { warmupMs: 3_000, endMs });
            expect(tally.upTo(endMs)).toMatchObject({ arrivals: whole?.arrivals, warmup: whole?.warmup });
          }
          tally.close();
        },
      ),
      { numRuns: 50 },
    );
  });

  it('follows a load that is steered', () => {
    const load = rate(20, 'poisson');
    const tally = createOfferedTally(load, options, {});
    tally.upTo(10_000);
    const changed = steer(load, { type: 'level', level: 100 }, 10_000);
    tally.follow(changed);
    const whole = countOffered(changed, options, {}, { warmupMs: 3_000, endMs: 20_000 });
    expect(tally.upTo(20_000)?.arrivals).toBe(whole?.arrivals);
    tally.close();
  });

  it('knows none of users, whose requests depend on the answers', () => {
    const users: OfferedLoad = {
      model: 'closed',
      users: 3,
      ramp: { kind: 'over', durationMs: 0 },
      wait: { kind: 'none' },
      durationMs: 1_000,
    };
    expect(createOfferedTally(users, options, {}).upTo(500)).toBeNull();
  });
});
