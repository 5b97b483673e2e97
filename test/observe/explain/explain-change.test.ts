import { describe, expect, it } from 'vitest';
import {
  type Change,
  changeOf,
  datapointsIn,
  explainChange,
} from '../../../src/observe/explain/explain-change.ts';
import type { AlarmObservation } from '../../../src/observe/observation/observation.ts';
import { activity, alarm, definition, metric, observation, trackingPolicy } from '../samples.ts';

const minute = 60_000;
const high = alarm('high', { definition: definition('GreaterThanThreshold', 3) });
const low = alarm('low', { definition: definition('LessThanThreshold', 15) });
const mine: AlarmObservation = { ...high, alarmName: 'too-busy', side: 'other', threshold: 100 };
const endMs = Date.parse('2026-01-01T13:58:10Z');

const change = (overrides: Partial<Change>, to: number): Change => ({
  activity: { sets: { what: 'count', count: to }, trigger: null, status: 'Successful', startMs: 0, endMs },
  alarm: high,
  policy: trackingPolicy(),
  before: 1,
  coolingBase: null,
  limits: { minCapacity: 1, maxCapacity: 4 },
  datapoints: [6_000, 5_940, 4_660],
  ...overrides,
});
const stepPolicy = trackingPolicy({
  policyName: 's',
  scaleOutCooldownMs: 60_000,
  policyType: 'StepScaling',
  configuration: {
    AdjustmentType: 'ChangeInCapacity',
    StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 2 }],
    MetricAggregationType: 'Average',
    Cooldown: 60,
  },
});

describe('the reason of a change, in words', () => {
  it.each<[string, Change, string]>([
    [
      'a scale-out by proportion',
      change({}, 2),
      'AlarmHigh: 6,000, 5,940, 4,660 > 3,000 for 3 of 3 → ceil(1 × 6,000 / 3,000) = 2; scale-out cooldown until 14:03:10 UTC',
    ],
    [
      'one that the maximum cuts short',
      change({ before: 2, datapoints: [9_000, 9_000, 9_000] }, 4),
      'AlarmHigh: 9,000, 9,000, 9,000 > 3,000 for 3 of 3 → ceil(2 × 9,000 / 3,000) = 6, at most 4; scale-out cooldown until 14:03:10 UTC',
    ],
    [
      'a scale-in, with the newest three of its fifteen datapoints',
      change({ alarm: low, before: 4, datapoints: [1_500, 1_400, 1_300, 1_200] }, 2),
      'AlarmLow: 1,500, 1,400, 1,300, … < 2,700 for 15 of 15 → ceil(4 × 1,500 / 3,000) = 2; scale-in cooldown until 14:03:10 UTC',
    ],
    [
      'one whose reckoning does not lead there',
      change({ before: 2 }, 3),
      'AlarmHigh: 6,000, 5,940, 4,660 > 3,000 for 3 of 3 → 2 to 3; scale-out cooldown until 14:03:10 UTC',
    ],
    [
      'one within a cooldown, counted from the capacity before it',
      change({ before: 2, coolingBase: 1, datapoints: [7_040, 6_020, 6_000] }, 3),
      'AlarmHigh: 7,040, 6,020, 6,000 > 3,000 for 3 of 3 → ceil(1 × 7,040 / 3,000) = 3, counted from before the cooldown; scale-out cooldown until 14:03:10 UTC',
    ],
    [
      'one from a count that nobody saw',
      change({ before: null, datapoints: [] }, 3),
      'AlarmHigh: InvocationsPerInstance > 3,000 for 3 of 3 → 3; scale-out cooldown until 14:03:10 UTC',
    ],
    [
      "a step for the caller's own alarm",
      change({ alarm: mine, policy: stepPolicy, datapoints: [150, 140, 130] }, 3),
      'too-busy: 150, 140, 130 > 100 for 3 of 3 → 40 over: step 1 + 2 = 3; scale-out cooldown until 13:59:10 UTC',
    ],
    [
      'one by steps after 2 of 3, of which the engine takes those that breach',
      change(
        {
          alarm: { ...mine, definition: { ...definition('GreaterThanThreshold', 3), datapointsToAlarm: 2 } },
          policy: stepPolicy,
          datapoints: [150, 10, 130],
        },
        3,
      ),
      'too-busy: 150, 10, 130 > 100 for 2 of 3 → 40 over: step 1 + 2 = 3; scale-out cooldown until 13:59:10 UTC',
    ],
    [
      'one without a policy any more',
      change({ policy: undefined }, 2),
      'AlarmHigh: 6,000, 5,940, 4,660 > 3,000 for 3 of 3 → 1 to 2',
    ],
  ])('is told of %s', (_, told, words) => expect(explainChange(told)).toBe(words));

  it('says how long the cooldown will be while the change goes on', () => {
    const { activity: done } = change({}, 2);
    const going = change({ activity: { ...done, status: 'InProgress', endMs: null } }, 2);
    expect(explainChange(going)).toMatch(/= 2; then scale-out cooldown for 5m$/);
  });

  it('is not made up for what no alarm asked for', () => {
    expect(explainChange(change({ alarm: undefined }, 2))).toBeUndefined();
  });
});

describe('what the alarm looked at', () => {
  const reason =
    'Threshold Crossed: 3 out of the last 3 datapoints [6000.0 (01/01/26 00:02:00), 5940.0 (01/01/26 00:01:00), 4660.5 (01/01/26 00:00:00)] were greater than the threshold (3000.0) (minimum 3 datapoints for OK -> ALARM transition).';
  const started = activity({
    startMs: 3.5 * minute,
    endMs: 5 * minute,
    cause: `monitor alarm ${high.alarmName} in state ALARM triggered policy p`,
  });
  const metrics = [0, 1, 2, 3].map((index) => metric(index * minute, 3_100 + index));

  it('stands in its reason', () => {
    expect(datapointsIn(reason)).toEqual([6_000, 5_940, 4_660.5]);
    expect(datapointsIn('Unchecked: Initial alarm creation')).toEqual([]);
  });

  it('tells the count before, where only one leads to what was asked for, and what a cooldown counts from', () => {
    const inAlarm = { ...high, state: 'ALARM' as const, reason, sinceMs: 3.4 * minute };
    const first = { ...started, sets: { what: 'count' as const, count: 2 } };
    const second = {
      ...first,
      activityId: 'b',
      sets: { what: 'count' as const, count: 3 },
      startMs: 6 * minute,
      endMs: 9 * minute,
    };
    const seen = observation({
      alarms: [inAlarm],
      policies: [trackingPolicy()],
      activities: [first, second],
    });
    expect(changeOf(first, seen, null)).toMatchObject({ before: 1, coolingBase: null });
    expect(changeOf(second, seen, 2)).toMatchObject({ before: 2, coolingBase: 1 });
    const later = { ...second, startMs: 11 * minute };
    expect(changeOf(later, { ...seen, activities: [first, later] }, 2).coolingBase).toBeNull();
  });

  it('is the reason soon after the alarm, the metrics of that time later', () => {
    const inAlarm = { ...high, state: 'ALARM' as const, reason, sinceMs: 3.4 * minute };
    const soon = changeOf(
      started,
      observation({ alarms: [inAlarm], policies: [trackingPolicy()], metrics }),
      1,
    );
    expect(soon.datapoints).toEqual([6_000, 5_940, 4_660.5]);
    expect(soon.policy?.policyName).toBe('p');
    const old = { ...inAlarm, sinceMs: 0 };
    const late = changeOf(started, observation({ alarms: [old], metrics }), 1);
    expect(late.datapoints).toEqual([3_102, 3_101, 3_100]);
  });
});
