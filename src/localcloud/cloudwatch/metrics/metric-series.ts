import { closeSketch } from './quantile-sketch.ts';
import { type Aggregate, createAggregate, mergeAggregate } from './statistics.ts';

/** Seconds-fine data live this long, then become minutes; minutes live for 15 days (CloudWatch's own retention). */
const fineRetentionMs = 3 * 3_600_000;
const minuteRetentionMs = 15 * 86_400_000;
const minuteMs = 60_000;

/** One metric's data in one unit, in periods of its own resolution. Times are cloud milliseconds. */
export interface MetricSeries {
  readonly resolutionMs: number;
  readonly unit: string;
  /** Period start → what happened in it. Minutes only, where the resolution is a minute or more. */
  readonly fine: Map<number, Aggregate>;
  readonly minutes: Map<number, Aggregate>;
  newestMs: number;
  current: { startMs: number; aggregate: Aggregate } | undefined;
}

export function createSeries(resolutionMs: number, unit: string): MetricSeries {
  return { resolutionMs, unit, fine: new Map(), minutes: new Map(), newestMs: -Infinity, current: undefined };
}

/** The aggregate that a sample at `atMs` belongs to; made if need be. */
export function aggregateAt(series: MetricSeries, atMs: number): Aggregate {
  const startMs = atMs - mod(atMs, series.resolutionMs);
  // Nearly every sample falls into the same period as the one before it.
  if (series.current?.startMs === startMs) return series.current.aggregate;
  const isNewer = startMs > series.newestMs;
  const isOld = startMs <= series.newestMs - fineRetentionMs;
  const aggregate =
    series.resolutionMs >= minuteMs || isOld
      ? takeOrCreate(series.minutes, startMs - mod(startMs, Math.max(minuteMs, series.resolutionMs)))
      : takeOrCreate(series.fine, startMs);
  if (series.current) closeSketch(series.current.aggregate.sketch);
  series.current = isOld ? undefined : { startMs, aggregate };
  if (isNewer) {
    series.newestMs = startMs;
    forgetOld(series);
  }
  return aggregate;
}

export function* periodsOf(
  series: MetricSeries,
): Generator<{ startMs: number; endMs: number; aggregate: Aggregate }> {
  const coarseMs = Math.max(minuteMs, series.resolutionMs);
  for (const [startMs, aggregate] of series.minutes) yield { startMs, endMs: startMs + coarseMs, aggregate };
  for (const [startMs, aggregate] of series.fine)
    yield { startMs, endMs: startMs + series.resolutionMs, aggregate };
}

function takeOrCreate(periods: Map<number, Aggregate>, startMs: number): Aggregate {
  let aggregate = periods.get(startMs);
  if (!aggregate) {
    aggregate = createAggregate();
    periods.set(startMs, aggregate);
  }
  return aggregate;
}

/** Both maps are nearly in order of time: the oldest period is the first, but for data that was put late. */
function forgetOld(series: MetricSeries): void {
  for (const [startMs, aggregate] of series.fine) {
    if (startMs > series.newestMs - fineRetentionMs) break;
    series.fine.delete(startMs);
    const minute = takeOrCreate(series.minutes, startMs - mod(startMs, minuteMs));
    mergeAggregate(minute, aggregate);
    closeSketch(minute.sketch);
  }
  for (const startMs of series.minutes.keys()) {
    if (startMs > series.newestMs - minuteRetentionMs) break;
    series.minutes.delete(startMs);
  }
}

function mod(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
