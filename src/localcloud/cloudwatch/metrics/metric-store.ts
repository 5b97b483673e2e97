import { metricNamed } from '../../../catalog/metrics.ts';
import type {
  MetricDatapoint,
  MetricQuery,
  MetricReader,
  MetricSample,
  MetricSink,
} from '../../service/ports.ts';
import { aggregateAt, createSeries, type MetricSeries, periodsOf } from './metric-series.ts';
import {
  type Aggregate,
  addStatisticSet,
  addValue,
  createAggregate,
  mergeAggregate,
  parseStatistic,
  type StatisticSet,
  statisticValue,
} from './statistics.ts';

/** All metrics of the stand-in. Times are cloud milliseconds; every answer holds only what is visible at `nowMs`. */
export interface MetricStore extends MetricSink, MetricReader {
  /** A caller's own data (PutMetricData): visible at once, unlike what `record` takes. */
  put(datum: PutDatum): void;
  /** Aggregates per period, oldest first; periods without data are absent. */
  aggregates(query: AggregateQuery, nowMs: number): PeriodAggregate[];
  /** Every metric with data in the last 14 days, in order of namespace, name and dimensions. */
  list(nowMs: number): MetricIdentity[];
}

interface MetricName {
  namespace: string;
  metricName: string;
  dimensions: Record<string, string>;
}

interface MetricIdentity extends MetricName {
  newestMs: number;
}

export interface PutDatum extends MetricName {
  unit: string;
  atMs: number;
  resolutionMs: number;
  values: readonly { value: number; weight: number }[];
  set?: StatisticSet | undefined;
}

interface AggregateQuery extends MetricName {
  periodMs: number;
  /** Inclusive. Periods are counted from `originMs`, or from the epoch. */
  fromMs: number;
  /** Exclusive. */
  toMs: number;
  originMs?: number;
  /** Only data of this unit; all units unless given. */
  unit?: string | undefined;
}

interface PeriodAggregate {
  periodStartMs: number;
  unit: string;
  aggregate: Aggregate;
}

interface Metric extends MetricName {
  key: string;
  /** Service metrics are published this long after their period's end; a caller's own (null) are there at once. */
  delayMs: number | null;
  byUnit: Map<string, MetricSeries>;
}

interface MetricStoreOptions {
  /** Cloud time from the end of a service metric's period until it can be read. */
  metricDelayMs: number;
  /** Beyond these bounds the metric without news for longest is forgotten. */
  maxMetrics?: number;
  /** Of all metrics together; some 300 bytes each, and six a percentile bin. */
  maxPeriods?: number;
}

export function createMetricStore(options: MetricStoreOptions): MetricStore {
  const table = createMetricTable(options);

  function aggregates(query: AggregateQuery, nowMs: number): PeriodAggregate[] {
    const metric = table.find(query);
    return metric ? aggregatesOf(metric, query, nowMs) : [];
  }

  return {
    aggregates,

    record(sample: MetricSample) {
      const metric = table.findOrCreate(sample, options.metricDelayMs);
      const series = seriesOf(metric, sample.unit, resolutionOf(sample));
      addValue(table.place(series, sample.atMs), sample.value, sample.weight);
    },

    put(datum) {
      const series = seriesOf(table.findOrCreate(datum, null), datum.unit, datum.resolutionMs);
      const aggregate = table.place(series, datum.atMs);
      for (const { value, weight } of datum.values) addValue(aggregate, value, weight);
      if (datum.set) addStatisticSet(aggregate, datum.set);
    },

    statistics(query: MetricQuery, nowMs): MetricDatapoint[] {
      const statistic = parseStatistic(query.statistic);
      return aggregates(query, nowMs).flatMap(({ periodStartMs, aggregate }) => {
        const value = statisticValue(aggregate, statistic);
        return value === undefined ? [] : [{ periodStartMs, value }];
      });
    },

    list(nowMs) {
      return table
        .all()
        .map((metric) => ({ metric, newestMs: newestOf(metric) }))
        .filter(({ newestMs }) => newestMs > nowMs - listedForMs)
        .sort((a, b) => (a.metric.key < b.metric.key ? -1 : 1))
        .map(({ metric: { namespace, metricName, dimensions }, newestMs }) => ({
          namespace,
          metricName,
          dimensions,
          newestMs,
        }));
    },
  };
}

