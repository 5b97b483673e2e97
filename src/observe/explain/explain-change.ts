import { formatDurationMs } from '../../core/units.ts';
import { exactValue, writtenSo } from '../../core/written-value.ts';
import type { Reckoning } from '../../scaling/policies/kinds/kind/policy-kind.ts';
import type { ActivityObservation, AlarmObservation } from '../observation/observation.ts';
import type { PolicyObservation } from '../observation/policy-observation.ts';
import { comparisonOf, directionOf } from './alarm-datapoints.ts';
import { decisionWindows } from './decision-windows.ts';
import { reckon } from './reckoning.ts';
import type { ScalingHistory } from './scaling-history.ts';

/** Why an alarm's policy asked for a count. */
export interface Change {
  alarm: AlarmObservation;
  /** That it acted in. */
  state: string;
  policy: PolicyObservation | undefined;
  /** What was desired before; null where nothing tells. */
  from: number | null;
  to: number;
  /** What the alarm looked at when the policy decided, newest first; empty where it is not known. */
  values: readonly number[];
  /** Null where no reckoning leads to what was asked for: what it was counted from is shown nowhere. */
  reckoning: Reckoning | null;
  /** Counted from what was there before the scale-out that cools down. */
  cooled: boolean;
}

/** The alarm and the policy that an activity names, as far as they are there. */
export function causeOf(
  { trigger }: Pick<ActivityObservation, 'trigger'>,
  { alarms, policies = [] }: { alarms: readonly AlarmObservation[]; policies?: readonly PolicyObservation[] },
): { alarm: AlarmObservation | undefined; policy: PolicyObservation | undefined } {
  const named = trigger?.by === 'alarm' ? trigger : null;
  const alarm = alarms.find(({ alarmName }) => alarmName === named?.alarmName);
  const policy =
    policies.find(({ policyName }) => policyName === named?.policyName) ??
    policies.find(({ alarmNames }) => alarm !== undefined && alarmNames.includes(alarm.alarmName));
  return { alarm, policy };
}

/** What the activity asked for; undefined where it sets no count. */
export function countSetBy({ sets }: Pick<ActivityObservation, 'sets'>): number | undefined {
  return sets?.what === 'count' ? sets.count : undefined;
}

/**
 * Of what the alarm may have looked at and the count may have been, the first that leads to what was asked for.
 * @returns undefined where the activity is no change that an alarm asked for
 */
export function changeOf(activity: ActivityObservation, history: ScalingHistory): Change | undefined {
  const { alarm, policy } = causeOf(activity, history);
  const to = countSetBy(activity);
  if (alarm === undefined || to === undefined) return undefined;
  const state = activity.trigger?.by === 'alarm' ? activity.trigger.state : 'ALARM';
  const from = countBefore(activity.startMs, history);
  const coolingBase = from !== null && to < from ? null : coolingBaseOf(activity, history);
  const windows = decisionWindows(alarm, state, activity.startMs, history);
  const likeliest = windows[0] ?? [];
  const plain: Change = { alarm, state, policy, from, to, values: likeliest, reckoning: null, cooled: false };
  if (policy === undefined) return plain;
  const range = rangeAt(activity.startMs, history);
  // As the scaling engine does: within a cooldown, from before it.
  const bases = coolingBase === null ? [from] : [Math.min(coolingBase, from ?? coolingBase), from];
  for (const values of windows)
    for (const base of bases) {
      const reckoning = base === null ? null : reckon(policy, alarm, values, base);
      if (reckoning === null || !leadsTo(to, reckoning.wanted, range)) continue;
      return { ...plain, values, reckoning, cooled: base !== from && reckoning.counts };
    }
  const only = onlyBefore(to, range, (base) => reckon(policy, alarm, likeliest, base));
  return only === null ? plain : { ...plain, from: only.base, reckoning: only };
}

/**
 * Why the count was changed, in words, its cooldown apart:
 * `AlarmHigh: 6,280, 6,000, 6,000 > 3,000 for 3 of 3 → ceil(1 × 6,280 / 3,000) = 3, counted from before the cooldown`
 */
export function changeText({ alarm, state, from, to, values, reckoning, cooled }: Change): string {
  const name = alarm.side === 'high' ? 'AlarmHigh' : alarm.side === 'low' ? 'AlarmLow' : alarm.alarmName;
  const why =
    state === 'ALARM' ? breachText(alarm, values, reckoning?.formula ?? '') : otherText(state, values);
  const head = `${name}: ${why}`;
  if (reckoning === null) return `${head} → ${from === null ? to : `${from} to ${to}`}`;
  const { wanted, formula } = reckoning;
  const bound = wanted > to ? `, at most ${to}` : wanted < to ? `, at least ${to}` : '';
  return `${head} → ${formula}${bound}${cooled ? ', counted from before the cooldown' : ''}`;
}

/** @returns undefined for what starts no cooldown */
export function cooldownText(
  { status, endMs }: Pick<ActivityObservation, 'status' | 'endMs'>,
  { alarm, policy, from, to }: Pick<Change, 'alarm' | 'policy' | 'from' | 'to'>,
): string | undefined {
  const direction = directionBetween(from, to, alarm);
  if (policy === undefined || direction === null) return undefined;
  if (!['Successful', 'InProgress', 'Pending'].includes(status)) return undefined;
  const lengthMs = direction === 'out' ? policy.scaleOutCooldownMs : policy.scaleInCooldownMs;
  if (lengthMs === 0) return `no scale-${direction} cooldown`;
  if (endMs === null) return `then scale-${direction} cooldown for ${formatDurationMs(lengthMs)}`;
  return `scale-${direction} cooldown until ${new Date(endMs + lengthMs).toISOString().slice(11, 19)} UTC`;
}

