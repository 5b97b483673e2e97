import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plans, play } from '../policy-plans.ts';
import { replay } from '../virtual-cloud.ts';

const runs = { numRuns: 60, seed: 20_261_122 };

describe('with steps, target tracking and a schedule at once', () => {
  it('every count asked for is within the range of that moment', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        for (const { count, range } of play(plan).commands) {
          expect(count).toBeGreaterThanOrEqual(range.min);
          expect(count).toBeLessThanOrEqual(range.max);
        }
      }),
      runs,
    );
  });

  it('a change is asked for only when the endpoint is InService, never two at once', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const { commands, after } = play(plan);
        for (const { statusThen } of commands) expect(statusThen).toBe('InService');
        const open = after.activities.filter(({ status }) => ['Pending', 'InProgress'].includes(status));
        expect(open.length).toBeLessThanOrEqual(1);
      }),
      runs,
    );
  });

  it('no alarm scales in during the cooldown of a scale-in', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        for (const { count, atMs, cause, scaleInUntilMs, instancesThen } of play(plan).commands)
          if (count < instancesThen && cause.startsWith('monitor alarm'))
            expect(atMs).toBeGreaterThanOrEqual(scaleInUntilMs);
      }),
      runs,
    );
  });

  it('the same happens again, however observations are batched', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(plans, cuts, (plan, sizes) => {
        const first = play(plan);
        expect(play(plan)).toEqual(first);
        const again = replay(first, sizes);
        expect(again.events).toEqual(first.events);
        expect(again.after).toEqual(first.after);
      }),
      runs,
    );
  });

  it('the plans do scale, by steps, by tracking and by schedule', () => {
    const causes = fc.sample(plans, { numRuns: 60, seed: 1 }).flatMap((plan) => play(plan).commands);
    for (const word of ['triggered policy steps', 'triggered policy tracks', 'capacity was set to'])
      expect(causes.some(({ cause }) => cause.includes(word))).toBe(true);
  });
});
