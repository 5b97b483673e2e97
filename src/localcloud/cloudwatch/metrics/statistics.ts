import { ServiceError } from '../../service/operation.ts';
import { addToSketch, createSketch, mergeSketch, type QuantileSketch, quantile } from './quantile-sketch.ts';

/** What is known of one metric in one period. */
export interface Aggregate {
  count: number;
  sum: number;
  min: number;
  max: number;
  sketch: QuantileSketch;
  /** False once data came without its single values (a statistic set) or below zero: no percentiles then, as at AWS. */
  hasPercentiles: boolean;
}

/** A statistic set of PutMetricData: values that somebody else added up. */
export interface StatisticSet {
  sampleCount: number;
  sum: number;
  minimum: number;
  maximum: number;
}

export type Statistic =
  | { kind: 'Average' | 'Sum' | 'Minimum' | 'Maximum' | 'SampleCount' }
  /** `fraction` 0…1 */
  | { kind: 'percentile'; fraction: number };

export function createAggregate(): Aggregate {
  return { count: 0, sum: 0, min: Infinity, max: -Infinity, sketch: createSketch(), hasPercentiles: true };
}

export function addValue(aggregate: Aggregate, value: number, weight: number): void {
  aggregate.count += weight;
  aggregate.sum += value * weight;
  // A weight of 0 publishes a sum of zero without any sample, and so without a minimum.
  if (weight <= 0) return;
  if (value < aggregate.min) aggregate.min = value;
  if (value > aggregate.max) aggregate.max = value;
  if (value < 0) aggregate.hasPercentiles = false;
  else addToSketch(aggregate.sketch, value, weight);
}

export function addStatisticSet(aggregate: Aggregate, set: StatisticSet): void {
  if (set.minimum === set.maximum) {
    addValue(aggregate, set.minimum, set.sampleCount);
    return;
  }
  aggregate.count += set.sampleCount;
  aggregate.sum += set.sum;
  aggregate.min = Math.min(aggregate.min, set.minimum);
  aggregate.max = Math.max(aggregate.max, set.maximum);
  aggregate.hasPercentiles = false;
}

export function mergeAggregate(into: Aggregate, from: Aggregate): void {
  into.count += from.count;
  into.sum += from.sum;
  into.min = Math.min(into.min, from.min);
  into.max = Math.max(into.max, from.max);
  into.hasPercentiles &&= from.hasPercentiles;
  mergeSketch(into.sketch, from.sketch);
}

/** @returns undefined where the period's data cannot answer. */
export function statisticValue(aggregate: Aggregate, statistic: Statistic): number | undefined {
  switch (statistic.kind) {
    case 'Sum':
      return rounded(aggregate.sum);
    case 'SampleCount':
      return aggregate.count;
    case 'Average':
      return aggregate.count > 0 ? aggregate.sum / aggregate.count : undefined;
    case 'Minimum':
      return aggregate.count > 0 ? aggregate.min : undefined;
    case 'Maximum':
      return aggregate.count > 0 ? aggregate.max : undefined;
    case 'percentile': {
      if (!aggregate.hasPercentiles) return undefined;
      if (statistic.fraction === 0) return aggregate.count > 0 ? aggregate.min : undefined;
      const estimate = quantile(aggregate.sketch, statistic.fraction);
      return estimate === undefined ? undefined : Math.min(aggregate.max, Math.max(aggregate.min, estimate));
    }
  }
}

/**
 * `Average`, `p99`, `p99.9` → what to compute.
 * @throws ServiceError InvalidParameterValueException for CloudWatch's further statistics (`tm99`, `PR(…)`), which are
 * not kept here.
 */
export function parseStatistic(text: string, parameter = 'Stat'): Statistic {
  if (isSimple(text)) return { kind: text };
  const percent = /^p(\d{1,3}(?:\.\d{1,10})?)$/i.exec(text)?.[1];
  if (percent !== undefined && Number(percent) <= 100)
    return { kind: 'percentile', fraction: Number(percent) / 100 };
  const unsupported = /^(tm|wm|tc|ts|pr|iqm)/i.test(text)
    ? ' Trimmed and winsorised statistics are not available here: use Average, Sum, Minimum, Maximum, SampleCount or pNN.'
    : '';
  throw new ServiceError(
    'InvalidParameterValueException',
    `The value '${text}' for parameter ${parameter} is not a valid statistic.${unsupported}`,
  );
}

const simpleStatistics = ['Average', 'Sum', 'Minimum', 'Maximum', 'SampleCount'] as const;

function isSimple(text: string): text is (typeof simpleStatistics)[number] {
  return (simpleStatistics as readonly string[]).includes(text);
}

/**
 * Twelve significant digits: a sum of thirds (InvocationsPerInstance on three instances) must not come out a hair over
 * the whole number that it is, and so over a target that it only meets.
 */
function rounded(sum: number): number {
  return Number(sum.toPrecision(12));
}
