import type { TimelineEvent } from '../scaling/timeline.ts';
import type { Overload } from './overload.ts';

/** The first scale-out's delay, taken apart. */
export interface ScaleOut {
  from: number;
  to: number;
  /** In order; each begins where the one before ends. */
  parts: { name: string; fromMs: number; toMs: number }[];
  /** Requests that failed between the breach and the end of the last part. */
  failedMeanwhile: number;
}

/** @param timeline in order of time */
export function findScaleOut(timeline: readonly TimelineEvent[], overload: Overload | null): ScaleOut | null {
  const capacities = timeline.filter((event) => event.type === 'capacity');
  const askedIndex = capacities.findIndex((event, index) => {
    const before = capacities[index - 1];
    return before !== undefined && event.desired > before.desired;
  });
  const asked = capacities[askedIndex];
  const before = capacities[askedIndex - 1];
  if (!asked || !before) return null;
  const served = capacities.slice(askedIndex).find((event) => event.current >= asked.desired);
  const alarm = timeline.findLast(
    (event) =>
      event.type === 'alarm' &&
      event.side === 'high' &&
      event.state === 'ALARM' &&
      event.cloudTimeMs <= asked.cloudTimeMs,
  );
  const askedMs = askedAtMs(timeline, asked);
  const breachMs = firstOfLastBreach(timeline, askedMs);
  const recoveredMs = overload?.recoveredAtMs ?? null;
  const moments: { name: string; atMs: number | null | undefined }[] = [
    { name: 'Metric over target → alarm', atMs: alarm?.cloudTimeMs },
    { name: 'Alarm → more instances asked for', atMs: askedMs },
    { name: 'Asked for → in service', atMs: served?.cloudTimeMs },
    {
      name: recoveryName(capacities, served, recoveredMs),
      // p99 may be back before the last instance is there; then there was nothing left to wait for.
      atMs: served && recoveredMs !== null && recoveredMs >= served.cloudTimeMs ? recoveredMs : null,
    },
  ];
  const parts: ScaleOut['parts'] = [];
  let lastMs = breachMs ?? alarm?.cloudTimeMs ?? askedMs;
  const startMs = lastMs;
  for (const { name, atMs } of moments) {
    if (atMs === null || atMs === undefined) continue;
    if (atMs > lastMs || name === 'Asked for → in service') parts.push({ name, fromMs: lastMs, toMs: atMs });
    lastMs = Math.max(lastMs, atMs);
  }
  const failedMeanwhile = timeline.reduce(
    (sum, event) =>
      event.type === 'load' && event.cloudTimeMs > startMs && event.cloudTimeMs <= lastMs
        ? sum + event.failed
        : sum,
    0,
  );
  return { from: before.current, to: asked.desired, parts, failedMeanwhile };
}

/**
 * When a change was asked for: the activity knows to the second; the count was only seen at the next look.
 * @param seen the first that shows the new desired count
 */
export function askedAtMs(
  timeline: readonly TimelineEvent[],
  seen: TimelineEvent & { type: 'capacity' },
): number {
  const description = `Setting desired instance count to ${seen.desired}.`;
  const activity = timeline.findLast(
    (event) =>
      event.type === 'activity' &&
      event.description === description &&
      event.status === 'InProgress' &&
      event.cloudTimeMs <= seen.cloudTimeMs &&
      event.cloudTimeMs > seen.cloudTimeMs - 120_000,
  );
  return activity?.cloudTimeMs ?? seen.cloudTimeMs;
}

/** One scale-out may not be enough: then the recovery waited for the next. */
function recoveryName(
  capacities: readonly (TimelineEvent & { type: 'capacity' })[],
  served: TimelineEvent | undefined,
  recoveredMs: number | null,
): string {
  const name = 'In service → p99 recovered';
  if (!served || recoveredMs === null) return name;
  const then = capacities.findLast((event) => event.cloudTimeMs <= recoveredMs);
  const first = capacities.find((event) => event === served);
  return then && first && then.current > first.current ? `${name}, with ${then.current} in the end` : name;
}

/** When the metric went over its target for the last time before `untilMs`. */
function firstOfLastBreach(timeline: readonly TimelineEvent[], untilMs: number): number | undefined {
  let first: number | undefined;
  let isOver = false;
  for (const event of timeline) {
    if (event.type !== 'metric' || event.target === null || event.cloudTimeMs > untilMs) continue;
    if (event.value > event.target && !isOver) first = event.cloudTimeMs;
    isOver = event.value > event.target;
  }
  return first;
}
