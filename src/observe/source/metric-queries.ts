/** What the observer reads of CloudWatch: a variant's own metrics, and whatever its alarms look at. */
import type { MetricDataQuery, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { variantDimensionList, watchedSeries } from '../../catalog/metrics.ts';
import type { AlarmObservation, MetricObservation } from '../observation/observation.ts';

/** GetMetricData takes 500; a variant with so many alarms is none that a person looks at. */
const mostAlarmMetrics = 20;

export function metricQueries(
  endpointName: string,
  variantName: string,
  alarms: readonly AlarmObservation[],
): MetricDataQuery[] {
  const dimensions = variantDimensionList(endpointName, variantName);
  const own = watchedSeries.map(({ id, metric: { metricName, namespace, periodSeconds }, statistic }) =>
    query(id, metricName, statistic, periodSeconds, { namespace, dimensions }),
  );
  const queries = new Map(own.map((one) => [keyOf(one), one]));
  for (const { metricName, source, definition } of alarms) {
    if (source === undefined || definition === undefined) continue;
    if (queries.size >= own.length + mostAlarmMetrics) break;
    const { statistic, periodSeconds } = definition;
    const wanted = query(`alarm${queries.size}`, metricName, statistic, periodSeconds, source);
    if (!queries.has(keyOf(wanted))) queries.set(keyOf(wanted), wanted);
  }
  return [...queries.values()];
}

/** @param toMs a period that ends later is not whole yet */
export function metricsIn(
  results: readonly MetricDataResult[] = [],
  queries: readonly MetricDataQuery[],
  toMs: number,
): MetricObservation[] {
  return results.flatMap(({ Id, Timestamps = [], Values = [] }) => {
    const asked = queries.find((candidate) => candidate.Id === Id)?.MetricStat;
    if (asked === undefined) return [];
    const periodSeconds = asked.Period ?? 60;
    return Timestamps.map(
      (timestamp, index): MetricObservation => ({
        metricName: asked.Metric?.MetricName ?? '',
        statistic: asked.Stat ?? '',
        periodSeconds,
        periodStartMs: timestamp.getTime(),
        value: Values[index] ?? 0,
      }),
    ).filter(({ periodStartMs }) => periodStartMs + periodSeconds * 1_000 <= toMs);
  });
}

function query(
  Id: string,
  MetricName: string,
  Stat: string,
  Period: number,
  { namespace, dimensions }: NonNullable<AlarmObservation['source']>,
): MetricDataQuery {
  return {
    Id,
    MetricStat: { Metric: { Namespace: namespace, MetricName, Dimensions: dimensions }, Period, Stat },
  };
}

/** Dimensions have no order. */
function keyOf({ MetricStat }: MetricDataQuery): string {
  const { Metric, Period, Stat } = MetricStat ?? {};
  const dimensions = (Metric?.Dimensions ?? []).map(({ Name, Value }) => `${Name}=${Value}`).sort();
  return JSON.stringify([Metric?.Namespace, Metric?.MetricName, dimensions, Period, Stat]);
}
