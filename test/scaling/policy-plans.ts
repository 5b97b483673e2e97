/** Policies of all kinds at once against a load, driven through the scaling engine. */
import fc from 'fast-check';
import type { AlarmDefinition, ComparisonOperator } from '../../src/scaling/alarms/alarm.ts';
import type { MetricRef } from '../../src/scaling/alarms/metric.ts';
import { putAlarm } from '../../src/scaling/engine/edit-alarms.ts';
import { putScheduledAction } from '../../src/scaling/engine/edit-scheduled-actions.ts';
import type { ScalingState } from '../../src/scaling/engine/state.ts';
import type { PolicyRequest } from '../../src/scaling/policies/kinds/policy-kinds.ts';
import {
  drive,
  minute,
  putChecked,
  type Recording,
  registeredVariant,
  resourceId,
  startMs,
  trackingPolicy,
  type VirtualVariant,
} from './virtual-cloud.ts';

const metric: MetricRef = {
  namespace: 'AWS/SageMaker',
  metricName: 'InvocationsPerInstance',
  dimensions: { EndpointName: 'e', VariantName: 'v' },
  statistic: 'Sum',
  periodMs: minute,
};

export interface Plan {
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

export const plans: fc.Arbitrary<Plan> = fc.record({
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

export function play(plan: Plan): Recording {
  return drive(prepare(plan), variantOf(plan));
}
