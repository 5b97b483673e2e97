import { countIn, readTrigger } from '../../catalog/activity-meaning.ts';
import { metrics } from '../../catalog/metrics.ts';
import type { ScaleOutDelay } from '../schemas/scaling-schema.ts';
import type { LoadSample, TimelineEvent } from '../schemas/timeline.ts';
import type { CapacityEvent } from './capacities.ts';
import { type CountLate, coveredBy, missedWithin, type Stretch, stretchOf, sumOf } from './missed.ts';
import { findOverloads, latencyLimit, type Overload } from './overload.ts';

/** A run that swings all day would fill its result with them. */
const mostScaleOuts = 20;

/**
 * The first twenty scale-outs of a run: decisions for more instances than there were and were wanted.
 * @param timeline in order of time
 * @param expectedUs the p99 that was expected, or null
 * @param countLate null where the run kept no histograms
 */
export function scaleOutDelays(
  timeline: readonly TimelineEvent[],
  expectedUs: number | null,
  countLate: CountLate | null = null,
): ScaleOutDelay[] {
  const slo = latencyLimit(timeline, expectedUs);
  const overloads = findOverloads(timeline, expectedUs);
  const asked = scaleOutsIn(timeline).slice(0, mostScaleOuts);
  const delays: ScaleOutDelay[] = [];
  for (const [index, scaleOut] of asked.entries()) {
    const before = delays.at(-1) ?? null;
    const delay = delayOf(timeline, scaleOut, { before, next: asked[index + 1] ?? null, overloads });
    const stretches = delays.flatMap(stretchOf);
    const missed = (stretch: Stretch) => missedWithin(timeline, stretch, slo, countLate);
    const [own] = stretchOf(delay);
    const shared = own === undefined ? [] : coveredBy(own, stretches);
    delays.push({
      ...delay,
      slo,
      missed: {
        ...(own === undefined ? { failed: 0, late: slo && { atLeast: 0, atMost: 0 } } : missed(own)),
        ...(shared.length === 0 ? {} : { shared: sumOf(shared.map(missed)) }),
      },
    });
  }
  return delays;
}

interface ScaleOut {
  before: CapacityEvent;
  asked: CapacityEvent;
  askedMs: number;
  /** The first look at which all were in service; undefined: they never were, as far as anybody saw. */
  served: CapacityEvent | undefined;
}

function scaleOutsIn(timeline: readonly TimelineEvent[]): ScaleOut[] {
  const capacities = timeline.filter((event) => event.type === 'capacity');
  return capacities.flatMap((asked, index) => {
    const before = capacities[index - 1];
    // More than is wanted may be there still: to want those back is no scale-out.
    if (!before || asked.desired <= Math.max(before.desired, before.current)) return [];
    const since = capacities.slice(index);
    const endsAt = since.findIndex(
      ({ current, desired }) => current >= asked.desired || desired < asked.desired,
    );
    const end = since[endsAt];
    const served = end !== undefined && end.current >= asked.desired ? end : undefined;
    return [{ before, asked, askedMs: askedAtMs(timeline, asked), served }];
  });
}

