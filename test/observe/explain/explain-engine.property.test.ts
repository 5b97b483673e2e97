import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readActivity } from '../../../src/catalog/activity-meaning.ts';
import { explainActivity } from '../../../src/observe/explain/explain-activity.ts';
import { changeOf } from '../../../src/observe/explain/explain-change.ts';
import { emptyHistory, type ScalingHistory } from '../../../src/observe/explain/scaling-history.ts';
import type { ActivityObservation, AlarmObservation } from '../../../src/observe/observation/observation.ts';
import type { PolicyObservation } from '../../../src/observe/observation/policy-observation.ts';
import type { Alarm } from '../../../src/scaling/alarms/alarm.ts';
import type { ScalingPolicy } from '../../../src/scaling/policies/kinds/policy-kinds.ts';
import { plans, play } from '../../scaling/policy-plans.ts';
import { type Recording, resourceId } from '../../scaling/virtual-cloud.ts';

const runs = { numRuns: 200, seed: 20_261_127 };

describe('the explanation of what the scaling engine did', () => {
  it('is a formula that gives the count asked for, of the datapoints that the engine decided by', () => {
    let explained = 0;
    fc.assert(
      fc.property(plans, (plan) => {
        const played = play(plan);
        const history = historyOf(played);
        for (const { activity, command } of decisionsIn(played, history)) {
          const text = explainActivity(activity, history) ?? '';
          expect(countOf(text), text).toBe(command.count);
          const { alarmName } = activity.trigger as { alarmName: string };
          expect(changeOf(activity, history)?.values, text).toEqual(command.evaluated[alarmName]);
          explained++;
        }
      }),
      runs,
    );
    expect(explained).toBeGreaterThan(100);
  });

  it('is the same text for one who came when all was over and saw no count, but knows the same activities', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const played = play(plan);
        const history = historyOf(played);
        const late: ScalingHistory = { ...history, counts: history.counts.slice(-1) };
        const decisions = decisionsIn(played, history);
        const first = decisions[0] && changeOf(decisions[0].activity, late);
        for (const { activity } of decisions) {
          expect(changeOf(activity, late)?.values).toEqual(changeOf(activity, history)?.values);
          if (first?.from !== null)
            expect(explainActivity(activity, late)).toBe(explainActivity(activity, history));
        }
      }),
      { ...runs, numRuns: 60 },
    );
  });

  it('is the same text whatever became visible since', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const played = play(plan);
        const history = historyOf(played);
        for (const { activity, command } of decisionsIn(played, history)) {
          const then: ScalingHistory = {
            ...history,
            limits: { minCapacity: command.range.min, maxCapacity: command.range.max },
            activities: history.activities.filter(({ startMs }) => startMs <= activity.startMs),
            reasons: history.reasons.filter(({ atMs }) => atMs <= activity.startMs),
            metrics: history.metrics.filter(
              ({ periodStartMs }) => periodStartMs + 60_000 + plan.metricDelayMs <= activity.startMs,
            ),
          };
          expect(explainActivity(activity, then)).toBe(explainActivity(activity, history));
        }
      }),
      { ...runs, numRuns: 60 },
    );
  });
});

/** The arithmetic of an explanation, read and done again by a reader who knows nothing of the engine. */
function countOf(text: string): number {
  const number = (written = '') => Number(written.replaceAll(',', ''));
  const [, bound] = /, at (?:most|least) (\d+)/.exec(text) ?? [];
  const least = /, at least/.test(text);
  const clamped = (count: number) =>
    bound === undefined ? count : least ? Math.max(count, number(bound)) : Math.min(count, number(bound));
  const tracked = /ceil\((\d+) × ([\d.,]+) \/ ([\d.,]+)\) = (\d+)/.exec(text);
  if (tracked) {
    const [base = 0, metric = 0, target = 1, wanted = 0] = tracked.slice(1).map(number);
    const [, newest, threshold] =
      /^Alarm(?:High|Low): ([\d.,]+?)(?:, | ).*? [<>] ([\d.,]+) for/.exec(text) ?? [];
    expect(number(newest), text).toBe(metric);
    if (text.startsWith('AlarmHigh')) expect(metric, text).toBeGreaterThan(number(threshold));
    else expect(metric, text).toBeLessThan(number(threshold));
    expect(Math.max(0, Math.ceil((base * metric) / target - 1e-9)), text).toBe(wanted);
    return clamped(wanted);
  }
  const exact = /step exactly (\d+)/.exec(text);
  if (exact) return clamped(number(exact[1]));
  const [, base, sign, adjustment, percent, wanted] =
    /step (\d+) ([+−]) (\d+)( %)?(?: \(\d+ at least\))? = (\d+)/.exec(text) ?? [];
  const by = percent ? (number(base) * number(adjustment)) / 100 : number(adjustment);
  const change = by > 0 && by < 1 ? 1 : Math.floor(by + 1e-9);
  expect(Math.max(0, number(base) + (sign === '+' ? change : -change)), text).toBe(number(wanted));
  return clamped(number(wanted));
}

