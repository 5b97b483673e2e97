import { describe, expect, it } from 'vitest';
import { datapointsIn } from '../../../src/observe/explain/decision-windows.ts';
import { explainActivity } from '../../../src/observe/explain/explain-activity.ts';
import { changeOf } from '../../../src/observe/explain/explain-change.ts';
import { emptyHistory, type ScalingHistory } from '../../../src/observe/explain/scaling-history.ts';
import type { ActivityObservation, AlarmObservation } from '../../../src/observe/observation/observation.ts';
import { activity, alarm, definition, metric, trackingPolicy } from '../samples.ts';

const minute = 60_000;
const noon = Date.parse('2026-01-01T12:00:00Z');
const high = alarm('high', { definition: definition('GreaterThanThreshold', 3) });
const low = alarm('low', { definition: definition('LessThanThreshold', 3) });
const mine: AlarmObservation = { ...high, alarmName: 'too-busy', side: 'other', threshold: 100 };
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

/** An alarm whose datapoints become visible a minute after their period has ended. */
function told(values: readonly number[], { alarmName }: AlarmObservation, wentAtMs: number) {
  const dated = values.map((value, index) => {
    const start = new Date(wentAtMs - (index + 2) * minute).toISOString();
    const date = `${start.slice(8, 10)}/${start.slice(5, 7)}/${start.slice(2, 4)} ${start.slice(11, 19)}`;
    return `${value.toFixed(1)} (${date})`;
  });
  const reason = `Threshold Crossed: ${values.length} datapoints [${dated.join(', ')}] were greater than the threshold (3000.0).`;
  return { alarmName, state: 'ALARM' as const, reason, atMs: wentAtMs };
}

/** The newest of `values` is of the minute that ended at `untilMs`. */
function minutes(values: readonly number[], untilMs: number) {
  return values.map((value, index) => metric(untilMs - (index + 1) * minute, value));
}

function change(to: number, by: AlarmObservation = high, overrides: Partial<ActivityObservation> = {}) {
  const policyName = by === mine ? 's' : 'p';
  return activity({
    description: `Setting desired instance count to ${to}.`,
    cause: `monitor alarm ${by.alarmName} in state ALARM triggered policy ${policyName}`,
    startMs: noon,
    endMs: noon + 4 * minute,
    ...overrides,
  });
}

function history(overrides: Partial<ScalingHistory> = {}): ScalingHistory {
  return {
    ...emptyHistory,
    alarms: [high, low, mine],
    policies: [trackingPolicy(), stepPolicy],
    limits: { minCapacity: 1, maxCapacity: 4 },
    counts: [{ atMs: noon - 30 * minute, current: 1 }],
    ...overrides,
  };
}

const reasonsOf = (values: readonly number[], by = high) => [told(values, by, noon)];

describe('the reason of a change, in words', () => {
  it.each<[string, ActivityObservation, ScalingHistory, string]>([
    [
      'a scale-out by proportion',
      change(2),
      history({ reasons: reasonsOf([6_000, 5_940, 4_660]) }),
      'AlarmHigh: 6,000, 5,940, 4,660 > 3,000 for 3 of 3 → ceil(1 × 6,000 / 3,000) = 2; scale-out cooldown until 12:09:00 UTC',
    ],
    [
      'one that the maximum cuts short',
      change(4),
      history({ reasons: reasonsOf([9_000, 9_000, 9_000]), counts: [{ atMs: 0, current: 2 }] }),
      'AlarmHigh: 9,000, 9,000, 9,000 > 3,000 for 3 of 3 → ceil(2 × 9,000 / 3,000) = 6, at most 4; scale-out cooldown until 12:09:00 UTC',
    ],
    [
      'a scale-in, with the newest three of its datapoints',
      change(2, low),
      history({
        alarms: [high, { ...low, definition: definition('LessThanThreshold', 4) }],
        reasons: reasonsOf([1_500, 1_400, 1_300, 1_200], low),
        counts: [{ atMs: 0, current: 4 }],
      }),
      'AlarmLow: 1,500, 1,400, 1,300, … < 2,700 for 4 of 4 → ceil(4 × 1,500 / 3,000) = 2; scale-in cooldown until 12:09:00 UTC',
    ],
    [
      'one whose reckoning does not lead there',
      change(3),
      history({ reasons: reasonsOf([6_000, 5_940, 4_660]), counts: [{ atMs: 0, current: 2 }] }),
      'AlarmHigh: 6,000, 5,940, 4,660 > 3,000 for 3 of 3 → 2 to 3; scale-out cooldown until 12:09:00 UTC',
    ],
    [
      'one from a count that nobody saw',
      change(3),
      history({ counts: [] }),
      'AlarmHigh: InvocationsPerInstance > 3,000 for 3 of 3 → 3; scale-out cooldown until 12:09:00 UTC',
    ],
    [
      "a step for the caller's own alarm",
      change(3, mine),
      history({ reasons: reasonsOf([150, 140, 130], mine) }),
      'too-busy: 150, 140, 130 > 100 for 3 of 3 → average 140, 40 over: step 1 + 2 = 3; scale-out cooldown until 12:05:00 UTC',
    ],
    [
      'one by steps after 2 of 3, of which the engine takes those that breach',
      change(3, mine),
      history({
        alarms: [{ ...mine, definition: { ...definition('GreaterThanThreshold', 3), datapointsToAlarm: 2 } }],
        reasons: reasonsOf([150, 10, 130], mine),
      }),
      'too-busy: 150, 130 > 100 for 2 of 3 → average 140, 40 over: step 1 + 2 = 3; scale-out cooldown until 12:05:00 UTC',
    ],
    [
      'one without a policy any more',
      change(2),
      history({ policies: [], reasons: reasonsOf([6_000, 5_940, 4_660]) }),
      'AlarmHigh: 6,000, 5,940, 4,660 > 3,000 for 3 of 3 → 1 to 2',
    ],
    [
      'one that was refused',
      change(2, high, { status: 'Failed' }),
      history({ reasons: reasonsOf([6_000, 5_940, 4_660]) }),
      'AlarmHigh: 6,000, 5,940, 4,660 > 3,000 for 3 of 3 → ceil(1 × 6,000 / 3,000) = 2, which failed',
    ],
    [
      'one that only the digits decide',
      change(2),
      history({ reasons: [told([3_000.4, 3_000.6, 3_001], high, noon)] }),
      'AlarmHigh: 3,000.4, 3,001, 3,001 > 3,000 for 3 of 3 → ceil(1 × 3,000.4 / 3,000) = 2; scale-out cooldown until 12:09:00 UTC',
    ],
  ])('is told of %s', (_, activity, history, words) => {
    expect(explainActivity(activity, history)).toBe(words);
  });

  it('says how long the cooldown will be while the change goes on', () => {
    const going = change(2, high, { status: 'InProgress', endMs: null });
    expect(explainActivity(going, history({ reasons: reasonsOf([6_000, 5_940, 4_660]) }))).toMatch(
      /= 2; then scale-out cooldown for 5m$/,
    );
  });

  it('speaks of no cooldown after a change that did not come about', () => {
    const undone = change(2, high, { status: 'Unfulfilled' });
    expect(explainActivity(undone, history())).not.toContain('cooldown');
  });

  it('is not made up for what no alarm asked for', () => {
    expect(explainActivity(activity({ cause: 'a person' }), history())).toBeUndefined();
  });

  it('names the state of an alarm that acted when it was over', () => {
    const over = {
      ...change(3, mine),
      trigger: { by: 'alarm', alarmName: 'too-busy', policyName: 's', state: 'OK' },
    };
    expect(explainActivity(over as ActivityObservation, history())).toMatch(/^too-busy: in OK → 1 to 3;/);
  });
});

