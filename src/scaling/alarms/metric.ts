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

/**
 * A datapoint as it is fed to the scaling engine: `visibleAtMs` is when CloudWatch could first have answered with it.
 */
export interface ObservedDatapoint extends Datapoint {
  /** `metricKey` of its series. */
  key: string;
  visibleAtMs: number;
}

/** By `metricKey`, oldest first. */
export type MetricWindows = Readonly<Record<string, readonly ObservedDatapoint[]>>;

export function metricKey(metric: MetricRef): string {
  let key = keys.get(metric);
  if (key === undefined) {
    key = makeKey(metric);
    keys.set(metric, key);
  }
  return key;
}

/** Metrics are plain data that nobody changes, and every evaluation asks for their keys. */
const keys = new WeakMap<MetricRef, string>();

function makeKey(metric: MetricRef): string {
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
  const points = windows[metricKey(metric)] ?? [];
  const slots: { periodStartMs: number; value: number | null }[] = [];
  // Both are in order of time, so one walk from the oldest slot finds each slot's datapoint.
  let next = 0;
  for (
    let periodStartMs = endMs - periods * metric.periodMs;
    periodStartMs < endMs;
    periodStartMs += metric.periodMs
  ) {
    while (next < points.length && points[next]!.periodStartMs < periodStartMs) next += 1;
    const point = points[next];
    const known = point?.periodStartMs === periodStartMs && point.visibleAtMs <= nowMs;
    slots.push({ periodStartMs, value: known ? point.value : null });
  }
  return slots;
}

/** Takes new datapoints in; one for a period already known replaces it. Order and batching make no difference. */
export function ingest(windows: MetricWindows, points: readonly ObservedDatapoint[]): MetricWindows {
  if (points.length === 0) return windows;
  const byKey = Map.groupBy(points, (point) => point.key);
  const next: Record<string, readonly ObservedDatapoint[]> = { ...windows };
  for (const [key, fresh] of byKey) {
    const known = windows[key] ?? [];
    const newest = known.at(-1)?.periodStartMs ?? Number.NEGATIVE_INFINITY;
    // Nearly always the next period and nothing else.
    if (fresh.length === 1 && fresh[0]!.periodStartMs > newest) {
      next[key] = [...known, ...fresh];
      continue;
    }
    const byPeriod = new Map(known.map((point) => [point.periodStartMs, point]));
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