/** What alarms asked for, with what the engine knew at that moment. */
function decisionsIn({ commands }: Recording, { activities }: ScalingHistory) {
  return activities
    .toSorted((a, b) => a.startMs - b.startMs)
    .flatMap((activity) => {
      const command = commands.find((one) => one.activityId === activity.activityId);
      return activity.trigger?.by === 'alarm' && command !== undefined ? [{ activity, command }] : [];
    });
}

/** What a watcher of the engine's cloud learns by AWS's calls. */
function historyOf({ after, events, inputs }: Recording): ScalingHistory {
  const target = after.targets[resourceId]!;
  const policies = Object.values(target.policies);
  const alarms = Object.values(after.alarms).map((alarm) => toAlarm(alarm, policies));
  const counts = inputs.flatMap(({ atMs, input }) =>
    (input.capacities ?? []).map(({ capacity }) => ({ atMs, current: capacity?.current ?? 0 })),
  );
  return {
    ...emptyHistory,
    alarms,
    reasons: events.flatMap((event) =>
      event.type === 'alarm-state'
        ? [
            {
              alarmName: event.alarmName,
              atMs: event.atMs,
              state: event.next.state,
              reason: event.next.reason,
            },
          ]
        : [],
    ),
    activities: after.activities.map(
      ({ activityId, description, cause, status, startedMs, endedMs }): ActivityObservation => ({
        activityId,
        description,
        cause,
        status,
        statusMessage: '',
        startMs: startedMs,
        endMs: endedMs,
        ...readActivity(description, cause),
      }),
    ),
    metrics: inputs.flatMap(({ input }) =>
      (input.datapoints ?? []).map(({ periodStartMs, value }) => ({
        metricName: 'InvocationsPerInstance',
        statistic: 'Sum',
        periodSeconds: 60,
        periodStartMs,
        value,
      })),
    ),
    counts: counts.filter(({ current }, index) => current !== counts[index - 1]?.current),
    policies: policies.map((policy) => toPolicy(policy, alarms)),
    limits: { minCapacity: target.minCapacity, maxCapacity: target.maxCapacity },
  };
}

function toAlarm(
  { definition, state, reason, stateUpdatedMs }: Alarm,
  policies: readonly ScalingPolicy[],
): AlarmObservation {
  const { alarmName, comparison, evaluationPeriods, threshold, metric } = definition;
  const tracking = policies.find((policy) => policy.type === 'TargetTrackingScaling');
  const side =
    tracking?.highAlarmName === alarmName ? 'high' : tracking?.lowAlarmName === alarmName ? 'low' : 'other';
  return {
    ...{ alarmName, side, state, reason, sinceMs: stateUpdatedMs, threshold, metricName: metric.metricName },
    rangeMs: evaluationPeriods * metric.periodMs,
    definition: {
      comparison,
      evaluationPeriods,
      datapointsToAlarm: definition.datapointsToAlarm ?? evaluationPeriods,
      periodSeconds: metric.periodMs / 1_000,
      statistic: metric.statistic,
    },
  };
}

function toPolicy(policy: ScalingPolicy, alarms: readonly AlarmObservation[]): PolicyObservation {
  const { policyName, type: policyType, configuration } = policy;
  if (policy.type === 'StepScaling')
    return {
      ...{ policyName, policyType, configuration },
      alarmNames: alarms.filter(({ side }) => side === 'other').map(({ alarmName }) => alarmName),
      scaleOutCooldownMs: policy.cooldownMs,
      scaleInCooldownMs: policy.cooldownMs,
      disableScaleIn: false,
    };
  const { highAlarmName, lowAlarmName, disableScaleIn, scaleOutCooldownMs, scaleInCooldownMs } = policy;
  return {
    ...{ policyName, policyType, configuration, disableScaleIn, scaleOutCooldownMs, scaleInCooldownMs },
    alarmNames: [highAlarmName, ...(lowAlarmName === null ? [] : [lowAlarmName])],
  };
}