describe('what the alarm looked at', () => {
  it('stands in its reason, with the minutes', () => {
    expect(datapointsIn(told([6_000, 5_940, 4_660.5], high, noon).reason)).toEqual([
      { value: 6_000, periodStartMs: noon - 2 * minute },
      { value: 5_940, periodStartMs: noon - 3 * minute },
      { value: 4_660.5, periodStartMs: noon - 4 * minute },
    ]);
    expect(datapointsIn('Unchecked: Initial alarm creation')).toEqual([]);
  });

  it('is what it looked at a minute after it went into ALARM, not what its reason says', () => {
    const first = change(2, high, { activityId: '1', startMs: noon - 6 * minute, endMs: noon - 2 * minute });
    const again = change(3, high, { activityId: '2' });
    const seen = history({
      activities: [first, again],
      reasons: [told([6_000, 6_000, 6_000], high, noon - minute)],
      // The last of these was not visible yet.
      metrics: minutes([9_000, 6_280, 6_000, 6_000, 6_000], noon),
    });
    expect(explainActivity(again, seen)).toBe(
      'AlarmHigh: 6,280, 6,000, 6,000 > 3,000 for 3 of 3 → ceil(1 × 6,280 / 3,000) = 3, counted from before the cooldown; scale-out cooldown until 12:09:00 UTC',
    );
  });

  it('is what leads to the count where the alarm acted some seconds late', () => {
    const late = change(3, high, { startMs: noon + 2_000 });
    const seen = history({
      reasons: [told([6_000, 6_000, 6_000], high, noon - 10 * minute + 7_000)],
      metrics: minutes([6_280, 6_000, 6_000, 6_000, 6_000], noon - minute),
    });
    expect(changeOf(late, seen)?.values).toEqual([6_280, 6_000, 6_000]);
  });
});

describe('the count before', () => {
  const first = change(2, high, { activityId: '1', startMs: noon - 6 * minute, endMs: noon - 2 * minute });

  it('is that of the change before, unless a later look saw another', () => {
    const later = change(3, high, { activityId: '2' });
    expect(changeOf(later, history({ activities: [first, later] }))?.from).toBe(2);
    const counts = [{ atMs: noon - minute, current: 1 }];
    expect(changeOf(later, history({ activities: [first, later], counts }))?.from).toBe(1);
  });

  it('is found where only one leads to what was asked for', () => {
    const seen = history({ counts: [], reasons: reasonsOf([6_000, 5_940, 4_660]) });
    expect(changeOf(change(2), seen)).toMatchObject({ from: 1, reckoning: { base: 1, wanted: 2 } });
  });

  it('is not what a cooldown counts from once the cooldown is over', () => {
    const over = change(4, high, { activityId: '2', startMs: first.endMs! + 5 * minute });
    const seen = history({
      activities: [first, over],
      reasons: [told([6_000, 6_000, 6_000], high, over.startMs)],
    });
    expect(changeOf(over, seen)).toMatchObject({ from: 2, cooled: false, reckoning: { base: 2, wanted: 4 } });
  });

  it('is held against the range of that time, as a scheduled action set it', () => {
    const widened = activity({
      activityId: 'r',
      description: 'Setting max capacity to 9',
      cause: 'scheduled action name evening was triggered',
      startMs: noon + minute,
      endMs: noon + minute,
    });
    const cut = change(4);
    const seen = history({
      activities: [cut, widened],
      limits: { minCapacity: 1, maxCapacity: 9 },
      reasons: reasonsOf([18_000, 18_000, 18_000]),
    });
    expect(explainActivity(cut, seen)).toContain('ceil(1 × 18,000 / 3,000) = 6, at most 4');
  });
});
