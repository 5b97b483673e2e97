import { writtenSo } from '../../../../core/written-value.ts';
import { cooldownOf } from '../../cooldown.ts';
import type { Breach, Reckoning } from '../kind/policy-kind.ts';
import { assumed, type StepScalingConfiguration, stepsOf } from './configuration.ts';
import { decisiveValues } from './step-demands.ts';
import {
  type AdjustmentType,
  adjustedCapacity,
  aggregate,
  findStep,
  type MetricAggregation,
  type StepScaling,
} from './steps.ts';

export function reckonSteps(
  configuration: StepScalingConfiguration,
  { values, alarm }: Breach,
  base: number,
): Reckoning | null {
  if (alarm === null) return null;
  const policy = policyOf(configuration);
  const used = decisiveValues(values, alarm);
  const aggregated = aggregate(used, policy.aggregation);
  const difference = aggregated - alarm.threshold;
  const found = findStep(policy.steps, difference, alarm.comparison);
  if (found === undefined) return null;
  const wanted = adjustedCapacity(policy, found.adjustment, base);
  const leadsThere = (read: number) => findStep(policy.steps, read, alarm.comparison) === found;
  const apart = writtenSo(Math.abs(difference), (read) => leadsThere(difference < 0 ? -read : read));
  const whole = writtenSo(aggregated, (read) => leadsThere(read - alarm.threshold));
  const of = used.length === 1 ? '' : `${policy.aggregation.toLowerCase()} ${whole}, `;
  return {
    base,
    wanted,
    counts: policy.adjustmentType !== 'ExactCapacity',
    formula: `${of}${apart} ${difference < 0 ? 'under' : 'over'}: step ${stepText(policy, found.adjustment, base, wanted)}`,
  };
}

/** AWS checked it before it told it. */
function policyOf(configuration: StepScalingConfiguration): StepScaling {
  return {
    adjustmentType: (configuration.AdjustmentType ?? 'ChangeInCapacity') as AdjustmentType,
    steps: stepsOf(configuration),
    aggregation: (configuration.MetricAggregationType ?? assumed.MetricAggregationType) as MetricAggregation,
    minAdjustmentMagnitude: configuration.MinAdjustmentMagnitude ?? null,
    cooldownMs: cooldownOf(configuration.Cooldown),
  };
}

function stepText(
  { adjustmentType, minAdjustmentMagnitude }: StepScaling,
  adjustment: number,
  base: number,
  wanted: number,
): string {
  const change = `${base} ${adjustment < 0 ? '−' : '+'} ${Math.abs(adjustment)}`;
  switch (adjustmentType) {
    case 'ChangeInCapacity':
      return `${change} = ${wanted}`;
    case 'PercentChangeInCapacity': {
      const least = minAdjustmentMagnitude === null ? '' : ` (${minAdjustmentMagnitude} at least)`;
      return `${change} %${least} = ${wanted}`;
    }
    case 'ExactCapacity':
      return `exactly ${wanted}`;
  }
}
