import { type Clock, sleep } from '../core/clock.ts';
import type { CloudClock } from '../core/cloud-time.ts';
import type { Emit } from '../core/events.ts';
import type { Random } from '../core/random.ts';
import type { TimelineEvent } from '../record/schemas/timeline.ts';
import { type Change, changeOf, desiredBefore, explainChange } from './explain/explain-change.ts';
import { explainScheduled } from './explain/explain-scheduled.ts';
import {
  type AlarmObservation,
  type AlarmTransition,
  diffObservation,
  type Observation,
  type TimedFact,
} from './observation/observation.ts';
import type { ScalingSource } from './source/scaling-source.ts';
import { isStable, quietSince } from './stability.ts';

export interface ObserveRequest {
  source: ScalingSource;
  clock: Clock;
  cloudClock: CloudClock;
  random: Random;
  /** `cloudTimeMs` counts from here; what happened before is not told. */
  originCloudMs: number;
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
  let failures = 0;
  const explain = createExplainer();
  const startedMs = cloudClock.nowMs();
  while (!signal.aborted) {
    try {
      const current = await look(previous);
      failures = 0;
      for (const { atMs, ...fact } of diffObservation(previous, current)) {
        // An alarm's state at the first look may be older than the origin: it is the state at the origin, then.
        const shownMs = Math.max(atMs, originCloudMs);
        const at = new Date(shownMs).toISOString();
        const told = explain({ atMs, ...fact }, previous, current);
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

/** A run has few changes; a watch may last for weeks. */
const mostRemembered = 200;

/**
 * Why an activity changes the count, where its alarm and policy tell. What the alarm saw and what was desired are remembered
 * from the look that first shows the activity: later looks show what became visible only after the decision.
 */
function createExplainer() {
  const begun = new Map<string, Pick<Change, 'before' | 'coolingBase' | 'datapoints'>>();
  return (
    fact: TimedFact,
    previous: Observation | undefined,
    current: Observation,
  ): { explanation?: string } => {
    if (fact.type !== 'activity') return {};
    const activity = current.activities.find(({ activityId }) => activityId === fact.activityId);
    if (activity === undefined) return {};
    const isStart = fact.atMs === activity.startMs && fact.status === 'InProgress';
    const asOf = isStart ? { ...activity, status: fact.status, endMs: null } : activity;
    // Without an activity before it, what was desired at the look before.
    const seen =
      previous !== undefined && previous.atMs <= activity.startMs
        ? (previous.variant?.desired ?? null)
        : null;
    const before = desiredBefore(activity.startMs, current.activities) ?? seen;
    const change = { ...changeOf(asOf, current, before), ...begun.get(activity.activityId) };
    begun.set(activity.activityId, {
      before: change.before,
      coolingBase: change.coolingBase,
      datapoints: change.datapoints,
    });
    const [oldest] = begun.keys();
    if (begun.size > mostRemembered && oldest !== undefined) begun.delete(oldest);
    const explanation =
      explainChange(change) ?? explainScheduled(activity, current.activities, change.before);
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

/**
 * How often metrics are read, in cloud time: they are of whole steps (minutes, but for alarms on shorter periods), so more
 * often brings them no sooner by much. On AWS each metric is charged (`polling-cost.ts`); on the stand-in a test of patience
 * is dearer.
 */
export function metricsIntervalMs(timeScale: number, stepMs = minuteMs): number {
  return timeScale === 1 ? stepMs : stepMs / 2;
}

/** One look: all questions at once. Rarely changing answers are asked for rarely, metrics as far back as is missing. */
function createLook({ source, cloudClock, originCloudMs }: ObserveRequest) {
  let limits: Observation['limits'] = null;
  let policies: Observation['policies'];
  let scheduledActions: Observation['scheduledActions'];
  let limitsAtMs = Number.NEGATIVE_INFINITY;
  let metricsAtMs = Number.NEGATIVE_INFINITY;
  let metrics: Observation['metrics'] = [];

  // Looks are jittered: one that comes a little early must not make it wait for another whole look.
  const earlyMs = cloudClock.timeScale === 1 ? 5_000 : 0;
  const readMetrics = async (nowMs: number, alarms: readonly AlarmObservation[]) => {
    // Alarms on periods of 10 s look every 10 s.
    const periods = alarms.flatMap(({ definition }) => definition?.periodSeconds ?? []);
    const stepMs = Math.min(minuteMs, ...periods.map((seconds) => seconds * 1_000));
    if (nowMs - metricsAtMs < metricsIntervalMs(cloudClock.timeScale, stepMs) - earlyMs) return;
    // Datapoints arrive late and not always in order: look back over what could still be missing.
    const firstLook = metricsAtMs === Number.NEGATIVE_INFINITY;
    const fromMs = firstLook ? originCloudMs : Math.max(originCloudMs, nowMs - 15 * minuteMs);
    const toMs = Math.floor(nowMs / stepMs) * stepMs;
    const firstMs = Math.ceil(fromMs / minuteMs) * minuteMs;
    metricsAtMs = nowMs;
    if (toMs > firstMs) metrics = await source.readMetrics(firstMs, toMs, alarms);
  };
  const readLimits = async (nowMs: number) => {
    if (nowMs - limitsAtMs < 5 * minuteMs) return;
    // Where the policies may not be read, the watch goes on without explanations.
    [limits, policies, scheduledActions] = await Promise.all([
      source.describeLimits(),
      source.describePolicies().catch(() => policies),
      source.describeScheduledActions().catch(() => scheduledActions),
    ]);
    limitsAtMs = nowMs;
  };

  return async (previous: Observation | undefined): Promise<Observation> => {
    // The first answer sets the cloud's clock, so ask for something before asking for windows of time.
    const variant = await source.describeVariant();
    const atMs = cloudClock.nowMs();
    if (variant === null)
      return { atMs, variant, alarms: [], transitions: [], activities: [], metrics: [], limits: null };
    await readLimits(atMs);
    const [alarms, activities] = await Promise.all([
      source.describeAlarms(policies?.flatMap(({ alarmNames }) => alarmNames)),
      source.describeActivities(originCloudMs),
    ]);
    await readMetrics(atMs, alarms);
    const transitions = await readTransitions(source, alarms, previous, originCloudMs);
    return {
      ...{ atMs, variant, alarms, transitions, activities, metrics, limits },
      ...(policies && { policies }),
      ...(scheduledActions && { scheduledActions }),
    };
  };
}

/** The history of the alarms that changed since the look before: nothing in between is missed. */
async function readTransitions(
  source: ScalingSource,
  alarms: readonly AlarmObservation[],
  previous: Observation | undefined,
  originCloudMs: number,
): Promise<AlarmTransition[]> {
  const changed = alarms.flatMap((alarm) => {
    const before = previous?.alarms.find(({ alarmName }) => alarmName === alarm.alarmName);
    if (before?.sinceMs === alarm.sinceMs) return [];
    return [{ alarm, afterMs: before?.sinceMs ?? originCloudMs - 1 }];
  });
  const histories = await Promise.all(
    changed.map(({ alarm, afterMs }) =>
      // Where the history may not be read, the states seen must do.
      source.describeTransitions(alarm.alarmName, afterMs, alarm.sinceMs).catch(() => []),
    ),
  );
  return histories.flat();
}
