/**
 * Which datapoints an alarm looked at when it acted. AWS tells them once, in the reason of the transition; an alarm
 * that stays in ALARM acts again every minute, with newer datapoints that no text names. How late its datapoints become
 * visible is what the dates in its reasons show, so that the window of any later minute can be computed:
 *
 *   delay          = transition − end of the newest period that its reason names; the least of all transitions
 *   newest period  = the last whole one that ended by decision − delay
 */
import type { AlarmStateValue } from '../../record/schemas/timeline.ts';
import {
  type AlarmDefinition,
  evaluateSlots,
  evaluationIntervalMs,
  evaluationRange,
} from '../../scaling/alarms/alarm.ts';
import type { AlarmObservation } from '../observation/observation.ts';
import type { AlarmReason, ScalingHistory } from './scaling-history.ts';

type Comparison = AlarmDefinition['comparison'];

/** Datapoints are seldom later than this. */
const latestMs = 300_000;

/**
 * What the alarm may have looked at, the likeliest first; each newest first. Without a doubt there is one.
 * @param state that the alarm acted in
 * @returns none where nothing is known of the alarm's definition, or nothing of its metric
 */
export function decisionWindows(
  alarm: AlarmObservation,
  state: string,
  atMs: number,
  { reasons, metrics }: Pick<ScalingHistory, 'reasons' | 'metrics'>,
): number[][] {
  const { definition } = alarm;
  if (definition === undefined) return [];
  const periodMs = definition.periodSeconds * 1_000;
  const mine = reasons.filter(({ alarmName }) => alarmName === alarm.alarmName);
  const told = toldWithin(mine, state, atMs, evaluationIntervalMs({ periodMs } as AlarmDefinition['metric']));
  const values = new Map(
    metrics.filter((metric) => isOf(metric, alarm)).map(({ periodStartMs, value }) => [periodStartMs, value]),
  );
  const delayMs = shownDelayMs(mine, periodMs);
  const newest = (byMs: number) => Math.floor(byMs / periodMs) * periodMs - periodMs;
  const likeliest = newest(atMs - (delayMs ?? 0));
  const starts = [likeliest, likeliest - periodMs];
  if (likeliest + 2 * periodMs <= atMs) starts.push(likeliest + periodMs);
  for (let start = newest(atMs); start >= newest(atMs - latestMs); start -= periodMs)
    if (!starts.includes(start)) starts.push(start);
  const windows = starts
    .map((start) => windowAt(alarm, state, start, values))
    .filter((window) => window.isInState && window.evaluated.length > 0)
    .map(({ evaluated }) => evaluated);
  const all = told === null ? windows : [told, ...windows];
  return all.filter((one, index) => all.findIndex((other) => isEqual(one, other)) === index);
}

/** CloudWatch's wording: `… datapoints [6000.0 (22/11/26 17:00:00), 5940.0 (…)] were greater than …`, newest first. */
export function datapointsIn(reason: string): { value: number; periodStartMs: number | null }[] {
  const list = /\[([^\]]*)\]/.exec(reason)?.[1] ?? '';
  return list.split(/\),?\s*/).flatMap((item) => {
    const value = Number.parseFloat(item);
    return Number.isFinite(value) ? [{ value, periodStartMs: dateIn(item) }] : [];
  });
}

/** A reason speaks of what the alarm does until it is evaluated anew. */
function toldWithin(
  reasons: readonly AlarmReason[],
  state: string,
  atMs: number,
  intervalMs: number,
): number[] | null {
  const went = reasons.find(
    (reason) => reason.state === state && reason.atMs <= atMs && reason.atMs > atMs - intervalMs,
  );
  const values = went === undefined ? [] : datapointsIn(went.reason).map(({ value }) => value);
  return values.length === 0 ? null : values;
}

function shownDelayMs(reasons: readonly AlarmReason[], periodMs: number): number | null {
  const delays = reasons.flatMap(({ reason, atMs }) => {
    const startMs = datapointsIn(reason)[0]?.periodStartMs ?? null;
    return startMs === null || startMs + periodMs > atMs ? [] : [atMs - startMs - periodMs];
  });
  return delays.length === 0 ? null : Math.min(...delays);
}

/** As the scaling engine does: the newest datapoints that there are, of a range two periods longer than asked for. */
function windowAt(
  alarm: AlarmObservation,
  state: string,
  newestStartMs: number,
  values: ReadonlyMap<number, number>,
) {
  const { evaluationPeriods, datapointsToAlarm, comparison, periodSeconds } = alarm.definition!;
  const periodMs = periodSeconds * 1_000;
  const range = evaluationRange(evaluationPeriods);
  const slots = Array.from({ length: range }, (_, index) => {
    const periodStartMs = newestStartMs - (range - 1 - index) * periodMs;
    return { periodStartMs, value: values.get(periodStartMs) ?? null };
  });
  const definition = {
    comparison: comparison as Comparison,
    threshold: alarm.threshold ?? 0,
    evaluationPeriods,
    datapointsToAlarm,
    treatMissingData: undefined,
  };
  const { state: found, evaluated } = evaluateSlots(definition, slots, state as AlarmStateValue);
  return { isInState: found === state, evaluated: evaluated.map(({ value }) => value) };
}

function isOf(
  metric: ScalingHistory['metrics'][number],
  { metricName, definition }: AlarmObservation,
): boolean {
  return (
    metric.metricName === metricName &&
    metric.periodSeconds === definition?.periodSeconds &&
    metric.statistic === definition.statistic
  );
}

function isEqual(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

/** `(22/11/26 17:00:00`: day, month, year, UTC. */
function dateIn(text: string): number | null {
  const [, day, month, year, time] = /\((\d\d)\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d)/.exec(text) ?? [];
  if (time === undefined) return null;
  const century = Number(year) < 70 ? 20 : 19;
  const atMs = Date.parse(`${century}${year}-${month}-${day}T${time}Z`);
  return Number.isFinite(atMs) ? atMs : null;
}
