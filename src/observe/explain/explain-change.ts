import { formatDurationMs, formatQuantity } from '../../core/units.ts';
import type { ActivityObservation, AlarmObservation, Observation } from '../observation/observation.ts';
import { type PolicyObservation, reckon, tellsCapacityBefore } from '../observation/policy-observation.ts';
import { alarmDatapoints, breachOf, comparisonOf, directionOf } from './alarm-datapoints.ts';

export interface Change {
  activity: Pick<ActivityObservation, 'sets' | 'trigger' | 'status' | 'startMs' | 'endMs'>;
  /** The alarm that the activity names; undefined where it is gone. */
  alarm: AlarmObservation | undefined;
  policy: PolicyObservation | undefined;
  /** What was desired before; null where nobody saw it. */
  before: number | null;
  /** Within a scale-out cooldown: what was desired before the scale-out that cools down. Else null. */
  coolingBase: number | null;
  limits: { minCapacity: number; maxCapacity: number } | null;
  /** What the alarm looked at, newest first; empty where it is not known. */
  datapoints: readonly number[];
}

/**
 * Why the count was changed, in words:
 * `AlarmHigh: 6,000, 5,940, 4,660 > 3,000 for 3 of 3 → ceil(1 × 6,000 / 3,000) = 2; scale-out cooldown until 14:03:10 UTC`
 * @returns undefined where the activity is no change that an alarm asked for
 */
export function explainChange(change: Change): string | undefined {
  const { alarm, activity } = change;
  const to = countSetBy(activity);
  if (alarm === undefined || to === undefined) return undefined;
  const parts = [`${shortAlarmName(alarm)}: ${breachText(change, alarm)}${reckoning(change, alarm, to)}`];
  const cooldown = cooldownText(change, alarm);
  return [...parts, ...(cooldown === undefined ? [] : [cooldown])].join('; ');
}

/** The change that an activity of an observation made, with all that is known of why. */
export function changeOf(
  activity: ActivityObservation,
  observation: Observation,
  before: number | null,
): Change {
  const { alarms, policies = [], limits } = observation;
  const trigger = activity.trigger?.by === 'alarm' ? activity.trigger : null;
  const alarm = alarms.find(({ alarmName }) => alarmName === trigger?.alarmName);
  const policy =
    policies.find(({ policyName }) => policyName === trigger?.policyName) ??
    policies.find(({ alarmNames }) => alarm !== undefined && alarmNames.includes(alarm.alarmName));
  const datapoints = datapointsOf(activity, alarm, observation);
  const change = { activity, alarm, policy, limits, datapoints };
  return {
    ...change,
    before: before ?? onlyBefore(change),
    coolingBase: coolingBaseOf(activity, observation),
  };
}

/** What was desired when an activity started, by what the last successful one before it asked for. */
export function desiredBefore(startMs: number, activities: readonly ActivityObservation[]): number | null {
  const last = lastSuccess(startMs, activities);
  return last === undefined ? null : (countSetBy(last) ?? null);
}

/** What the activity asked for; undefined where it sets no count. */
export function countSetBy({ sets }: Pick<ActivityObservation, 'sets'>): number | undefined {
  return sets?.what === 'count' ? sets.count : undefined;
}

/** The last change of the count; setting the range is an activity too, but changes none. */
function lastSuccess(startMs: number, activities: readonly ActivityObservation[]) {
  return activities
    .filter(
      ({ startMs: atMs, status, sets }) =>
        atMs < startMs && status === 'Successful' && sets?.what === 'count',
    )
    .sort((a, b) => b.startMs - a.startMs)[0];
}

/** Source: the table in scaling/cooldown.ts. */
function coolingBaseOf(activity: ActivityObservation, observation: Observation): number | null {
  const { activities } = observation;
  // A scheduled action's change leaves the cooldown alone, and what it counts from.
  const last = lastSuccess(
    activity.startMs,
    activities.filter(({ trigger }) => trigger?.by === 'alarm'),
  );
  if (last === undefined || last.endMs === null) return null;
  const cooling = changeOf(last, observation, desiredBefore(last.startMs, activities));
  const { alarm, policy } = cooling;
  if (alarm === undefined || policy === undefined || directionOf(alarm) !== 'out') return null;
  if (activity.startMs >= last.endMs + policy.scaleOutCooldownMs) return null;
  return cooling.coolingBase ?? cooling.before;
}

/** The count from which alone the policy's reckoning leads to what was asked for; null if there are several. */
function onlyBefore({ activity, alarm, policy, limits, datapoints }: Omit<Change, 'before' | 'coolingBase'>) {
  const to = countSetBy(activity);
  const breach = alarm && breachOf(alarm, datapoints);
  if (limits === null || !breach || to === limits.minCapacity) return null;
  if (policy === undefined || !tellsCapacityBefore(policy)) return null;
  const { minCapacity, maxCapacity } = limits;
  // At the limits many counts lead to the same one; a large fleet is not worth the search.
  if (to === maxCapacity || maxCapacity - minCapacity > 1_000) return null;
  const counts = Array.from({ length: maxCapacity - minCapacity + 1 }, (_, index) => minCapacity + index);
  const fitting = counts.filter((count) => count !== to && reckon(policy, breach, count)?.count === to);
  return fitting.length === 1 ? fitting[0]! : null;
}

