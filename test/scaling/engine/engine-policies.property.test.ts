import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlarmDefinition, ComparisonOperator } from '../../../src/scaling/alarms/alarm.ts';
import type { MetricRef } from '../../../src/scaling/alarms/metric.ts';
import { putAlarm } from '../../../src/scaling/engine/edit-alarms.ts';
import { putScheduledAction } from '../../../src/scaling/engine/edit-scheduled-actions.ts';
import type { ScalingState } from '../../../src/scaling/engine/state.ts';
import type { PolicyRequest } from '../../../src/scaling/policies/check-policy.ts';
import {
  drive,
  minute,
  putChecked,
  type Recording,
  registeredVariant,
  replay,
  resourceId,
  startMs,
  trackingPolicy,
  type VirtualVariant,
} from '../virtual-cloud.ts';

const metric: MetricRef = {
  namespace: 'AWS/SageMaker',
  metricName: 'InvocationsPerInstance',
  dimensions: { EndpointName: 'e', VariantName: 'v' },
  statistic: 'Sum',
  periodMs: minute,
};

interface Plan {
  loads: number[];
  steps: { adjustmentType: string; adjustments: [number, number, number, number] };
  aggregation: string;
  cooldown: number;
  target: number | null;
  min: number;
  extra: number;
  schedule: { second: number; min: number | null; max: number | null }[];
  provisionMs: number;
  metricDelayMs: number;
}

const plans: fc.Arbitrary<Plan> = fc.record({
  loads: fc
    .array(
      fc.record({ minutes: fc.integer({ min: 1, max: 15 }), load: fc.integer({ min: 0, max: 1_500 }) }),
      {
        minLength: 1,
        maxLength: 5,
      },
    )
    .map((stretches) => stretches.flatMap(({ minutes, load }) => Array<number>(minutes).fill(load))),
  steps: fc.oneof(
    fc.record({
      adjustmentType: fc.constantFrom('ChangeInCapacity', 'PercentChangeInCapacity'),
      adjustments: fc.tuple(
        fc.integer({ min: -60, max: 0 }),
        fc.integer({ min: -30, max: 0 }),
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 0, max: 300 }),
      ),
    }),
    fc.record({
      adjustmentType: fc.constant('ExactCapacity'),
      adjustments: fc.tuple(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 30 }),
      ),
    }),
  ),
  aggregation: fc.constantFrom('Average', 'Minimum', 'Maximum'),
  cooldown: fc.integer({ min: 0, max: 600 }),
  target: fc.option(fc.integer({ min: 10, max: 500 })),
  min: fc.integer({ min: 1, max: 3 }),
  extra: fc.integer({ min: 0, max: 12 }),
  schedule: fc.array(
    fc.record({
      second: fc.integer({ min: 1, max: 3_000 }),
      min: fc.option(fc.integer({ min: 1, max: 10 })),
      max: fc.option(fc.integer({ min: 1, max: 20 })),
    }),
    { maxLength: 4 },
  ),
  provisionMs: fc.integer({ min: 0, max: 8 * minute }),
  metricDelayMs: fc.integer({ min: 0, max: 3 * minute }),
});

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

function prepare(plan: Plan): ScalingState {
  let state = registeredVariant(variantOf(plan));
  state = putChecked(state, 'steps', stepPolicy(plan));
  const alarmActions = [state.targets[resourceId]?.policies.steps?.policyArn ?? ''];
  const alarm = (alarmName: string, comparison: ComparisonOperator, threshold: number) => {
    state = putAlarm(state, { ...blankAlarm, alarmName, alarmActions, comparison, threshold }, startMs).state;
  };
  alarm('busy', 'GreaterThanThreshold', 200);
  alarm('idle', 'LessThanThreshold', 40);
  if (plan.target !== null)
    state = putChecked(
      state,
      'tracks',
      trackingPolicy(plan.target, { out: plan.cooldown, in: plan.cooldown }),
    );
  plan.schedule.forEach(({ second, min, max }, index) => {
    const at = new Date(startMs + second * 1_000).toISOString().slice(0, 19);
    const never = { timeZone: null, startMs: null, endMs: null };
    const action = { ...never, schedule: `at(${at})`, minCapacity: min, maxCapacity: max };
    state = putScheduledAction(state, resourceId, `a${index}`, action, startMs).state;
  });
  return state;
}

function variantOf({ loads, min, extra, provisionMs, metricDelayMs }: Plan): VirtualVariant {
  return {
    load: (at) => loads[at] ?? 0,
    minutes: loads.length + 20,
    min,
    max: min + extra,
    provisionMs,
    metricDelayMs,
  };
}

function stepPolicy({ steps, aggregation, cooldown }: Plan): PolicyRequest {
  const [farBelow, below, above, farAbove] = steps.adjustments;
  return {
    StepScalingPolicyConfiguration: {
      AdjustmentType: steps.adjustmentType,
      Cooldown: cooldown,
      MetricAggregationType: aggregation,
      StepAdjustments: [
        { MetricIntervalUpperBound: -20, ScalingAdjustment: farBelow },
        { MetricIntervalLowerBound: -20, MetricIntervalUpperBound: 0, ScalingAdjustment: below },
        { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 100, ScalingAdjustment: above },
        { MetricIntervalLowerBound: 100, ScalingAdjustment: farAbove },
      ],
    },
  };
}

const blankAlarm: Omit<AlarmDefinition, 'alarmName' | 'comparison' | 'threshold'> = {
  alarmArn: 'arn',
  description: undefined,
  actionsEnabled: true,
  okActions: [],
  alarmActions: [],
  insufficientDataActions: [],
  metric,
  evaluationPeriods: 3,
  datapointsToAlarm: 2,
  treatMissingData: undefined,
  evaluateLowSampleCountPercentile: undefined,
};

function play(plan: Plan): Recording {
  return drive(prepare(plan), variantOf(plan));
}
