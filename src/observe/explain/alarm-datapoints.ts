import type { AlarmObservation, MetricObservation, Observation } from '../observation/observation.ts';

/** What an alarm sees at the moment, by the metrics that are visible. */
export interface AlarmDatapoints {
  /** Newest first; null where nothing is visible for the period. */
  values: (number | null)[];
  breaching: number;
  needed: number;
}

const comparisons: Record<
  string,
  { words: string; sign: string; holds(value: number, threshold: number): boolean }
> = {
  GreaterThanThreshold: { words: 'above', sign: '>', holds: (value, threshold) => value > threshold },
  GreaterThanOrEqualToThreshold: {
    words: 'at or above',
    sign: '>=',
    holds: (value, threshold) => value >= threshold,
  },
  LessThanThreshold: { words: 'below', sign: '<', holds: (value, threshold) => value < threshold },
  LessThanOrEqualToThreshold: {
    words: 'at or below',
    sign: '<=',
    holds: (value, threshold) => value <= threshold,
  },
};

export function comparisonOf(alarm: AlarmObservation) {
  return comparisons[alarm.definition?.comparison ?? ''];
}

/** Which way the alarm's policy moves the fleet: AWS tells it only by the alarm's comparison. */
export function directionOf(alarm: AlarmObservation): 'out' | 'in' | null {
  if (alarm.side === 'high') return 'out';
  if (alarm.side === 'low') return 'in';
  const comparison = alarm.definition?.comparison;
  if (comparison === undefined) return null;
  return comparison.startsWith('Greater') ? 'out' : 'in';
}

/** A datapoint is seldom later than this: a younger period without one is not missing yet. */
const lateMs = 300_000;

/**
 * The alarm's evaluation range, ending with the newest period that is visible.
 * @returns null where the alarm's metric is not among those read, or nothing is known of its definition
 */
export function alarmDatapoints(
  alarm: AlarmObservation,
  { atMs, metrics }: Pick<Observation, 'atMs' | 'metrics'>,
): AlarmDatapoints | null {
  const { definition, threshold, metricName } = alarm;
  const comparison = comparisonOf(alarm);
  if (definition === undefined || comparison === undefined || threshold === null) return null;
  const { evaluationPeriods, datapointsToAlarm, periodSeconds, statistic } = definition;
  const isIts = (metric: MetricObservation) =>
    metric.metricName === metricName &&
    metric.periodSeconds === periodSeconds &&
    metric.statistic === statistic;
  const byPeriod = new Map(metrics.filter(isIts).map(({ periodStartMs, value }) => [periodStartMs, value]));
  if (byPeriod.size === 0) return null;
  const periodMs = periodSeconds * 1_000;
  const oldestNewestMs = Math.floor((atMs - lateMs) / periodMs) * periodMs - periodMs;
  const newestMs = Math.max(oldestNewestMs, ...byPeriod.keys());
  const values = Array.from(
    { length: evaluationPeriods },
    (_, index) => byPeriod.get(newestMs - index * periodMs) ?? null,
  );
  const breaching = values.filter((value) => value !== null && comparison.holds(value, threshold)).length;
  return { values, breaching, needed: datapointsToAlarm };
}