/** An alarm's reason stays as it was when it went into ALARM: it speaks of an activity soon after that. */
const reasonHoldsMs = 90_000;

function datapointsOf(
  activity: ActivityObservation,
  alarm: AlarmObservation | undefined,
  observation: Observation,
): number[] {
  if (alarm === undefined) return [];
  const went = [
    ...observation.transitions.filter(({ alarmName }) => alarmName === alarm.alarmName),
    { state: alarm.state, reason: alarm.reason, atMs: alarm.sinceMs },
  ].find(
    ({ state, atMs }) =>
      state === 'ALARM' && atMs <= activity.startMs && atMs >= activity.startMs - reasonHoldsMs,
  );
  const told = went === undefined ? [] : datapointsIn(went.reason);
  if (told.length > 0) return told;
  const metrics = observation.metrics.filter(
    ({ periodStartMs, periodSeconds }) => periodStartMs + periodSeconds * 1_000 <= activity.startMs,
  );
  const seen = alarmDatapoints(alarm, { atMs: activity.startMs, metrics });
  return seen?.values.filter((value) => value !== null) ?? [];
}

/** CloudWatch's wording: `… datapoints [6000.0 (22/11/26 17:00:00), 5940.0 (…)] were greater than …`, newest first. */
export function datapointsIn(reason: string): number[] {
  const list = /\[([^\]]*)\]/.exec(reason)?.[1] ?? '';
  return list
    .split(/\),?\s*/)
    .map((item) => Number.parseFloat(item))
    .filter((value) => Number.isFinite(value));
}

function shortAlarmName({ side, alarmName }: Pick<AlarmObservation, 'side' | 'alarmName'>): string {
  if (side === 'high') return 'AlarmHigh';
  return side === 'low' ? 'AlarmLow' : alarmName;
}

const mostValues = 3;

function breachText({ datapoints }: Change, alarm: AlarmObservation): string {
  const { threshold, definition } = alarm;
  const comparison = comparisonOf(alarm);
  if (threshold === null || comparison === undefined || definition === undefined) return 'in ALARM';
  const shown = datapoints.slice(0, mostValues).map(formatQuantity);
  const values = datapoints.length > mostValues ? [...shown, '…'] : shown;
  const { datapointsToAlarm, evaluationPeriods } = definition;
  const count = `for ${datapointsToAlarm} of ${evaluationPeriods}`;
  const seen = values.length > 0 ? values.join(', ') : alarm.metricName;
  return `${seen} ${comparison.sign} ${formatQuantity(threshold)} ${count}`;
}

function reckoning(change: Change, alarm: AlarmObservation, to: number): string {
  const { before, coolingBase, activity } = change;
  const plain = before === null ? ` → ${to}` : ` → ${before} to ${to}`;
  const now = before === null ? null : reckonedFrom(before, change, alarm, to);
  if (now !== null) return now;
  const cooled = coolingBase === null ? null : reckonedFrom(coolingBase, change, alarm, to);
  if (cooled !== null) return `${cooled}, counted from before the cooldown`;
  // Counted from what nobody shows, such as another policy's demand: say what was done alone.
  return activity.status === 'Failed' ? `${plain}, which failed` : plain;
}

/** @returns null where the reckoning does not lead to what was asked for */
function reckonedFrom(
  base: number,
  { policy, limits, datapoints }: Change,
  alarm: AlarmObservation,
  to: number,
): string | null {
  const breach = breachOf(alarm, datapoints);
  const wanted = policy && breach && reckon(policy, breach, base);
  if (!wanted) return null;
  if (wanted.count === to) return ` → ${wanted.text} = ${to}`;
  if (limits !== null && wanted.count > limits.maxCapacity && to === limits.maxCapacity)
    return ` → ${wanted.text} = ${wanted.count}, at most ${to}`;
  if (limits !== null && wanted.count < limits.minCapacity && to === limits.minCapacity)
    return ` → ${wanted.text} = ${wanted.count}, at least ${to}`;
  return null;
}

function cooldownText({ activity, policy }: Change, alarm: AlarmObservation): string | undefined {
  const direction = directionOf(alarm);
  if (policy === undefined || direction === null || activity.status === 'Failed') return undefined;
  const lengthMs = direction === 'out' ? policy.scaleOutCooldownMs : policy.scaleInCooldownMs;
  if (lengthMs === 0) return `no scale-${direction} cooldown`;
  if (activity.endMs === null) return `then scale-${direction} cooldown for ${formatDurationMs(lengthMs)}`;
  return `scale-${direction} cooldown until ${new Date(activity.endMs + lengthMs).toISOString().slice(11, 19)} UTC`;
}
