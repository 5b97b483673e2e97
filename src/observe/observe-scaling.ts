import { type Clock, sleep } from '../core/clock.ts';
import type { CloudClock } from '../core/cloud-time.ts';
import type { Emit } from '../core/events.ts';
import type { Random } from '../core/random.ts';
import type { TimelineEvent } from '../record/schemas/timeline.ts';
import { type Because, becauseOf, explainActivity } from './explain/explain-activity.ts';
import { emptyHistory, type ScalingHistory, withLook } from './explain/scaling-history.ts';
import { createLook } from './look.ts';
import { diffObservation, type Observation, type TimedFact } from './observation/observation.ts';
import type { ScalingSource } from './source/scaling-source.ts';
import { isStable, quietSince } from './stability.ts';

export interface ObserveRequest {
  source: ScalingSource;
  clock: Clock;
  cloudClock: CloudClock;
  random: Random;
  /** `cloudTimeMs` counts from here; what happened before is not told. */
  originCloudMs: number;
  /** What the first look finds from before this is history, and not told. Default: the origin. */
  sinceCloudMs?: number;
  emit: Emit<TimelineEvent>;
  /** Told of every look, whether or not it saw something new, after its events. */
  onLook?: (observation: Observation) => void;
  /** Told when the cloud could not be asked, once a streak. Never thrown: observing must not end a run. */
  onTrouble?: (error: unknown) => void;
  /** Ends it after the look under way; the promise resolves. */
  signal: AbortSignal;
  /** Default: `pollIntervalMs`. */
  pollEveryMs?: number;
  /** End once the fleet is calm (`isStable`), counted from when this is first true: it is read at every look. */
  readonly untilStable?: boolean;
  /** End after so much cloud time. */
  limitCloudMs?: number;
}

export type ObserveEnd = 'aborted' | 'stable' | 'limit' | 'endpoint-gone' | 'unreachable';

const minuteMs = 60_000;

/** Consecutive failed looks after which the cloud counts as gone. The clients have retried each call already. */
const mostFailures = 5;

/**
 * Polls AWS's own APIs and emits what changed: each fact once, in the order of cloud time within a look. Metrics come
 * minutes late by nature, with the time of the minute they are about.
 */
export async function observeScaling(request: ObserveRequest): Promise<ObserveEnd> {
  const { clock, cloudClock, signal, originCloudMs } = request;
  const look = createLook(request);
  const everyMs = request.pollEveryMs ?? pollIntervalMs(cloudClock.timeScale);
  let previous: Observation | undefined;
  let quietSinceMs: number | undefined;
  let history = emptyHistory;
  let failures = 0;
  const explain = createExplainer();
  const startedMs = cloudClock.nowMs();
  while (!signal.aborted) {
    try {
      const current = await look(previous);
      failures = 0;
      history = withLook(history, current);
      for (const { atMs, ...fact } of diffObservation(previous, current)) {
        if (isPast(fact, atMs, originCloudMs)) continue;
        if (previous === undefined && atMs < (request.sinceCloudMs ?? atMs)) continue;
        // An alarm's state at the first look may be older than the origin: it is the state at the origin, then.
        const shownMs = Math.max(atMs, originCloudMs);
        const at = new Date(shownMs).toISOString();
        const told = explain({ atMs, ...fact }, history);
        // What the first look shows may have been visible for long.
        const visible =
          fact.type === 'metric' && previous !== undefined
            ? { visibleAtMs: Math.round(current.atMs - originCloudMs) }
            : {};
        request.emit({ at, cloudTimeMs: Math.round(shownMs - originCloudMs), ...fact, ...told, ...visible });
      }
      request.onLook?.(current);
      // Calm under load says nothing of the time after it: it counts from when it was first asked for.
      quietSinceMs = request.untilStable ? quietSince(previous, current, quietSinceMs) : undefined;
      previous = current;
      if (current.variant === null) return 'endpoint-gone';
      if (quietSinceMs !== undefined && isStable(current, quietSinceMs)) return 'stable';
    } catch (error) {
      if (signal.aborted) break;
      failures++;
      if (failures === 1) request.onTrouble?.(error);
      if (failures >= mostFailures) return 'unreachable';
    }
    if (request.limitCloudMs !== undefined && cloudClock.nowMs() - startedMs >= request.limitCloudMs)
      return 'limit';
    const jitter = cloudClock.timeScale === 1 ? request.random.between(0.8, 1.2) : 1;
    await sleep(clock, everyMs * jitter, signal).catch(() => {});
  }
  return 'aborted';
}

/** Read for explanations alone: the timeline begins at the origin. */
function isPast({ type }: Pick<TimedFact, 'type'>, atMs: number, originCloudMs: number): boolean {
  return (type === 'metric' || type === 'activity') && atMs < originCloudMs;
}

/** A run has few changes; a watch may last for weeks. */
const mostRemembered = 200;

/**
 * Why an activity changes the count, where its alarm and policy tell. What was found is remembered from the look that
 * first shows the activity: what becomes visible only after the decision had no part in it.
 */
function createExplainer() {
  const found = new Map<string, Because>();
  return (fact: TimedFact, history: ScalingHistory): { explanation?: string } => {
    if (fact.type !== 'activity') return {};
    const activity = history.activities.find(({ activityId }) => activityId === fact.activityId);
    if (activity === undefined) return {};
    const isStart = fact.atMs === activity.startMs && fact.status === 'InProgress';
    const asOf = isStart ? { ...activity, status: fact.status, endMs: null } : activity;
    const because = found.get(activity.activityId) ?? becauseOf(activity, history);
    found.set(activity.activityId, because);
    const [oldest] = found.keys();
    if (found.size > mostRemembered && oldest !== undefined) found.delete(oldest);
    const explanation = explainActivity(asOf, history, because);
    return explanation === undefined ? {} : { explanation };
  };
}

/**
 * On AWS every 15 s (5 s polling has been throttled); on the stand-in at least twice a cloud minute, so that no state
 * between two alarms' evaluations goes unseen, and no more than seven times a second.
 */
export function pollIntervalMs(timeScale: number): number {
  if (timeScale === 1) return 15_000;
  return Math.min(1_000, Math.max(150, (0.4 * minuteMs) / timeScale));
}