function delayOf(
  timeline: readonly TimelineEvent[],
  { before, asked, askedMs, served }: ScaleOut,
  around: { before: ScaleOutDelay | null; next: ScaleOut | null; overloads: readonly Overload[] },
): Pick<ScaleOutDelay, 'from' | 'to' | 'moments' | 'parts'> {
  const alarmMs = alarmAtMs(timeline, asked);
  const breach = firstOfLastBreach(timeline, askedMs);
  const loadStepMs = loadStepAtMs(timeline, breach?.endMs ?? alarmMs ?? askedMs);
  const startMs = loadStepMs ?? breach?.endMs ?? alarmMs ?? askedMs;
  // Until then everybody waited for the scale-out before, and it tells so.
  const earlierMs = endOf(around.before, askedMs);
  const goesOn = earlierMs !== null && earlierMs > startMs && earlierMs <= askedMs;
  const firstMs = goesOn ? earlierMs : startMs;
  const inServiceMs = served?.cloudTimeMs ?? null;
  const overload = around.overloads.findLast(
    ({ startMs, recoveredAtMs }) =>
      startMs <= (inServiceMs ?? Number.POSITIVE_INFINITY) &&
      (recoveredAtMs ?? Number.POSITIVE_INFINITY) >= firstMs,
  );
  const moments: ScaleOutDelay['moments'] = {
    loadStepMs,
    metricOverMs: breach?.endMs ?? null,
    metricVisibleMs: breach?.visibleMs ?? null,
    alarmMs,
    askedMs,
    inServiceMs,
    firstTrafficMs: sharedFromMs(timeline, { before: before.current, after: asked.desired }, inServiceMs),
    recoveredMs: overload?.recoveredAtMs ?? null,
  };
  // A recovery that waited for the next scale-out is that one's.
  const nextMs = around.next?.served?.cloudTimeMs ?? Number.POSITIVE_INFINITY;
  const isOthers = moments.recoveredMs !== null && moments.recoveredMs >= nextMs;
  const told = isOthers ? { ...moments, recoveredMs: null } : moments;
  const parts = partsOf(told, firstMs, goesOn ? `${before.current} in service` : null);
  return { from: before.desired, to: asked.desired, moments, parts };
}

/** When the scale-out before was over; null where it had not come when this one was asked for. */
function endOf(before: ScaleOutDelay | null, askedMs: number): number | null {
  if (before === null || before.moments.inServiceMs === null) return null;
  const lastMs = before.parts.at(-1)?.toMs ?? askedMs;
  return lastMs <= askedMs ? lastMs : before.moments.inServiceMs;
}

/** @param goesOn what the first part begins with, where it is not what it usually is */
function partsOf(
  { metricOverMs, metricVisibleMs, alarmMs, askedMs, inServiceMs, ...after }: ScaleOutDelay['moments'],
  firstMs: number,
  goesOn: string | null,
): ScaleOutDelay['parts'] {
  // p99 may be back before the last instance is there; then there was nothing left to wait for.
  const recoveredMs =
    inServiceMs !== null && (after.recoveredMs ?? 0) >= inServiceMs ? after.recoveredMs : null;
  const firstTrafficMs =
    after.firstTrafficMs === null || (recoveredMs ?? Number.POSITIVE_INFINITY) < after.firstTrafficMs
      ? null
      : after.firstTrafficMs;
  const isShared = firstTrafficMs !== null && firstTrafficMs > (inServiceMs ?? firstTrafficMs);
  const seen =
    metricVisibleMs !== null ? 'Metric visible' : metricOverMs === null ? 'Load step' : 'Metric over target';
  const ends: { name: string; atMs: number | null }[] = [
    { name: 'Load step → first minute over target', atMs: metricOverMs },
    { name: 'First minute over target → visible', atMs: metricVisibleMs },
    { name: `${seen} → alarm`, atMs: alarmMs },
    { name: `${alarmMs === null ? seen : 'Alarm'} → more instances asked for`, atMs: askedMs },
    { name: 'Asked for → in service', atMs: inServiceMs },
    { name: 'In service → first share of the requests', atMs: isShared ? firstTrafficMs : null },
    { name: `${isShared ? 'First share' : 'In service'} → p99 recovered`, atMs: recoveredMs },
  ];
  const parts: ScaleOutDelay['parts'] = [];
  let lastMs = firstMs;
  for (const { name, atMs } of ends) {
    if (atMs === null) continue;
    if (atMs > lastMs || atMs === inServiceMs) {
      const isFirst = parts.length === 0 && goesOn !== null;
      const shown = isFirst ? name.replace(/^.*? → /, `${goesOn} → `) : name;
      parts.push({ name: shown, fromMs: lastMs, toMs: Math.max(atMs, lastMs) });
    }
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
 * The first period over the target of the last such stretch before `untilMs`; of several metrics with a target each,
 * one that still is over it.
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

/**
 * Where the last rise of users (or of the intended rate) before `untilMs` began; the load's start is a rise from
 * nothing.
 */
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
 * CloudWatch's InvocationsPerInstance is Invocations over the instances that shared them, so their ratio tells from
 * which minute on there were more, and with an even load from which moment of it:
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
