import { findOverloads, type LatencyLimit, latencyLimit, type Overload } from './overload.ts';
import type { LoadSample, TimelineEvent } from './timeline.ts';

type CapacityEvent = TimelineEvent & { type: 'capacity' };

/** One scale-out's delay, taken apart. All times are the timeline's cloud milliseconds. */
export interface ScaleOutDelay {
  from: number;
  to: number;
  /** What is not known is null. */
  moments: {
    /** The last rise of the load before the metric went over its target began here. */
    loadStepMs: number | null;
    /** End of the first period over the target: before it the metric cannot be seen. */
    metricOverMs: number | null;
    alarmMs: number | null;
    askedMs: number;
    inServiceMs: number | null;
    /** End of the first minute in which more instances than before shared the requests, to the minute. */
    firstTrafficMs: number | null;
    recoveredMs: number | null;
  };
  /** In order; each begins where the one before ends. */
  parts: { name: string; fromMs: number; toMs: number }[];
  /** What p99 is held against; null where too little was measured. */
  slo: LatencyLimit | null;
  /** Requests that missed it between the first and the last part's end. */
  missed: MissedRequests;
}

interface MissedRequests {
  failed: number;
  /** The timeline keeps percentiles: they bound how many answers came later than the limit. Null without a limit. */
  late: { atLeast: number; atMost: number } | null;
}

/** A run that swings all day would fill its result with them. */
const mostScaleOuts = 20;

/**
 * The first twenty scale-outs of a run.
 * @param timeline in order of time
 * @param promisedUs the p99 that was promised, or null
 */
export function scaleOutDelays(
  timeline: readonly TimelineEvent[],
  promisedUs: number | null,
): ScaleOutDelay[] {
  const capacities = timeline.filter((event) => event.type === 'capacity');
  const slo = latencyLimit(timeline, promisedUs);
  const overloads = findOverloads(timeline, promisedUs);
  return capacities
    .flatMap((asked, index) => {
      const before = capacities[index - 1];
      return before && asked.desired > before.desired ? [{ before, asked, index }] : [];
    })
    .slice(0, mostScaleOuts)
    .map(({ before, asked, index }) =>
      delayOf(timeline, before, asked, capacities.slice(index), slo, overloads),
    );
}

function delayOf(
  timeline: readonly TimelineEvent[],
  before: CapacityEvent,
  asked: CapacityEvent,
  since: readonly CapacityEvent[],
  slo: LatencyLimit | null,
  overloads: readonly Overload[],
): ScaleOutDelay {
  const served = since.find((event) => event.current >= asked.desired);
  const askedMs = askedAtMs(timeline, asked);
  const alarmMs = alarmAtMs(timeline, asked);
  const breach = firstOfLastBreach(timeline, askedMs);
  const loadStepMs = loadStepAtMs(timeline, breach?.endMs ?? alarmMs ?? askedMs);
  const firstMs = loadStepMs ?? breach?.endMs ?? alarmMs ?? askedMs;
  const overload = overloads.findLast(
    ({ startMs, recoveredAtMs }) =>
      startMs <= (served?.cloudTimeMs ?? Number.POSITIVE_INFINITY) &&
      (recoveredAtMs ?? Number.POSITIVE_INFINITY) >= firstMs,
  );
  const recoveredMs = overload?.recoveredAtMs ?? null;
  const inServiceMs = served?.cloudTimeMs ?? null;
  const moments: ScaleOutDelay['moments'] = {
    loadStepMs,
    metricOverMs: breach?.endMs ?? null,
    alarmMs,
    askedMs,
    inServiceMs,
    firstTrafficMs: firstTrafficMs(timeline, before.current, askedMs),
    recoveredMs,
  };
  const parts = partsOf(moments, firstMs, recoveryName(since, served, recoveredMs));
  const lastMs = parts.at(-1)?.toMs ?? firstMs;
  const missed = missedBetween(timeline, firstMs, lastMs, slo);
  return { from: before.current, to: asked.desired, moments, parts, slo, missed };
}

function partsOf(
  { metricOverMs, alarmMs, askedMs, inServiceMs, recoveredMs }: ScaleOutDelay['moments'],
  firstMs: number,
  recovery: string,
): ScaleOutDelay['parts'] {
  const ends: { name: string; atMs: number | null }[] = [
    { name: 'Load step → first minute over target', atMs: metricOverMs },
    { name: 'Metric over target → alarm', atMs: alarmMs },
    { name: 'Alarm → more instances asked for', atMs: askedMs },
    { name: 'Asked for → in service', atMs: inServiceMs },
    // p99 may be back before the last instance is there; then there was nothing left to wait for.
    {
      name: recovery,
      atMs: inServiceMs !== null && recoveredMs !== null && recoveredMs >= inServiceMs ? recoveredMs : null,
    },
  ];
  const parts: ScaleOutDelay['parts'] = [];
  let lastMs = firstMs;
  for (const { name, atMs } of ends) {
    if (atMs === null) continue;
    if (atMs > lastMs || atMs === inServiceMs)
      parts.push({ name, fromMs: lastMs, toMs: Math.max(atMs, lastMs) });
    lastMs = Math.max(lastMs, atMs);
  }
  return parts;
}

/**
 * When a change was asked for: the activity knows to the second; the count was only seen at the next look.
 * @param seen the first that shows the new desired count
 */
export function askedAtMs(timeline: readonly TimelineEvent[], seen: CapacityEvent): number {
  return activityOf(timeline, seen)?.cloudTimeMs ?? seen.cloudTimeMs;
}

