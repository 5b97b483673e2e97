/** Metrics as alarms see them: one value a period, in windows that hold no more than the alarms look at. */

/** What CloudWatch identifies a series of datapoints by. */
export interface MetricRef {
  namespace: string;
  metricName: string;
  dimensions: Readonly<Record<string, string>>;
  /** `Average`, `Sum`, `Minimum`, `Maximum`, `SampleCount`, `p99` … */
  statistic: string;
  periodMs: number;
  unit?: string | undefined;
}

export interface Datapoint {
  periodStartMs: number;
  value: number;
}

/** A datapoint as it is fed to the engine: `visibleAtMs` is when CloudWatch could first have answered with it. */
export interface ObservedDatapoint extends Datapoint {
  /** `metricKey` of its series. */
  key: string;
  visibleAtMs: number;
}

/** By `metricKey`, oldest first. */
export type MetricWindows = Readonly<Record<string, readonly ObservedDatapoint[]>>;

export function metricKey(metric: MetricRef): string {
  const dimensions = Object.entries(metric.dimensions)
    .map(([name, value]) => `${name}=${value}`)
    .sort();
  return JSON.stringify([
    metric.namespace,
    metric.metricName,
    dimensions,
    metric.statistic,
    metric.periodMs,
    metric.unit ?? null,
  ]);
}

/**
 * Services publish late (AWS-owned namespaces); a caller's own data can be read at once.
 * Source: user reports of 1 to 3 minutes for SageMaker; the stand-in's `--metric-delay`.
 */
export function publicationDelayMs(metric: MetricRef, serviceDelayMs: number): number {
  return /^\/?aws\//i.test(metric.namespace) ? serviceDelayMs : 0;
}

/** The end of the newest period that can be complete and visible at `nowMs`. */
export function newestVisibleEndMs(metric: MetricRef, delayMs: number, nowMs: number): number {
  return Math.floor((nowMs - delayMs) / metric.periodMs) * metric.periodMs;
}

/**
 * The last `periods` periods that can be visible at `nowMs`, oldest first; null where no datapoint is.
 * A period whose publication is still due is not missing: the window ends before it.
 */
export function slotsAt(
  windows: MetricWindows,
  metric: MetricRef,
  periods: number,
  delayMs: number,
  nowMs: number,
): { periodStartMs: number; value: number | null }[] {
  const endMs = newestVisibleEndMs(metric, delayMs, nowMs);
  const visible = new Map(
    (windows[metricKey(metric)] ?? [])
      .filter((point) => point.visibleAtMs <= nowMs)
      .map((point) => [point.periodStartMs, point.value]),
  );
  return Array.from({ length: periods }, (_, index) => {
    const periodStartMs = endMs - (periods - index) * metric.periodMs;
    return { periodStartMs, value: visible.get(periodStartMs) ?? null };
  });
}

/** Takes new datapoints in; one for a period already known replaces it. Order and batching make no difference. */
export function ingest(windows: MetricWindows, points: readonly ObservedDatapoint[]): MetricWindows {
  if (points.length === 0) return windows;
  const byKey = Map.groupBy(points, (point) => point.key);
  const next: Record<string, readonly ObservedDatapoint[]> = { ...windows };
  for (const [key, fresh] of byKey) {
    const byPeriod = new Map((windows[key] ?? []).map((point) => [point.periodStartMs, point]));
    for (const point of fresh) byPeriod.set(point.periodStartMs, point);
    next[key] = [...byPeriod.values()].sort((a, b) => a.periodStartMs - b.periodStartMs);
  }
  return next;
}

/** Forgets what no alarm looks at any more. @param keepFromMs oldest period start still needed, by `metricKey`. */
export function prune(windows: MetricWindows, keepFromMs: ReadonlyMap<string, number>): MetricWindows {
  return Object.fromEntries(
    Object.entries(windows).flatMap(([key, points]) => {
      const fromMs = keepFromMs.get(key);
      return fromMs === undefined ? [] : [[key, points.filter((point) => point.periodStartMs >= fromMs)]];
    }),
  );
}
