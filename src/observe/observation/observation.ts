import type { ActivityMeaning } from '../../catalog/activity-meaning.ts';
import type { AlarmSide } from '../../catalog/own-alarms.ts';
import type { AlarmStateValue, TimelineFact } from '../../record/schemas/timeline.ts';
import type { PolicyObservation } from './policy-observation.ts';
import type { ScheduledActionObservation } from './scheduled-action-observation.ts';

/** What one look at the cloud saw of a variant and its scaling. All times are cloud milliseconds. */
export interface Observation {
  atMs: number;
  /** Null: there is no such endpoint (any more). */
  variant: VariantObservation | null;
  alarms: AlarmObservation[];
  /** Transitions that happened since the look before, from the alarms' own history. */
  transitions: AlarmTransition[];
  /** Those that started since the timeline's origin. */
  activities: ActivityObservation[];
  /** Datapoints of whole periods. */
  metrics: MetricObservation[];
  /** Null: no scalable target, the fleet does not scale. */
  limits: CapacityLimits | null;
  /** Undefined: they could not be read. */
  policies?: PolicyObservation[];
  /** Undefined: they could not be read. */
  scheduledActions?: ScheduledActionObservation[];
}

export interface CapacityLimits {
  minCapacity: number;
  maxCapacity: number;
  /** What a person has switched off: alarms stay, and do nothing. */
  suspended?: { scaleIn: boolean; scaleOut: boolean; scheduled: boolean };
}

export interface VariantObservation {
  current: number;
  desired: number;
  endpointStatus: string;
}

export interface AlarmObservation {
  alarmName: string;
  side: AlarmSide;
  state: AlarmStateValue;
  reason: string;
  /** When it came into this state. */
  sinceMs: number;
  threshold: number | null;
  metricName: string;
  /** Where the metric is found; undefined for an alarm on metric math. */
  source?: { namespace: string; dimensions: { Name: string; Value: string }[] };
  /** Evaluation periods times their length: how long it looks back. */
  rangeMs: number;
  /** Undefined for an alarm that is no plain comparison with a threshold. */
  definition?: {
    comparison: string;
    evaluationPeriods: number;
    datapointsToAlarm: number;
    periodSeconds: number;
    statistic: string;
  };
}

export interface AlarmTransition {
  alarmName: string;
  side: AlarmSide;
  atMs: number;
  previousState: AlarmStateValue;
  state: AlarmStateValue;
  reason: string;
}

export interface ActivityObservation extends ActivityMeaning {
  activityId: string;
  status: string;
  description: string;
  cause: string;
  statusMessage: string;
  startMs: number;
  /** Null while it goes on. */
  endMs: number | null;
}

export interface MetricObservation {
  metricName: string;
  statistic: string;
  periodSeconds: number;
  periodStartMs: number;
  value: number;
}

/** A fact of the timeline with its cloud time. */
export type TimedFact = { atMs: number } & TimelineFact;

/**
 * What `current` shows that `previous` did not, each fact once, in the order of cloud time. Without a previous look
 * everything is new.
 */
export function diffObservation(previous: Observation | undefined, current: Observation): TimedFact[] {
  return [
    ...capacityFacts(previous, current),
    ...alarmFacts(previous, current),
    ...activityFacts(previous, current),
    ...metricFacts(previous, current),
  ].sort((a, b) => a.atMs - b.atMs);
}

function capacityFacts(previous: Observation | undefined, { atMs, variant }: Observation): TimedFact[] {
  if (variant === null) return [];
  const before = previous?.variant;
  const same =
    before?.current === variant.current &&
    before.desired === variant.desired &&
    before.endpointStatus === variant.endpointStatus;
  return same ? [] : [{ atMs, type: 'capacity', ...variant }];
}

/** From the alarms' history where there is one; else from the states seen, without what happened in between. */
function alarmFacts(previous: Observation | undefined, current: Observation): TimedFact[] {
  const fromHistory: TimedFact[] = current.transitions.map(({ atMs, ...transition }) => ({
    atMs,
    type: 'alarm',
    ...transition,
  }));
  const told = new Set(current.transitions.map(({ alarmName, state }) => `${alarmName} ${state}`));
  const fromStates = current.alarms.flatMap((alarm): TimedFact[] => {
    const before = previous?.alarms.find(({ alarmName }) => alarmName === alarm.alarmName);
    if (before?.state === alarm.state && before.sinceMs === alarm.sinceMs) return [];
    if (told.has(`${alarm.alarmName} ${alarm.state}`)) return [];
    const { alarmName, side, state, reason, sinceMs } = alarm;
    return [
      { atMs: sinceMs, type: 'alarm', alarmName, side, state, previousState: before?.state ?? null, reason },
    ];
  });
  return [...fromHistory, ...fromStates];
}

/** An activity is told when it starts and when it ends; one that took no time is told once. */
function activityFacts(previous: Observation | undefined, { activities }: Observation): TimedFact[] {
  return activities.flatMap((activity): TimedFact[] => {
    // The timeline has the sentences alone.
    const { startMs, endMs, sets: _sets, trigger: _trigger, ...told } = activity;
    const before = previous?.activities.find(({ activityId }) => activityId === activity.activityId);
    if (before?.status === activity.status) return [];
    const start: TimedFact = { atMs: startMs, type: 'activity', ...told };
    if (endMs === null) return [start];
    const end: TimedFact = { atMs: endMs, type: 'activity', ...told };
    if (before !== undefined || endMs <= startMs) return [end];
    return [{ ...start, status: 'InProgress', statusMessage: '' }, end];
  });
}

function metricFacts(previous: Observation | undefined, { metrics, alarms }: Observation): TimedFact[] {
  const seen = new Set(previous?.metrics.map(metricKey));
  return metrics
    .filter((metric) => !seen.has(metricKey(metric)))
    .map(({ periodStartMs, ...metric }) => ({
      atMs: periodStartMs,
      type: 'metric' as const,
      ...metric,
      target: targetValueOf(metric, alarms),
    }));
}

/** The high alarm's threshold is the policy's target value; of steps, that of an alarm which asks for more. */
function targetValueOf(
  metric: Omit<MetricObservation, 'periodStartMs'>,
  alarms: readonly AlarmObservation[],
) {
  const watching = alarms.filter(
    ({ metricName, definition }) =>
      metricName === metric.metricName &&
      (definition === undefined ||
        (definition.statistic === metric.statistic && definition.periodSeconds === metric.periodSeconds)),
  );
  const alarm =
    watching.find(({ side }) => side === 'high') ??
    watching.find(({ side, definition }) => side === 'other' && definition?.comparison.startsWith('Greater'));
  return alarm?.threshold ?? null;
}

function metricKey({ metricName, statistic, periodSeconds, periodStartMs }: MetricObservation): string {
  return `${metricName} ${statistic} ${periodSeconds} ${periodStartMs}`;
}
