import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minute, type Recording, replay, runCloud, type VirtualCloud } from '../virtual-cloud.ts';

const clouds: fc.Arbitrary<VirtualCloud> = fc
  .record({
    // Stretches of constant load, so that alarms have the time to act.
    stretches: fc.array(
      fc.record({ minutes: fc.integer({ min: 1, max: 25 }), load: fc.integer({ min: 0, max: 2_000 }) }),
      {
        minLength: 1,
        maxLength: 5,
      },
    ),
    target: fc.integer({ min: 1, max: 500 }),
    min: fc.integer({ min: 1, max: 4 }),
    extra: fc.integer({ min: 0, max: 12 }),
    out: fc.integer({ min: 0, max: 600 }),
    in: fc.integer({ min: 0, max: 600 }),
    provisionMs: fc.integer({ min: 0, max: 8 * minute }),
    metricDelayMs: fc.integer({ min: 0, max: 3 * minute }),
    refuse: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 2 }),
  })
  .map(({ stretches, min, extra, out, in: scaleIn, ...rest }) => {
    const loads = stretches.flatMap(({ minutes, load }) => Array<number>(minutes).fill(load));
    return {
      ...rest,
      load: (at: number) => loads[at] ?? 0,
      minutes: loads.length + 20,
      min,
      max: min + extra,
      cooldownSeconds: { out, in: scaleIn },
    };
  });

const runs = { numRuns: 60, seed: 20_261_122 };

describe('whatever the load, the policy and the delays', () => {
  it('capacity stays within the minimum and the maximum', () => {
    fc.assert(
      fc.property(clouds, (cloud) => {
        for (const { count } of runCloud(cloud).commands) {
          expect(count).toBeGreaterThanOrEqual(cloud.min);
          expect(count).toBeLessThanOrEqual(cloud.max);
        }
      }),
      runs,
    );
  });

  it('a change is asked for only when the endpoint is InService, and only for another count', () => {
    fc.assert(
      fc.property(clouds, (cloud) => {
        for (const command of runCloud(cloud).commands) {
          expect(command.statusThen).toBe('InService');
          expect(command.count).not.toBe(command.instancesThen);
        }
      }),
      runs,
    );
  });

  it('nothing scales in during the scale-in cooldown, nor twice at once', () => {
    fc.assert(
      fc.property(clouds, (cloud) => {
        const { commands, ...recording } = runCloud(cloud);
        for (const command of commands.filter(({ count, instancesThen }) => count < instancesThen)) {
          const earlier = scaleInsDoneBefore(recording, command.atMs);
          for (const endedMs of earlier)
            expect(command.atMs - endedMs).toBeGreaterThanOrEqual(cloud.cooldownSeconds.in * 1_000);
        }
        const open = recording.after.activities.filter(({ status }) =>
          ['Pending', 'InProgress'].includes(status),
        );
        expect(open.length).toBeLessThanOrEqual(1);
      }),
      runs,
    );
  });

  it('the same happens again', () => {
    fc.assert(
      fc.property(clouds, (cloud) => {
        const first = runCloud(cloud);
        const second = runCloud(cloud);
        expect(second.events).toEqual(first.events);
        expect(second.after).toEqual(first.after);
      }),
      runs,
    );
  });

  it('the same happens however observations are batched and however often the engine is asked', () => {
    fc.assert(
      fc.property(
        clouds,
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 6 }),
        (cloud, cuts) => {
          const recording = runCloud(cloud);
          const again = replay(recording, cuts);
          expect(again.events).toEqual(recording.events);
          expect(again.after).toEqual(recording.after);
        },
      ),
      runs,
    );
  });
});

/** When scale-ins had succeeded, as long as no scale-out came after them: that ends a scale-in cooldown. */
function scaleInsDoneBefore({ events }: Pick<Recording, 'events'>, atMs: number): number[] {
  const done = events.flatMap((event) =>
    event.type === 'activity' && event.activity.status === 'Successful' && event.atMs < atMs
      ? [{ endedMs: event.atMs, isScaleIn: event.activity.cause.includes('AlarmLow') }]
      : [],
  );
  const lastOut = done.findLastIndex(({ isScaleIn }) => !isScaleIn);
  return done.slice(lastOut + 1).map(({ endedMs }) => endedMs);
}
