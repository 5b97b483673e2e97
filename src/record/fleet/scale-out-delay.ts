import { countIn, readTrigger } from '../../catalog/activity-meaning.ts';
import { metrics } from '../../catalog/metrics.ts';
import type { LatencyLimit, ScaleOutDelay } from '../schemas/scaling-schema.ts';
import type { LoadSample, TimelineEvent } from '../schemas/timeline.ts';
import type { CapacityEvent } from './capacities.ts';
import { findOverloads, latencyLimit, type Overload } from './overload.ts';

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
    metricVisibleMs: breach?.visibleMs ?? null,
    alarmMs,
    askedMs,
    inServiceMs,
    firstTrafficMs: sharedFromMs(timeline, { before: before.current, after: asked.desired }, inServiceMs),
    recoveredMs,
  };
  const parts = partsOf(moments, firstMs, moreInTheEnd(since, served, recoveredMs));
  const lastMs = parts.at(-1)?.toMs ?? firstMs;
  const missed = missedBetween(timeline, firstMs, lastMs, slo);
  return { from: before.current, to: asked.desired, moments, parts, slo, missed };
}

function partsOf(
  { metricOverMs, metricVisibleMs, alarmMs, askedMs, inServiceMs, ...after }: ScaleOutDelay['moments'],
  firstMs: number,
  inTheEnd: string,
): ScaleOutDelay['parts'] {
  // p99 may be back before the last instance is there; then there was nothing left to wait for.
  const recoveredMs =
    inServiceMs !== null && (after.recoveredMs ?? 0) >= inServiceMs ? after.recoveredMs : null;
  const firstTrafficMs =
    after.firstTrafficMs === null || (recoveredMs ?? Number.POSITIVE_INFINITY) < after.firstTrafficMs
      ? null
      : after.firstTrafficMs;
  const isShared = firstTrafficMs !== null && firstTrafficMs > (inServiceMs ?? firstTrafficMs);
  const ends: { name: string; atMs: number | null }[] = [
    { name: 'Load step → first minute over target', atMs: metricOverMs },
    { name: 'First minute over target → visible', atMs: metricVisibleMs },
    { name: `${metricVisibleMs === null ? 'Metric over target' : 'Metric visible'} → alarm`, atMs: alarmMs },
    { name: 'Alarm → more instances asked for', atMs: askedMs },
    { name: 'Asked for → in service', atMs: inServiceMs },
    { name: 'In service → first share of the requests', atMs: isShared ? firstTrafficMs : null },
    { name: `${isShared ? 'First share' : 'In service'} → p99 recovered${inTheEnd}`, atMs: recoveredMs },
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
  return timeline.findLast(
    (event): event is TimelineEvent & { type: 'activity' } =>
      event.type === 'activity' &&
      countIn(event.description) === seen.desired &&
      event.status === 'InProgress' &&
      event.cloudTimeMs <= seen.cloudTimeMs &&
      event.cloudTimeMs > seen.cloudTimeMs - 120_000,
  );
}

/** The alarm that the activity names as its cause, whoever made it; else the policy's high alarm. */
function alarmAtMs(timeline: readonly TimelineEvent[], asked: CapacityEvent): number | null {
  const trigger = readTrigger(activityOf(timeline, asked)?.cause ?? '');
  const alarms = timeline.filter(
    (event) => event.type === 'alarm' && event.state === 'ALARM' && event.cloudTimeMs <= asked.cloudTimeMs,
  ) as (TimelineEvent & { type: 'alarm' })[];
  const named =
    trigger?.by === 'alarm' ? alarms.findLast(({ alarmName }) => alarmName === trigger.alarmName) : undefined;
  return (named ?? alarms.findLast(({ side }) => side === 'high'))?.cloudTimeMs ?? null;
}

interface Breach {
  endMs: number;
  visibleMs: number | null;
  isOver: boolean;
}

/**
 * The first period over the target of the last such stretch before `untilMs`; of several metrics with a target each, one that
 * still is over it.
 */
function firstOfLastBreach(timeline: readonly TimelineEvent[], untilMs: number): Breach | undefined {
  const byMetric = new Map<string, Breach>();
  for (const event of timeline) {
    if (event.type !== 'metric' || event.target === null) continue;
    const endMs = event.cloudTimeMs + event.periodSeconds * 1_000;
    if (endMs > untilMs) continue;
    const key = `${event.metricName} ${event.statistic} ${event.periodSeconds}`;
    const known = byMetric.get(key);
    const isOver = event.value > event.target;
    if (isOver && !known?.isOver)
      byMetric.set(key, { endMs, visibleMs: visibleAtMs(event, untilMs), isOver });
    else if (known) known.isOver = isOver;
  }
  const breaches = [...byMetric.values()].sort((a, b) => b.endMs - a.endMs);
  return breaches.find(({ isOver }) => isOver) ?? breaches[0];
}

/** A look after the decision says nothing of when it could be seen. */
function visibleAtMs(event: TimelineEvent & { type: 'metric' }, untilMs: number): number | null {
  return event.visibleAtMs !== undefined && event.visibleAtMs <= untilMs ? event.visibleAtMs : null;
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
 * minute on there were more, and with an even load from which moment of it:
 *
 *   perInstance / invocations = f / before + (1 − f) / after          f: the share of the minute before that moment
 *
 * Source: https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
 */
function sharedFromMs(
  timeline: readonly TimelineEvent[],
  { before, after }: { before: number; after: number },
  inServiceMs: number | null,
): number | null {
  if (inServiceMs === null) return null;
  const perInstance = new Map<number, number>();
  for (const event of timeline) {
    if (
      event.type === 'metric' &&
      event.metricName === metrics.invocationsPerInstance.metricName &&
      event.value > 0
    )
      perInstance.set(event.cloudTimeMs, event.value);
  }
  for (const event of timeline) {
    if (event.type !== 'metric' || event.metricName !== metrics.invocations.metricName) continue;
    const lengthMs = event.periodSeconds * 1_000;
    const value = perInstance.get(event.cloudTimeMs);
    if (event.cloudTimeMs + lengthMs <= inServiceMs || value === undefined) continue;
    if (event.value / value <= before * 1.01) continue;
    const share = (value / event.value - 1 / after) / (1 / before - 1 / after);
    const atMs = event.cloudTimeMs + Math.round(Math.max(0, Math.min(1, share)) * lengthMs);
    return Math.max(inServiceMs, atMs);
  }
  return null;
}

/** One scale-out may not be enough: then the recovery waited for the next. */
function moreInTheEnd(
  since: readonly CapacityEvent[],
  served: CapacityEvent | undefined,
  recoveredMs: number | null,
): string {
  if (!served || recoveredMs === null) return '';
  const then = since.findLast((event) => event.cloudTimeMs <= recoveredMs);
  return then && then.current > served.current ? `, with ${then.current} in the end` : '';
}

function missedBetween(
  timeline: readonly TimelineEvent[],
  fromMs: number,
  toMs: number,
  slo: LatencyLimit | null,
): ScaleOutDelay['missed'] {
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
