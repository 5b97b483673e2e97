import { ServiceError } from '../../service/operation.ts';
import { checkPeriod, invalidValue, roundWindow, toRecord } from './metric-input.ts';
import { evaluate, type MathValue, type TimeSeries } from './metric-math.ts';
import { parseMath } from './metric-math-parser.ts';
import type { MetricStore } from './metric-store.ts';
import { parseStatistic, statisticValue } from './statistics.ts';

/** One entry of `MetricDataQueries`, checked by the operation's schema. */
export interface MetricDataQuery {
  Id: string;
  MetricStat?:
    | {
        Metric: {
          Namespace: string;
          MetricName: string;
          Dimensions?: { Name: string; Value: string }[] | undefined;
        };
        Period: number;
        Stat: string;
        Unit?: string | undefined;
      }
    | undefined;
  Expression?: string | undefined;
  Label?: string | undefined;
  ReturnData?: boolean | undefined;
}

export interface EvaluatedQuery {
  id: string;
  label: string;
  /** Period start (cloud ms) → value. */
  points: ReadonlyMap<number, number>;
}

/**
 * Reads every metric of the request and evaluates its expressions, in the order of the queries; those with `ReturnData`
 * false are left out of the answer.
 * @throws ServiceError ValidationException, InvalidParameterValueException
 */
export function evaluateQueries(
  queries: readonly MetricDataQuery[],
  start: Date,
  end: Date,
  metrics: MetricStore,
  nowMs: number,
): EvaluatedQuery[] {
  const byId = new Map<string, MetricDataQuery>();
  queries.forEach((query, i) => {
    if (byId.has(query.Id))
      throw invalid(`The values for parameter id in MetricDataQueries are not unique: "${query.Id}".`);
    if ((query.MetricStat === undefined) === (query.Expression === undefined))
      throw invalid(
        `Exactly one of MetricDataQueries.member.${i + 1}.MetricStat and MetricDataQueries.member.${i + 1}.Expression must be specified.`,
      );
    byId.set(query.Id, query);
  });
  roundWindow(start, end, 60);

  const series = new Map<string, TimeSeries>();
  for (const query of queries)
    if (query.MetricStat) series.set(query.Id, readMetric(query.MetricStat, start, end, metrics, nowMs));

  const known = new Map<string, MathValue>();
  const inProgress = new Set<string>();

  function lookUp(id: string): MathValue | undefined {
    const metric = series.get(id);
    if (metric) return { kind: 'series', series: metric };
    const query = byId.get(id);
    const before = known.get(id);
    if (before || !query) return before;
    if (inProgress.has(id)) throw new SyntaxError(`"${id}" reads itself`);
    inProgress.add(id);
    const value = evaluate(parseMath(query.Expression ?? ''), {
      lookUp,
      metrics: (filter) => [...series].filter(([other]) => other.includes(filter)).map(([, each]) => each),
      grid: (periodMs) => gridOf(start, end, periodMs, nowMs),
    });
    known.set(id, value);
    return value;
  }

  return queries.filter((query) => query.ReturnData !== false).flatMap((query) => resultsOf(query, lookUp));
}

function readMetric(
  stat: NonNullable<MetricDataQuery['MetricStat']>,
  start: Date,
  end: Date,
  metrics: MetricStore,
  nowMs: number,
): TimeSeries {
  checkPeriod(stat.Period, 'Period');
  const statistic = parseStatistic(stat.Stat);
  const window = roundWindow(start, end, stat.Period);
  const periodMs = stat.Period * 1_000;
  const { Namespace: namespace, MetricName: metricName, Dimensions } = stat.Metric;
  const periods = metrics.aggregates(
    {
      namespace,
      metricName,
      dimensions: toRecord(Dimensions),
      unit: stat.Unit,
      periodMs,
      originMs: window.fromMs,
      ...window,
    },
    nowMs,
  );
  const points = new Map<number, number>();
  for (const { periodStartMs, aggregate } of periods) {
    const value = statisticValue(aggregate, statistic);
    if (value !== undefined) points.set(periodStartMs, value);
  }
  return { label: metricName, periodMs, points };
}

function resultsOf(query: MetricDataQuery, lookUp: (id: string) => MathValue | undefined): EvaluatedQuery[] {
  const value = explained(query, () => lookUp(query.Id));
  switch (value?.kind) {
    case 'series': {
      const own = query.Expression === undefined ? value.series.label : query.Id;
      return [{ id: query.Id, label: query.Label ?? own, points: value.series.points }];
    }
    case 'list':
      return value.items.map(({ label, points }) => ({ id: query.Id, label: query.Label ?? label, points }));
    default:
      throw invalid(`Error in expression '${query.Id}': it must return a time series, not a single value.`);
  }
}

/** A mistake in an expression is the caller's, and names the expression. */
function explained<Value>(query: MetricDataQuery, compute: () => Value): Value {
  try {
    return compute();
  } catch (error) {
    if (error instanceof SyntaxError) throw invalid(`Error in expression '${query.Id}': ${error.message}.`);
    throw error;
  }
}

/** Period starts of the window whose periods are over. */
function gridOf(start: Date, end: Date, periodMs: number, nowMs: number): number[] {
  if (periodMs <= 0) return [];
  const { fromMs, toMs } = roundWindow(start, end, periodMs / 1_000);
  const count = Math.ceil((Math.min(toMs, nowMs) - fromMs) / periodMs);
  if (count > maxGridPoints)
    throw invalidValue(`The time range holds ${count} periods to fill, which exceeds ${maxGridPoints}.`);
  return Array.from({ length: Math.max(0, count) }, (_, i) => fromMs + i * periodMs);
}

const maxGridPoints = 100_800;

function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}
