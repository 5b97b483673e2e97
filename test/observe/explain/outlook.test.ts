import { describe, expect, it } from 'vitest';
import { outlookOf } from '../../../src/observe/explain/outlook.ts';
import { activity, alarm, definition, metric, observation, trackingPolicy } from '../samples.ts';

const minute = 60_000;
const high = alarm('high', { definition: definition('GreaterThanThreshold', 3) });
const low = alarm('low', { definition: definition('LessThanThreshold', 15) });
const look = (overrides: Parameters<typeof observation>[0] = {}) =>
  observation({
    atMs: 5 * minute,
    variant: { current: 2, desired: 2, endpointStatus: 'InService' },
    alarms: [high, low],
    policies: [trackingPolicy()],
    metrics: [100, 4_000, 5_000].map((value, index) => metric((index + 1) * minute, value)),
    ...overrides,
  });

const linesOf = (...given: Parameters<typeof outlookOf>) => outlookOf(...given).lines.map(({ text }) => text);

describe('what scaling waits for', () => {
  it('counts the datapoints that are over each threshold', () => {
    const { alarms, lines } = outlookOf(look());
    expect([...alarms.values()]).toEqual(['2/3 above 3,000', '1/15 below 2,700, 12 missing']);
    expect(lines.map(({ text }) => text)).toEqual([
      'scale-out: needs 1 more datapoint above 3,000',
      'scale-in: needs 14 more datapoints below 2,700',
    ]);
  });

  it('counts a cooldown down from the end of the last successful change', () => {
    const done = activity({
      startMs: 0,
      endMs: 2 * minute,
      cause: `monitor alarm ${high.alarmName} in state ALARM triggered policy p`,
    });
    expect(linesOf(look({ activities: [done] }), 4 * minute + 50_000)).toEqual([
      'scale-out cooldown: 2m10s left',
      'scale-out: possible in 2m10s; before that only a larger one',
      'scale-in: needs 14 more datapoints below 2,700',
    ]);
    expect(linesOf(look({ activities: [done] }), 8 * minute)).toHaveLength(2);
  });

  it('tells what counts down from what is new', () => {
    const done = activity({
      endMs: 2 * minute,
      cause: `monitor alarm ${high.alarmName} in state ALARM triggered policy p`,
    });
    const at = (nowMs: number) => outlookOf(look({ activities: [done] }), nowMs).lines;
    const [before, after] = [at(4 * minute), at(4 * minute + 5_000)];
    expect(before.map(({ countsDown }) => countsDown)).toEqual([true, false, false]);
    expect(before.map(({ text }) => text)).not.toEqual(after.map(({ text }) => text));
    const told = (lines: typeof before) => lines.map(({ withoutCount }) => withoutCount);
    expect(told(before)).toEqual(told(after));
    expect(told(before)).not.toEqual(told(at(8 * minute)));
  });

  it('goes on counting a cooldown down after a scheduled action, which leaves it alone', () => {
    const done = activity({
      endMs: 2 * minute,
      cause: `monitor alarm ${high.alarmName} in state ALARM triggered policy p`,
    });
    const scheduled = activity({
      activityId: 'b',
      description: 'Setting max capacity to 9',
      startMs: 3 * minute,
      endMs: 3 * minute,
      cause: 'scheduled action name evening was triggered',
    });
    expect(linesOf(look({ activities: [done, scheduled] }))[0]).toBe('scale-out cooldown: 2m left');
  });

  it('promises no scale-in that would flap, nor what is suspended', () => {
    const idle = Array.from({ length: 15 }, (_, index) => metric((index + 1) * minute, 2_000));
    const ringing = { ...low, state: 'ALARM' as const };
    const held = { atMs: 20 * minute, alarms: [high, ringing], metrics: idle };
    expect(linesOf(look(held))[1]).toMatch(/^scale-in: its alarm is in ALARM, but one instance fewer/);
    const suspended = { scaleIn: true, scaleOut: true, scheduled: false };
    const limits = { minCapacity: 1, maxCapacity: 4, suspended };
    expect(linesOf(look({ ...held, limits }))).toEqual(['scale-out: suspended', 'scale-in: suspended']);
  });

  it('says what stands in the way', () => {
    const atMost = { current: 4, desired: 4, endpointStatus: 'InService' };
    expect(linesOf(look({ variant: atMost }))[0]).toBe('scale-out: not possible, at the maximum of 4');
    const updating = { current: 2, desired: 3, endpointStatus: 'Updating' };
    expect(linesOf(look({ variant: updating }))[0]).toMatch(/once the change under way is done/);
    const oneWay = [trackingPolicy({ disableScaleIn: true })];
    expect(linesOf(look({ policies: oneWay }))[1]).toBe('scale-in: the policy disables it');
    const ringing = { ...high, state: 'ALARM' as const };
    expect(linesOf(look({ alarms: [ringing] }))).toEqual([
      'scale-out: possible now, its alarm is in ALARM',
      'scale-in: no alarm asks for it',
    ]);
  });

  it('says that there is no policy, or no scalable target', () => {
    expect(linesOf(look({ policies: [], alarms: [] }))[0]).toMatch(/^no scaling policy/);
    expect(linesOf(look({ limits: null }))[0]).toMatch(/^no scalable target/);
  });
});
