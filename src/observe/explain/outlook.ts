import { formatDurationMs } from '../../core/units.ts';
import { formatValue } from '../../core/written-value.ts';
import { nextRunMs, parseSchedule } from '../../scaling/policies/schedule.ts';
import type { AlarmObservation, Observation } from '../observation/observation.ts';
import { alarmDatapoints, comparisonOf, directionOf } from './alarm-datapoints.ts';
import { causeOf } from './explain-change.ts';
import { scaleInHold } from './scale-in-hold.ts';

/** What scaling waits for, in words, as of `atMs`. */
export interface Outlook {
  /** By the alarm's name: `2/3 above 3,000`. */
  alarms: Map<string, string>;
  /** `scale-out cooldown: 2m10s left`, and what can happen next in either direction. */
  lines: OutlookLine[];
}

export interface OutlookLine {
  text: string;
  /** The text without what counts down in it: where this stays the same, nothing is new. */
  withoutCount: string;
  /** A cooldown that runs out: it says nothing but how long. */
  countsDown: boolean;
}

const line = (text: string): OutlookLine => ({ text, withoutCount: text, countsDown: false });

/** @param words says it with a count in it */
function counting(words: (count: string) => string, count: string, countsDown = false): OutlookLine {
  return { text: words(count), withoutCount: words('…'), countsDown };
}

/** @param nowMs cloud time; later than the look that is told, for countdowns */
export function outlookOf(observation: Observation, nowMs = observation.atMs): Outlook {
  const alarms = new Map<string, string>();
  for (const alarm of observation.alarms) {
    const text = datapointsText(alarm, observation);
    if (text !== undefined) alarms.set(alarm.alarmName, text);
  }
  const { limits, policies } = observation;
  if (limits === null) return { alarms, lines: [line('no scalable target: the fleet does not scale')] };
  if (policies?.length === 0)
    return {
      alarms,
      lines: [
        line('no scaling policy: only a person or a schedule changes the count'),
        ...scheduledLine(observation, nowMs),
      ],
    };
  if (policies === undefined || observation.variant === null) return { alarms, lines: [] };
  const cooling = cooldownOf(observation, nowMs);
  const left = cooling && formatDurationMs(Math.ceil((cooling.untilMs - nowMs) / 1_000) * 1_000);
  return {
    alarms,
    lines: [
      ...(cooling && left
        ? [counting((count) => `scale-${cooling.direction} cooldown: ${count} left`, left, true)]
        : []),
      nextText('out', observation, cooling?.direction === 'out' ? left : null),
      nextText('in', observation, cooling?.direction === 'in' ? left : null),
      ...scheduledLine(observation, nowMs),
    ],
  };
}

function datapointsText(alarm: AlarmObservation, observation: Observation): string | undefined {
  const seen = alarmDatapoints(alarm, observation);
  const comparison = comparisonOf(alarm);
  if (seen === null || comparison === undefined || alarm.threshold === null) return undefined;
  const missing = seen.values.filter((value) => value === null).length;
  const text = `${seen.breaching}/${seen.values.length} ${comparison.words} ${formatValue(alarm.threshold)}`;
  return missing > 0 ? `${text}, ${missing} missing` : text;
}

/**
 * That of the last successful change that an alarm asked for, if it goes on: such a change replaces the cooldown of the
 * one before, and a scheduled action leaves cooldowns alone.
 */
function cooldownOf(
  observation: Observation,
  nowMs: number,
): { direction: 'out' | 'in'; untilMs: number } | null {
  const last = observation.activities
    .filter(
      ({ status, endMs, trigger }) => status === 'Successful' && endMs !== null && trigger?.by === 'alarm',
    )
    .sort((a, b) => b.endMs! - a.endMs!)[0];
  if (last === undefined) return null;
  const { alarm, policy } = causeOf(last, observation);
  const direction = alarm === undefined ? null : directionOf(alarm);
  if (policy === undefined || direction === null) return null;
  const lengthMs = direction === 'out' ? policy.scaleOutCooldownMs : policy.scaleInCooldownMs;
  const untilMs = last.endMs! + lengthMs;
  return untilMs > nowMs ? { direction, untilMs } : null;
}

