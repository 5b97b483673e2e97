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
  const breachMs = firstOfLastBreach(timeline, asked.cloudTimeMs);
  const recoveredMs = overload?.recoveredAtMs ?? null;
  const moments: { name: string; atMs: number | null | undefined }[] = [
    { name: 'Metric over target → alarm', atMs: alarm?.cloudTimeMs },
    { name: 'Alarm → more instances asked for', atMs: asked.cloudTimeMs },
    { name: 'Asked for → in service', atMs: served?.cloudTimeMs },
    {
      name: 'In service → p99 recovered',
      // p99 may be back before the last instance is there; then there was nothing left to wait for.
      atMs: served && recoveredMs !== null && recoveredMs >= served.cloudTimeMs ? recoveredMs : null,
    },
  ];
  const parts: ScaleOut['parts'] = [];
  let lastMs = breachMs ?? alarm?.cloudTimeMs ?? asked.cloudTimeMs;
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
