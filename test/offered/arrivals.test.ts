import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ArrivalSource,
  countedLevels,
  type Stripe,
  wholeSchedule,
} from '../../src/offered/arrivals/arrivals.ts';
import type { ArrivalsDrive } from '../../src/offered/drive.ts';
import { createLevelCurve, type LevelCurve } from '../../src/offered/levels/level-curve.ts';
import { type RateLoad, rateModel } from '../../src/offered/rate.ts';
import { stagesDurationMs } from '../../src/offered/stages.ts';

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const levels = fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 2_000, noNaN: true }));
const stages = fc.array(fc.record({ durationMs: fc.integer({ min: 0, max: 3_000 }), level: levels }), {
  minLength: 1,
  maxLength: 6,
});
const profiles: fc.Arbitrary<RateLoad> = fc
  .record({ arrivals: fc.constantFrom('constant' as const, 'poisson' as const), rateRps: levels, stages })
  .map((parts) => ({ model: 'open', ...parts, durationMs: stagesDurationMs(parts.stages) }));

function open(changes: Partial<RateLoad> = {}): RateLoad {
  return { model: 'open', arrivals: 'constant', rateRps: 100, durationMs: 10_000, ...changes };
}

function driveOf(load: RateLoad): ArrivalsDrive {
  return rateModel.drive(load) as ArrivalsDrive;
}

function rateOf(load: RateLoad): LevelCurve {
  return driveOf(load).rate!;
}

function intendedStarts(
  load: RateLoad,
  seed: number,
  maxRequests: number | null = null,
  stripe: Stripe = wholeSchedule,
): ArrivalSource {
  return driveOf(load).open({ seed, maxRequests }, stripe, {});
}

function all(source: ArrivalSource): number[] {
  const starts: number[] = [];
  for (; source.nextMs !== Number.POSITIVE_INFINITY; source.advance()) starts.push(source.nextMs);
  return starts;
}

describe('the schedule of arrivals', () => {
  it('is the same for the same seed, and another for another where chance decides', () => {
    fc.assert(
      fc.property(profiles, seeds, (profile, seed) => {
        expect(all(intendedStarts(profile, seed))).toEqual(all(intendedStarts(profile, seed)));
      }),
    );
    const poisson = open({ arrivals: 'poisson' });
    expect(all(intendedStarts(poisson, 1))).not.toEqual(all(intendedStarts(poisson, 2)));
    expect(all(intendedStarts(open(), 1))).toEqual(all(intendedStarts(open(), 2)));
  });

  it('is shared by any number of workers without a gap or an overlap', () => {
    fc.assert(
      fc.property(
        profiles,
        seeds,
        fc.integer({ min: 1, max: 9 }),
        fc.option(fc.integer({ min: 1, max: 3_000 })),
        (profile, seed, stripes, maxRequests) => {
          const parts = Array.from({ length: stripes }, (_, stripe) =>
            all(intendedStarts(profile, seed, maxRequests, { stripe, stripes })),
          );
          const whole = all(intendedStarts(profile, seed, maxRequests));
          for (const [stripe, part] of parts.entries()) {
            expect(part).toEqual(whole.filter((_, index) => index % stripes === stripe));
          }
          if (maxRequests !== null) expect(whole.length).toBeLessThanOrEqual(maxRequests);
        },
      ),
    );
  });

  it('never goes back, and stays within the run', () => {
    fc.assert(
      fc.property(profiles, seeds, (profile, seed) => {
        const starts = all(intendedStarts(profile, seed));
        for (const [index, ms] of starts.entries()) {
          expect(ms).toBeGreaterThanOrEqual(starts[index - 1] ?? 0);
          expect(ms).toBeLessThan(profile.durationMs);
        }
      }),
    );
  });

  it('evenly spaced, holds the integral of the rate at every instant, give or take one', () => {
    fc.assert(
      fc.property(profiles, fc.double({ min: 0, max: 1, noNaN: true }), (profile, share) => {
        const untilMs = share * profile.durationMs;
        const starts = all(intendedStarts({ ...profile, arrivals: 'constant' }, 1));
        const expected = trapezoids(profile, untilMs);
        expect(Math.abs(starts.filter((ms) => ms < untilMs).length - expected)).toBeLessThanOrEqual(1.001);
      }),
    );
  });

  it('counts what it passes over as it would have handed it out', () => {
    fc.assert(
      fc.property(profiles, seeds, fc.double({ min: 0, max: 1.2, noNaN: true }), (profile, seed, share) => {
        const untilMs = share * profile.durationMs;
        const starts = all(intendedStarts(profile, seed));
        const source = intendedStarts(profile, seed);
        const skipped = source.skipBefore(untilMs);
        expect(Math.abs(skipped - starts.filter((ms) => ms < untilMs).length)).toBeLessThanOrEqual(1);
        expect(all(source)).toEqual(starts.slice(skipped));
      }),
    );
  });

  it('of a Poisson process has exponential gaps: mean and deviation 1/rate, counts with a variance of their mean', () => {
    const starts = all(intendedStarts(open({ arrivals: 'poisson', rateRps: 1_000, durationMs: 100_000 }), 7));
    const gaps = starts.slice(1).map((ms, index) => ms - starts[index]!);
    const { mean, variance } = moments(gaps);
    // Four standard errors at 100,000 gaps.
    expect(Math.abs(mean - 1)).toBeLessThan(4 / Math.sqrt(gaps.length));
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(8 / gaps.length));
    const counts = new Array<number>(1_000).fill(0);
    for (const ms of starts) counts[Math.floor(ms / 100)]!++;
    const perWindow = moments(counts);
    expect(perWindow.variance / perWindow.mean).toBeGreaterThan(0.82);
    expect(perWindow.variance / perWindow.mean).toBeLessThan(1.18);
  });

  it('of a Poisson process follows a ramp', () => {
    const ramp = open({
      arrivals: 'poisson',
      rateRps: 0,
      stages: [{ durationMs: 100_000, level: 1_000 }],
      durationMs: 100_000,
    });
    const starts = all(intendedStarts(ramp, 3));
    // 50,000 expected, a quarter of them in the first half.
    expect(Math.abs(starts.length - 50_000)).toBeLessThan(4 * Math.sqrt(50_000));
    const early = starts.filter((ms) => ms < 50_000).length;
    expect(Math.abs(early - 12_500)).toBeLessThan(4 * Math.sqrt(12_500));
  });

  it('begins a ramp from 0 at once, and inverts it by the square root', () => {
    const ramp = open({ rateRps: 0, stages: [{ durationMs: 10_000, level: 10 }], durationMs: 10_000 });
    const starts = all(intendedStarts(ramp, 1));
    // n(t) = t²/2 with t in seconds.
    expect(starts).toHaveLength(50);
    for (const [index, ms] of starts.entries()) expect(ms).toBeCloseTo(1_000 * Math.sqrt(2 * index), 6);
  });

  it('changed on the way goes on at the new rate, without losing or repeating an arrival', () => {
    const source = intendedStarts(open({ rateRps: 10 }), 1);
    const starts: number[] = [];
    for (; source.nextMs < 4_950; source.advance()) starts.push(source.nextMs);
    source.follow(rateOf(open({ rateRps: 10, changes: [{ atMs: 5_000, ratePercent: 200 }] })));
    starts.push(...all(source));
    expect(starts).toHaveLength(50 + 100);
    expect(starts.slice(49, 53).map(Math.round)).toEqual([4_900, 5_000, 5_050, 5_100]);
  });
});