/** What was desired when an activity started: by a look, or by the change before, whichever is the later news. */
export function countBefore(startMs: number, { activities, counts }: ScalingHistory): number | null {
  const last = lastSuccess(startMs, activities);
  const seen = counts.findLast(({ atMs }) => atMs <= startMs);
  if (last !== undefined && (seen === undefined || (last.endMs ?? last.startMs) >= seen.atMs))
    return countSetBy(last) ?? null;
  return seen?.current ?? null;
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

/** Source: the table in scaling/policies/cooldown.ts. */
function coolingBaseOf(activity: ActivityObservation, history: ScalingHistory): number | null {
  // A scheduled action's change leaves the cooldown alone, and what it counts from.
  const last = lastSuccess(
    activity.startMs,
    history.activities.filter(({ trigger }) => trigger?.by === 'alarm'),
  );
  if (last === undefined || last.endMs === null) return null;
  const { policy } = causeOf(last, history);
  if (policy === undefined || activity.startMs >= last.endMs + policy.scaleOutCooldownMs) return null;
  const change = changeOf(last, history);
  if (change === undefined || directionBetween(change.from, change.to, change.alarm) !== 'out') return null;
  return change.reckoning?.base ?? change.from;
}

/** By the counts; where nobody saw the first, by what the alarm is for. */
function directionBetween(from: number | null, to: number, alarm: AlarmObservation): 'out' | 'in' | null {
  if (from === null) return directionOf(alarm);
  return to > from ? 'out' : 'in';
}

interface Range {
  /** Null: not known, as of then. */
  min: number | null;
  max: number | null;
}

/** A scheduled action may have set the range since, or before: then its activity tells, else the present one. */
function rangeAt(atMs: number, { activities, limits }: ScalingHistory): Range {
  // Newest first, as AWS tells them: of one instant's, the last one said holds.
  const sets = activities
    .toReversed()
    .filter(({ status }) => status === 'Successful')
    .flatMap(({ startMs, sets }) => (sets?.what === 'range' ? [{ startMs, ...sets }] : []))
    .sort((a, b) => a.startMs - b.startMs);
  const bound = (of: 'min' | 'max', now: number | null) => {
    const those = sets.filter((one) => one[of] !== null);
    const last = those.findLast(({ startMs }) => startMs <= atMs);
    if (last !== undefined) return last[of];
    return those.length > 0 ? null : now;
  };
  return {
    min: bound('min', limits?.minCapacity ?? null),
    max: bound('max', limits?.maxCapacity ?? null),
  };
}

function leadsTo(to: number, wanted: number, { min, max }: Range): boolean {
  if (wanted === to) return true;
  return wanted > to ? max === null || max === to : min === null || min === to;
}

/** The count from which alone the policy's reckoning leads to what was asked for; null if there are several. */
function onlyBefore(
  to: number,
  { min, max }: Range,
  reckonFrom: (base: number) => Reckoning | null,
): Reckoning | null {
  // At the limits many counts lead to the same one; a large fleet is not worth the search.
  if (min === null || max === null || to === min || to === max || max - min > 1_000) return null;
  const counts = Array.from({ length: max - min + 1 }, (_, index) => min + index);
  const fitting = counts.flatMap((count) => {
    const reckoning = count === to ? null : reckonFrom(count);
    return reckoning?.wanted === to ? [reckoning] : [];
  });
  return fitting.length === 1 ? fitting[0]! : null;
}

const mostValues = 3;

/** `6,000, 5,940 > 3,000 for 2 of 3`: those that breach, a value of the formula written as it is there. */
function breachText(alarm: AlarmObservation, values: readonly number[], formula: string): string {
  const { threshold, definition } = alarm;
  const comparison = comparisonOf(alarm);
  if (threshold === null || comparison === undefined || definition === undefined) return 'in ALARM';
  const { datapointsToAlarm, evaluationPeriods } = definition;
  const breaching = values.filter((value) => comparison.holds(value, threshold));
  const against = `${comparison.sign} ${exactValue(threshold)}`;
  if (breaching.length === 0)
    return `${alarm.metricName} ${against} for ${datapointsToAlarm} of ${evaluationPeriods}`;
  const shown = breaching.slice(0, mostValues).map((value, index) => {
    const written = writtenSo(value, (read) => comparison.holds(read, threshold));
    return index === 0 ? (inFormula(value, formula) ?? written) : written;
  });
  const list = breaching.length > mostValues ? [...shown, '…'] : shown;
  return `${list.join(', ')} ${against} for ${breaching.length} of ${evaluationPeriods}`;
}

/** A policy may listen to an alarm that is over. */
function otherText(state: string, values: readonly number[]): string {
  const shown = values.slice(0, mostValues).map((value) => writtenSo(value, () => true));
  return [`in ${state}`, ...(shown.length === 0 ? [] : [shown.join(', ')])].join(' with ');
}

/** One value is written in one way, with as many digits as its formula needs. */
function inFormula(value: number, formula: string): string | undefined {
  const written = /× ([\d.,]+) \//.exec(formula)?.[1];
  if (written === undefined) return undefined;
  const usual = writtenSo(value, () => true);
  return written.length > usual.length ? written : undefined;
}