/** The metrics that there are, and as many of them as the bounds allow. */
function createMetricTable({ maxMetrics = 10_000, maxPeriods = 500_000 }: MetricStoreOptions) {
  const metrics = new Map<string, Metric>();
  let periodCount = 0;

  function forgetStalest(): void {
    let stalest: Metric | undefined;
    for (const metric of metrics.values())
      if (!stalest || newestOf(metric) < newestOf(stalest)) stalest = metric;
    if (!stalest) return;
    metrics.delete(stalest.key);
    for (const series of stalest.byUnit.values()) periodCount -= sizeOf(series);
  }

  return {
    find: (name: MetricName): Metric | undefined => metrics.get(keyOf(name)),

    all: (): Metric[] => [...metrics.values()],

    findOrCreate(name: MetricName, delayMs: number | null): Metric {
      const key = keyOf(name);
      let metric = metrics.get(key);
      if (!metric) {
        if (metrics.size >= maxMetrics) forgetStalest();
        const { namespace, metricName, dimensions } = name;
        metric = { key, namespace, metricName, dimensions: { ...dimensions }, delayMs, byUnit: new Map() };
        metrics.set(key, metric);
      }
      return metric;
    },

    /** The place for a sample; the only one that makes and forgets periods. */
    place(series: MetricSeries, atMs: number): Aggregate {
      const before = sizeOf(series);
      const aggregate = aggregateAt(series, atMs);
      periodCount += sizeOf(series) - before;
      while (periodCount > maxPeriods && metrics.size > 1) forgetStalest();
      return aggregate;
    },
  };
}

function aggregatesOf(metric: Metric, query: AggregateQuery, nowMs: number): PeriodAggregate[] {
  const originMs = query.originMs ?? 0;
  const periods = new Map<number, PeriodAggregate>();
  for (const series of metric.byUnit.values()) {
    if (query.unit !== undefined && series.unit !== query.unit) continue;
    for (const { startMs, endMs, aggregate } of periodsOf(series)) {
      if (startMs < query.fromMs || startMs >= query.toMs) continue;
      if (metric.delayMs !== null && endMs + metric.delayMs > nowMs) continue;
      const periodStartMs =
        startMs - ((((startMs - originMs) % query.periodMs) + query.periodMs) % query.periodMs);
      const into = periods.get(periodStartMs);
      if (into) mergeAggregate(into.aggregate, aggregate);
      else periods.set(periodStartMs, { periodStartMs, unit: series.unit, aggregate: copyOf(aggregate) });
    }
  }
  return [...periods.values()].sort((a, b) => a.periodStartMs - b.periodStartMs);
}

const listedForMs = 14 * 86_400_000;

/** As often as the service publishes it (AWS: "Monitor SageMaker AI with CloudWatch"). */
function resolutionOf(sample: MetricSample): number {
  return (metricNamed(sample.metricName)?.periodSeconds ?? 60) * 1_000;
}

function seriesOf(metric: Metric, unit: string, resolutionMs: number): MetricSeries {
  let series = metric.byUnit.get(unit);
  if (!series) {
    series = createSeries(resolutionMs, unit);
    metric.byUnit.set(unit, series);
  }
  return series;
}

/** Metrics are the same only if namespace, name and every dimension are: half of the dimensions finds nothing. */
function keyOf(name: MetricName): string {
  const names = Object.keys(name.dimensions);
  if (names.length > 1) names.sort();
  let key = `${name.namespace}\0${name.metricName}`;
  for (const dimension of names) key += `\0${dimension}\0${name.dimensions[dimension]}`;
  return key;
}

function copyOf(aggregate: Aggregate): Aggregate {
  const copy = createAggregate();
  mergeAggregate(copy, aggregate);
  return copy;
}

function newestOf(metric: Metric): number {
  return Math.max(...[...metric.byUnit.values()].map((series) => series.newestMs));
}

function sizeOf(series: MetricSeries): number {
  return series.fine.size + series.minutes.size;
}
