import { countIn } from '../catalog/activity-meaning.ts';
import { seriesName, usualMetric } from '../catalog/metrics.ts';
import type { CloudClock } from '../core/cloud-time.ts';
import type { TimelineEvent } from '../record/schemas/timeline.ts';
import { type Outlook, outlookOf } from './explain/outlook.ts';
import { createFleetSight, type FleetSight } from './fleet-sight.ts';
import type { Observation } from './observation/observation.ts';

/** What a view needs to know beside the events. */
export interface WatchFacts {
  endpointName: string;
  variantName: string;
  /** `cloudTimeMs` of the events counts from here. */
  originCloudMs: number;
  cloudClock: CloudClock;
  /** The stand-in's instances carry what they are told to. */
  capacityEmulated: boolean;
}

type EventOf<Type extends TimelineEvent['type']> = Extract<TimelineEvent, { type: Type }>;

/** All that a watch has been told, in the form in which it is shown. */
export interface WatchState {
  capacity: EventOf<'capacity'>[];
  /** By metric and statistic, in the order of time. */
  metrics: Map<string, EventOf<'metric'>[]>;
  /** The last event of each alarm. */
  alarms: Map<string, EventOf<'alarm'>>;
  /** The last event of each activity, and when it started. */
  activities: Map<string, { last: EventOf<'activity'>; startedMs: number }>;
  /** What cannot be asked at the moment. */
  trouble: string | undefined;
  /** What is good to know, and no trouble: what watching costs. */
  remark: string | undefined;
  /** What of the fleet was seen, and when: out of sight it is not known to be as it was. */
  readonly sight: FleetSight;
  last?: Observation;
  /** What scaling waits for; undefined before the first look, and while nobody knows. */
  outlook?: Outlook | undefined;
}

/** Old datapoints are of no use to a screen; a watch may last for days. */
const mostKept = 1_000;

/** @param originCloudMs where the events' time counts from; asked when it is needed */
export function emptyWatchState(originCloudMs: () => number = () => 0): WatchState {
  return {
    capacity: [],
    metrics: new Map(),
    alarms: new Map(),
    activities: new Map(),
    trouble: undefined,
    remark: undefined,
    sight: createFleetSight(originCloudMs),
  };
}

/** Adds an event to the state. */
export function applyToWatch(state: WatchState, event: TimelineEvent): void {
  switch (event.type) {
    case 'capacity':
      insert(state.capacity, event);
      break;
    case 'metric': {
      const key = metricKeyOf(event);
      const points = state.metrics.get(key) ?? [];
      state.metrics.set(key, points);
      insert(points, event);
      break;
    }
    case 'alarm':
      state.alarms.set(event.alarmName, event);
      break;
    case 'activity': {
      const startedMs = state.activities.get(event.activityId)?.startedMs ?? event.cloudTimeMs;
      state.activities.set(event.activityId, { last: event, startedMs });
      break;
    }
    case 'phase':
    case 'load':
      break;
  }
}

/** A look that the cloud has answered, with or without news: whatever trouble there was is over. */
export function lookToWatch(state: WatchState, last: Observation, wallMs: number): void {
  state.trouble = undefined;
  state.last = last;
  state.sight.looked(last, wallMs);
}

/** A warning of a watch says that the cloud could not be asked. */
export function noticeToWatch(
  state: WatchState,
  { level, message }: { level: 'info' | 'warning'; message: string },
): void {
  if (level === 'info') {
    state.remark = message;
    return;
  }
  state.trouble = message;
  state.sight.missed();
}

/** @param nowMs cloud time: countdowns go on between looks, but not where nobody knows what has become of the fleet */
export function refreshOutlook(state: WatchState, nowMs: number): void {
  const { last, sight, trouble } = state;
  const isKnown = last !== undefined && trouble === undefined && sight.lastSeen() === null;
  state.outlook = isKnown ? outlookOf(last, Math.max(last.atMs, nowMs)) : undefined;
}

/** `InvocationsPerInstance Sum`; periods of other lengths than a minute are named. */
export function metricKeyOf(event: EventOf<'metric'>): string {
  return seriesName(event, event.statistic, event.periodSeconds);
}

export const usualMetricKey = seriesName(usualMetric, usualMetric.statistics[0]);

/** What scaling follows: the first metric with a target value; the invocations where none has. */
export function trackedKey({ metrics }: WatchState): string {
  const tracked = [...metrics].filter(([, events]) => events.some(({ target }) => target !== null));
  const keys = tracked.map(([key]) => key);
  return keys.includes(usualMetricKey) ? usualMetricKey : (keys[0] ?? usualMetricKey);
}

/** The capacity over time as a chart wants it: what was seen, and before that what the activities tell. */
export function capacitySteps(state: WatchState): { atMs: number; current: number; desired: number }[] {
  const seen = state.capacity.map(({ cloudTimeMs, current, desired }) => ({
    atMs: cloudTimeMs,
    current,
    desired,
  }));
  const [first] = seen;
  if (first === undefined) return [];
  const past = [...state.activities.values()]
    .filter(({ startedMs, last }) => startedMs < first.atMs && last.status !== 'Failed')
    .sort((a, b) => a.startedMs - b.startedMs)
    .flatMap(({ startedMs, last }) => {
      const desired = countIn(last.description);
      return desired === undefined ? [] : [{ startedMs, endedMs: last.cloudTimeMs, desired }];
    });
  const [earliest] = past;
  if (earliest === undefined) return seen;
  const steps: { atMs: number; current: number; desired: number }[] = [];
  // An instance count from before the first activity is told nowhere; the chart starts with that activity.
  let current: number | undefined;
  for (const { startedMs, endedMs, desired } of past) {
    if (current !== undefined) steps.push({ atMs: startedMs, current, desired });
    if (endedMs < first.atMs) {
      steps.push({ atMs: endedMs, current: desired, desired });
      current = desired;
    }
  }
  return [...steps, ...seen];
}

function insert<Event extends { cloudTimeMs: number }>(events: Event[], event: Event): void {
  let index = events.length;
  while (index > 0 && events[index - 1]!.cloudTimeMs > event.cloudTimeMs) index--;
  events.splice(index, 0, event);
  if (events.length > mostKept) events.shift();
}