describe('the integral of a rate', () => {
  it('and its inverse undo each other', () => {
    fc.assert(
      fc.property(profiles, fc.double({ min: 0, max: 0.999, noNaN: true }), (profile, share) => {
        const integral = rateOf(profile);
        fc.pre(integral.total > 0.01);
        const arrivals = share * integral.total;
        expect(integral.upTo(integral.instantOf(arrivals))).toBeCloseTo(arrivals, 5);
        expect(integral.instantOf(integral.total)).toBe(Number.POSITIVE_INFINITY);
      }),
    );
  });
});

describe('a rate told by counting its arrivals', () => {
  it('holds each of them once, in steps of a second', () => {
    fc.assert(
      fc.property(profiles, seeds, fc.boolean(), (profile, seed, wholeSteps) => {
        const starts = all(intendedStarts(profile, seed));
        const counted = createLevelCurve(
          countedLevels(intendedStarts(profile, seed), profile.durationMs, wholeSteps),
        );
        expect(counted.total).toBeCloseTo(starts.length, 6);
        const seconds = Math.floor(profile.durationMs / 2_000);
        expect(counted.upTo(seconds * 1_000)).toBeCloseTo(
          starts.filter((ms) => ms < seconds * 1_000).length,
          6,
        );
        const wholeMs = Math.ceil(profile.durationMs / 1_000) * 1_000;
        expect(counted.endMs).toBe(wholeSteps ? wholeMs : profile.durationMs);
      }),
    );
  });
});

/** ∫ rate dt in small steps: an independent reckoning. */
function trapezoids(profile: RateLoad, untilMs: number): number {
  const curve = rateOf(profile);
  let sum = 0;
  for (const { fromMs, toMs } of curve.pieces) {
    const endMs = Math.min(toMs, untilMs);
    if (endMs <= fromMs) continue;
    const justBefore = endMs - Math.min(1e-6, (endMs - fromMs) / 2);
    sum += ((curve.at(fromMs) + curve.at(justBefore)) / 2_000) * (endMs - fromMs);
  }
  return sum;
}

function moments(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length };
}
