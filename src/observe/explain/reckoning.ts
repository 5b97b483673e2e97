import {
  adjustedCapacity,
  aggregate,
  findStep,
  type StepScaling,
} from '../../scaling/policies/step-scaling.ts';
import { proportionalCapacity } from '../../scaling/policies/target-tracking.ts';
import type { AlarmObservation } from '../observation/observation.ts';
import type { PolicyObservation } from '../observation/policy-observation.ts';
import { comparisonOf } from './alarm-datapoints.ts';
import { exactValue, writtenSo } from './written-value.ts';

/** How a policy came from a count to the one it wanted, as data and as a formula that gives it. */
export interface Reckoning {
  /** What it was counted from. */
  base: number;
  wanted: number;
  /** False: whatever the base was, a step asks for this count. */
  counts: boolean;
  /** `ceil(1 × 6,280 / 3,000) = 3`, `average 140, 40 over: step 1 + 2 = 3`. */
  formula: string;
}

/**
 * The policy's reckoning, by the scaling engine's own rules.
 * @param values what the alarm looked at, newest first
 * @returns null where too little is known, or no step holds
 */
export function reckon(
  policy: PolicyObservation,
  alarm: AlarmObservation,
  values: readonly number[],
  base: number,
): Reckoning | null {
  const [newest] = values;
  if (newest === undefined) return null;
  if (policy.targetValue !== null) return byProportion(policy.targetValue, newest, base);
  return policy.step === null ? null : byStep(policy.step, alarm, values, base);
}

function byProportion(target: number, metric: number, base: number): Reckoning {
  const wanted = proportionalCapacity(base, metric, target);
  const read = writtenSo(metric, (value) => proportionalCapacity(base, value, target) === wanted);
  return {
    base,
    wanted,
    counts: true,
    formula: `ceil(${base} × ${read} / ${exactValue(target)}) = ${wanted}`,
  };
}

/** Those that breach, all of them if none does: as the scaling engine (`decisiveValues`). */
function byStep(
  step: StepScaling,
  alarm: AlarmObservation,
  values: readonly number[],
  base: number,
): Reckoning | null {
  const { threshold, definition } = alarm;
  if (threshold === null || definition === undefined) return null;
  const comparison = definition.comparison as Parameters<typeof findStep>[2];
  const breaching = values.filter((value) => comparisonOf(alarm)?.holds(value, threshold));
  const used = breaching.length > 0 ? breaching : values;
  const aggregated = aggregate(used, step.aggregation);
  const found = findStep(step.steps, aggregated - threshold, comparison);
  if (found === undefined) return null;
  const wanted = adjustedCapacity(step, found.adjustment, base);
  const leadsThere = (difference: number) => findStep(step.steps, difference, comparison) === found;
  const difference = aggregated - threshold;
  const apart = writtenSo(Math.abs(difference), (read) => leadsThere(difference < 0 ? -read : read));
  const whole =
    used.length === 1
      ? ''
      : `${step.aggregation.toLowerCase()} ${writtenSo(aggregated, (read) => leadsThere(read - threshold))}, `;
  return {
    base,
    wanted,
    counts: step.adjustmentType !== 'ExactCapacity',
    formula: `${whole}${apart} ${difference < 0 ? 'under' : 'over'}: step ${stepText(step, found.adjustment, base, wanted)}`,
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