/** The scheduled action that runs next. */
function scheduledLine({ scheduledActions = [], limits }: Observation, nowMs: number): OutlookLine[] {
  if (scheduledActions.length === 0) return [];
  if (limits?.suspended?.scheduled) return [line('scheduled actions: suspended')];
  const [first] = scheduledActions
    .flatMap((action) => {
      const schedule = parseSchedule(action.schedule);
      if ('problem' in schedule) return [];
      const atMs = nextRunMs(schedule, { ...action, timeZone: action.timeZone ?? 'UTC' }, nowMs);
      return atMs === null ? [] : [{ ...action, atMs }];
    })
    .sort((a, b) => a.atMs - b.atMs);
  if (first === undefined) return [line('scheduled actions: none is left to run')];
  const range = [
    ...(first.minCapacity === null ? [] : [`minimum ${first.minCapacity}`]),
    ...(first.maxCapacity === null ? [] : [`maximum ${first.maxCapacity}`]),
  ];
  const at = new Date(first.atMs).toISOString().slice(0, 19).replace('T', ' ');
  return [line(`scheduled action ${first.name}: ${range.join(', ')} at ${at} UTC`)];
}

function nextText(
  direction: 'out' | 'in',
  observation: Observation,
  coolingLeft: string | null,
): OutlookLine {
  const name = `scale-${direction}`;
  const { variant, limits, policies = [] } = observation;
  if (variant === null || limits === null) return line(`${name}: not possible`);
  if (direction === 'out' && variant.desired >= limits.maxCapacity)
    return line(`${name}: not possible, at the maximum of ${limits.maxCapacity}`);
  if (direction === 'in' && variant.desired <= limits.minCapacity)
    return line(`${name}: not possible, at the minimum of ${limits.minCapacity}`);
  if (direction === 'in' && policies.every(({ disableScaleIn }) => disableScaleIn))
    return line(`${name}: the policy disables it`);
  if (direction === 'out' ? limits.suspended?.scaleOut : limits.suspended?.scaleIn)
    return line(`${name}: suspended`);
  if (variant.endpointStatus !== 'InService')
    return line(`${name}: possible once the change under way is done`);
  if (coolingLeft !== null)
    return counting(
      (left) => `${name}: possible in ${left}${direction === 'out' ? '; before that only a larger one' : ''}`,
      coolingLeft,
    );
  const alarms = observation.alarms.filter((alarm) => directionOf(alarm) === direction);
  if (alarms.length === 0) return line(`${name}: no alarm asks for it`);
  const ringing = alarms.filter(({ state }) => state === 'ALARM');
  const hold =
    ringing.length > 0 && ringing.every(({ side }) => side === 'low') ? scaleInHold(observation) : null;
  if (hold === 'flapping')
    return line(
      `${name}: its alarm is in ALARM, but one instance fewer would put the metric back over the target value`,
    );
  if (hold === 'disagreement') return line(`${name}: its alarm is in ALARM, but not all policies want it`);
  if (ringing.length > 0) return line(`${name}: possible now, its alarm is in ALARM`);
  const missing = alarms.flatMap((alarm) => {
    const seen = alarmDatapoints(alarm, observation);
    const words = comparisonOf(alarm)?.words;
    if (seen === null || words === undefined || alarm.threshold === null) return [];
    return [{ count: Math.max(0, seen.needed - seen.breaching), words, threshold: alarm.threshold }];
  });
  const nearest = missing.sort((a, b) => a.count - b.count)[0];
  if (nearest === undefined) return line(`${name}: possible once its alarm goes into ALARM`);
  if (nearest.count === 0) return line(`${name}: possible as soon as its alarm is evaluated`);
  return counting(
    (count) => `${name}: needs ${count} ${nearest.words} ${formatValue(nearest.threshold)}`,
    `${nearest.count} more datapoint${nearest.count === 1 ? '' : 's'}`,
  );
}