function activityOf(timeline: readonly TimelineEvent[], seen: CapacityEvent) {
  const description = `Setting desired instance count to ${seen.desired}.`;
  return timeline.findLast(
    (event): event is TimelineEvent & { type: 'activity' } =>
      event.type === 'activity' &&
      event.description === description &&
      event.status === 'InProgress' &&
      event.cloudTimeMs <= seen.cloudTimeMs &&
      event.cloudTimeMs > seen.cloudTimeMs - 120_000,
  );
}

/** The alarm that the activity names as its cause, whoever made it; else the policy's high alarm. */
function alarmAtMs(timeline: readonly TimelineEvent[], asked: CapacityEvent): number | null {
  const cause = activityOf(timeline, asked)?.cause ?? '';
  const alarms = timeline.filter(
    (event) => event.type === 'alarm' && event.state === 'ALARM' && event.cloudTimeMs <= asked.cloudTimeMs,
  ) as (TimelineEvent & { type: 'alarm' })[];
  const named = alarms.findLast(({ alarmName }) => cause.includes(`alarm ${alarmName} `));
  return (named ?? alarms.findLast(({ side }) => side === 'high'))?.cloudTimeMs ?? null;
}

/** The first period over the target of the last such stretch before `untilMs`. */
function firstOfLastBreach(
  timeline: readonly TimelineEvent[],
  untilMs: number,
): { endMs: number } | undefined {
  let first: { endMs: number } | undefined;
  let isOver = false;
  for (const event of timeline) {
    if (event.type !== 'metric' || event.target === null) continue;
    const endMs = event.cloudTimeMs + event.periodSeconds * 1_000;
    if (endMs > untilMs) continue;
    if (event.value > event.target && !isOver) first = { endMs };
    isOver = event.value > event.target;
  }
  return first;
}

/** Where the last rise of users (or of the intended rate) before `untilMs` began; the load's start is a rise from nothing. */
function loadStepAtMs(timeline: readonly TimelineEvent[], untilMs: number): number | null {
  const samples = timeline.filter(
    (event): event is TimelineEvent & LoadSample => event.type === 'load' && event.cloudTimeMs <= untilMs,
  );
  if (samples.length === 0) return null;
  const level = (index: number) => {
    const sample = samples[index];
    return sample === undefined ? 0 : (sample.intendedRateRps ?? sample.users);
  };
  let last = samples.length - 1;
  while (last > 0 && level(last) <= level(last - 1)) last--;
  let first = last;
  while (first > 0 && level(first) > level(first - 1)) first--;
  // A sample stands at its interval's end: the rise began where the one before it ended.
  if (first > 0 || level(0) === 0) return samples[first]!.cloudTimeMs;
  const started = timeline.find((event) => event.type === 'phase' && event.phase === 'load-started');
  return Math.min(started?.cloudTimeMs ?? 0, samples[0]!.cloudTimeMs);
}

/**
 * CloudWatch's InvocationsPerInstance is Invocations over the instances that shared them, so their ratio tells from which
 * minute on there were more. Source: https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
 */
function firstTrafficMs(timeline: readonly TimelineEvent[], before: number, askedMs: number): number | null {
  const perInstance = new Map<number, number>();
  for (const event of timeline) {
    if (event.type === 'metric' && event.metricName === 'InvocationsPerInstance' && event.value > 0)
      perInstance.set(event.cloudTimeMs, event.value);
  }
  for (const event of timeline) {
    if (event.type !== 'metric' || event.metricName !== 'Invocations') continue;
    const endMs = event.cloudTimeMs + event.periodSeconds * 1_000;
    const value = perInstance.get(event.cloudTimeMs);
    if (endMs > askedMs && value !== undefined && event.value / value > before * 1.01) return endMs;
  }
  return null;
}

/** One scale-out may not be enough: then the recovery waited for the next. */
function recoveryName(
  since: readonly CapacityEvent[],
  served: CapacityEvent | undefined,
  recoveredMs: number | null,
): string {
  const name = 'In service → p99 recovered';
  if (!served || recoveredMs === null) return name;
  const then = since.findLast((event) => event.cloudTimeMs <= recoveredMs);
  return then && then.current > served.current ? `${name}, with ${then.current} in the end` : name;
}

function missedBetween(
  timeline: readonly TimelineEvent[],
  fromMs: number,
  toMs: number,
  slo: LatencyLimit | null,
): MissedRequests {
  let failed = 0;
  let atLeast = 0;
  let atMost = 0;
  for (const event of timeline) {
    if (event.type !== 'load' || event.cloudTimeMs <= fromMs || event.cloudTimeMs > toMs) continue;
    failed += event.failed;
    if (slo === null || event.responseUs === null) continue;
    const answered = Math.max(0, (event.rateRps * event.intervalMs) / 1_000 - event.failed);
    const share = shareOver(event.responseUs, slo.limitUs);
    atLeast += Math.max(
      answered * share.least,
      Math.min(answered, event.responseUs.max > slo.limitUs ? 1 : 0),
    );
    atMost += answered * share.most;
  }
  return {
    failed,
    late:
      slo === null ? null : { atLeast: Math.round(atLeast), atMost: Math.round(Math.max(atLeast, atMost)) },
  };
}

/** What an interval's percentiles say of the share of answers that came later than the limit. */
function shareOver(
  { p50, p95, p99, max }: NonNullable<LoadSample['responseUs']>,
  limitUs: number,
): { least: number; most: number } {
  if (p50 > limitUs) return { least: 0.5, most: 1 };
  if (p95 > limitUs) return { least: 0.05, most: 0.5 };
  if (p99 > limitUs) return { least: 0.01, most: 0.05 };
  return { least: 0, most: max > limitUs ? 0.01 : 0 };
}
