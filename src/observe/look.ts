import type { CloudClock } from '../core/cloud-time.ts';
import type { AlarmObservation, AlarmTransition, Observation } from './observation/observation.ts';
import type { ScalingSource } from './source/scaling-source.ts';

const minuteMs = 60_000;

/**
 * How often metrics are read, in cloud time: they are of whole steps (minutes, but for alarms on shorter periods), so
 * more often brings them no sooner by much. On AWS each metric is charged (`polling-cost.ts`); on the stand-in a test
 * of patience is dearer.
 */
export function metricsIntervalMs(timeScale: number, stepMs = minuteMs): number {
  return timeScale === 1 ? stepMs : stepMs / 2;
}

/** An explanation speaks of the scale-out before, whose cooldown goes on. */
const pastActivitiesMs = 60 * minuteMs;

/** How late the datapoints may be that an alarm looked at. */
const lateMs = 5 * minuteMs;

export interface LookRequest {
  source: ScalingSource;
  cloudClock: CloudClock;
  originCloudMs: number;
}

/**
 * One look: all questions at once. Rarely changing answers are asked for rarely, metrics as far back as is missing.
 * Metrics and activities reach back to before the origin, as far as they explain what comes after it.
 */
export function createLook({ source, cloudClock, originCloudMs }: LookRequest) {
  let limits: Observation['limits'] = null;
  let policies: Observation['policies'];
  let scheduledActions: Observation['scheduledActions'];
  let limitsAtMs = Number.NEGATIVE_INFINITY;
  let metricsAtMs = Number.NEGATIVE_INFINITY;
  let metrics: Observation['metrics'] = [];

  // Looks are jittered: one that comes a little early must not make it wait for another whole look.
  const earlyMs = cloudClock.timeScale === 1 ? 5_000 : 0;
  const readMetrics = async (nowMs: number, alarms: readonly AlarmObservation[], isDue: boolean) => {
    // Alarms on periods of 10 s look every 10 s.
    const periods = alarms.flatMap(({ definition }) => definition?.periodSeconds ?? []);
    const stepMs = Math.min(minuteMs, ...periods.map((seconds) => seconds * 1_000));
    if (!isDue && nowMs - metricsAtMs < metricsIntervalMs(cloudClock.timeScale, stepMs) - earlyMs) return;
    // Datapoints arrive late and not always in order: look back over what could still be missing.
    const firstLook = metricsAtMs === Number.NEGATIVE_INFINITY;
    const ranges = alarms.map(({ rangeMs }) => rangeMs + lateMs);
    const oldestMs = originCloudMs - Math.max(0, ...ranges);
    const fromMs = firstLook ? oldestMs : Math.max(oldestMs, nowMs - 15 * minuteMs);
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
      source.describeActivities(originCloudMs - pastActivitiesMs),
    ]);
    // What a new activity's alarm looked at can be read by now: its explanation must not lack the newest.
    await readMetrics(atMs, alarms, hasNewActivity(activities, previous));
    const transitions = await readTransitions(source, alarms, previous, originCloudMs);
    return {
      ...{ atMs, variant, alarms, transitions, activities, metrics, limits },
      ...(policies && { policies }),
      ...(scheduledActions && { scheduledActions }),
    };
  };
}

function hasNewActivity(activities: Observation['activities'], previous: Observation | undefined): boolean {
  const known = new Set(previous?.activities.map(({ activityId }) => activityId));
  return activities.some(({ activityId }) => !known.has(activityId));
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
