/**
 * Step scaling: by how much the alarm is breached decides by how much the capacity changes.
 *
 *   difference = aggregated datapoints of the alarm − its threshold
 *
 *   the metric is          a step holds if
 *   above the threshold    lower <= difference <  upper
 *   below the threshold    lower <  difference <= upper
 *
 * On the threshold the alarm's own comparison says which side it is. A missing bound is infinite. Source:
 * StepAdjustment.
 */
import type { ComparisonOperator } from '../../../alarms/alarm.ts';

export const adjustmentTypes = ['ChangeInCapacity', 'PercentChangeInCapacity', 'ExactCapacity'] as const;
export type AdjustmentType = (typeof adjustmentTypes)[number];

export const metricAggregations = ['Average', 'Minimum', 'Maximum'] as const;
export type MetricAggregation = (typeof metricAggregations)[number];

/** Bounds are relative to the alarm's threshold; null is infinite. */
export interface StepAdjustment {
  lowerBound: number | null;
  upperBound: number | null;
  adjustment: number;
}

/** How a step policy changes capacity, checked. */
export interface StepScaling {
  adjustmentType: AdjustmentType;
  /** Ordered, without gaps or overlaps. */
  steps: readonly StepAdjustment[];
  aggregation: MetricAggregation;
  /** Least instances that a percentage adds or takes away; null: none. */
  minAdjustmentMagnitude: number | null;
  cooldownMs: number;
}

/** The step whose interval holds the difference; undefined if none does: then nothing is changed. */
export function findStep(
  steps: readonly StepAdjustment[],
  difference: number,
  comparison: ComparisonOperator,
): StepAdjustment | undefined {
  const above = difference === 0 ? comparison.startsWith('GreaterThan') : difference > 0;
  return steps.find((step) => {
    const lower = step.lowerBound ?? Number.NEGATIVE_INFINITY;
    const upper = step.upperBound ?? Number.POSITIVE_INFINITY;
    return above ? lower <= difference && difference < upper : lower < difference && difference <= upper;
  });
}

/**
 *   ChangeInCapacity          capacity + adjustment
 *   ExactCapacity             adjustment
 *   PercentChangeInCapacity   capacity + round(capacity × adjustment / 100), at least `minAdjustmentMagnitude`
 *
 * Rounding (AWS): above 1 down, between 0 and 1 to 1, between −1 and 0 to −1, below −1 toward zero.
 */
export function adjustedCapacity(
  policy: Pick<StepScaling, 'adjustmentType' | 'minAdjustmentMagnitude'>,
  adjustment: number,
  capacity: number,
): number {
  switch (policy.adjustmentType) {
    case 'ChangeInCapacity':
      return Math.max(0, capacity + adjustment);
    case 'ExactCapacity':
      return adjustment;
    case 'PercentChangeInCapacity': {
      const change = roundPercentage((capacity * adjustment) / 100);
      const least = change === 0 ? 0 : (policy.minAdjustmentMagnitude ?? 0);
      return Math.max(0, capacity + Math.sign(change) * Math.max(Math.abs(change), least));
    }
  }
}

/** @param values not empty */
export function aggregate(values: readonly number[], aggregation: MetricAggregation): number {
  switch (aggregation) {
    case 'Average':
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    case 'Minimum':
      return Math.min(...values);
    case 'Maximum':
      return Math.max(...values);
  }
}

function roundPercentage(change: number): number {
  // 2.9999999999999996 of a percentage means 3.
  const exact = Number(change.toPrecision(12));
  if (exact === 0) return 0;
  return Math.abs(exact) < 1 ? Math.sign(exact) : Math.trunc(exact);
}
