/**
 * CloudWatch's metric alarms.
 *
 *                      what the evaluated datapoints say
 *   state              breaching          not breaching      all missing, treated as `missing`
 *   INSUFFICIENT_DATA  → ALARM            → OK               stays
 *   OK                 → ALARM            stays              → INSUFFICIENT_DATA
 *   ALARM              stays, acts again  → OK               → INSUFFICIENT_DATA
 *                      every minute
 *
 * Born INSUFFICIENT_DATA. Where too few real datapoints say anything (premature, or `ignore`), the state stays.
 */
import { unreachable } from '../../core/events.ts';
import type { AlarmStateValue } from '../../record/schemas/timeline.ts';
import type { Datapoint, MetricRef } from './metric.ts';

export const comparisonOperators = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
] as const;
export type ComparisonOperator = (typeof comparisonOperators)[number];

export const missingDataTreatments = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;
export type MissingDataTreatment = (typeof missingDataTreatments)[number];

export interface AlarmDefinition {
  alarmName: string;
  alarmArn: string;
  description: string | undefined;
  actionsEnabled: boolean;
  okActions: readonly string[];
  alarmActions: readonly string[];
  insufficientDataActions: readonly string[];
  metric: MetricRef;
  threshold: number;
  comparison: ComparisonOperator;
  /** N of "M out of N". */
  evaluationPeriods: number;
  /** M; undefined means all N, and CloudWatch then words its reasons differently. */
  datapointsToAlarm: number | undefined;
  /** As given; undefined means `missing`. */
  treatMissingData: MissingDataTreatment | undefined;
  /** Kept for `DescribeAlarms`; the stand-in's percentiles are exact however few the samples. */
  evaluateLowSampleCountPercentile: string | undefined;
}

export function alarmArn(region: string, accountId: string, alarmName: string): string {
  return `arn:aws:cloudwatch:${region}:${accountId}:alarm:${alarmName}`;
}

/** Every action, whatever its state. */
export function actionsOf(definition: AlarmDefinition): readonly string[] {
  return [...definition.okActions, ...definition.alarmActions, ...definition.insufficientDataActions];
}

/** An alarm and how it stands. Times are cloud milliseconds. */
export interface Alarm {
  definition: AlarmDefinition;
  configurationUpdatedMs: number;
  state: AlarmStateValue;
  reason: string;
  /** JSON, as `StateReasonData`; null until the first evaluation that changed the state. */
  reasonData: string | null;
  stateUpdatedMs: number;
  /** When its alarm actions last ran in the present state; null: not yet. */
  lastActedMs: number | null;
  /** The real datapoints that the last evaluation looked at, newest first. */
  evaluated: readonly Datapoint[];
  tags: Readonly<Record<string, string>>;
}

/** What it does in its present state. */
export function actionsNow({ state, definition }: Alarm): readonly string[] {
  switch (state) {
    case 'ALARM':
      return definition.alarmActions;
    case 'OK':
      return definition.okActions;
    case 'INSUFFICIENT_DATA':
      return definition.insufficientDataActions;
  }
}

export interface Evaluation {
  state: AlarmStateValue;
  /** Newest first. */
  evaluated: readonly Datapoint[];
  /** How many periods had to be filled in. */
  filled: number;
}

/**
 * CloudWatch looks further back than N periods, in case the newest are missing. AWS shows 5 for N = 3 and publishes no
 * rule: two more than N is inferred from it.
 */
export function evaluationRange(evaluationPeriods: number): number {
  return evaluationPeriods + 2;
}

/** How often an alarm is looked at: every 10 s below a period of a minute, else every minute. Source: AWS. */
export function evaluationIntervalMs(metric: MetricRef): number {
  return metric.periodMs < 60_000 ? 10_000 : 60_000;
}

export function isBreaching(comparison: ComparisonOperator, value: number, threshold: number): boolean {
  switch (comparison) {
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold;
    case 'GreaterThanThreshold':
      return value > threshold;
    case 'LessThanThreshold':
      return value < threshold;
    case 'LessThanOrEqualToThreshold':
      return value <= threshold;
    default:
      return unreachable(comparison);
  }
}

/**
 * Decides by AWS's tables ("Configuring how CloudWatch alarms treat missing data").
 *
 * With at least N real datapoints in the range, the newest N decide and the treatment of missing data is not asked.
 * With fewer, all of them count and the rest is filled in, so seldom as possible:
 *
 *   breaching(real) [+ filled, if missing is `breaching`] >= M  → ALARM
 *
 * @param slots the evaluation range, oldest first.
 */
export function evaluateSlots(
  definition: Pick<
    AlarmDefinition,
    'comparison' | 'threshold' | 'evaluationPeriods' | 'datapointsToAlarm' | 'treatMissingData'
  >,
  slots: readonly { periodStartMs: number; value: number | null }[],
  current: AlarmStateValue,
): Evaluation {
  const { evaluationPeriods } = definition;
  const needed = definition.datapointsToAlarm ?? evaluationPeriods;
  const evaluated = slots
    .flatMap((slot) =>
      slot.value === null ? [] : [{ periodStartMs: slot.periodStartMs, value: slot.value }],
    )
    .slice(-evaluationPeriods)
    .reverse();
  const breaching = evaluated.filter((point) =>
    isBreaching(definition.comparison, point.value, definition.threshold),
  ).length;
  const filled = evaluationPeriods - evaluated.length;
  const verdict = (state: AlarmStateValue): Evaluation => ({ state, evaluated, filled });

  if (breaching >= needed) return verdict('ALARM');
  if (filled === 0) return verdict('OK');
  const treatment = definition.treatMissingData ?? 'missing';
  switch (treatment) {
    case 'breaching':
      return verdict(breaching + filled >= needed ? 'ALARM' : 'OK');
    case 'notBreaching':
      return verdict('OK');
    case 'ignore':
      return verdict(evaluated.length > breaching ? 'OK' : current);
    case 'missing':
      if (evaluated.length === 0) return verdict('INSUFFICIENT_DATA');
      if (evaluated.length > breaching) return verdict('OK');
      // Only breaching data, and too little: it must at least be as old as M periods, else the alarm would be
      // premature.
      return verdict(oldestAge(slots) >= needed ? 'ALARM' : current);
    default:
      return unreachable(treatment);
  }
}

/** Periods from the newest (1) back to the oldest that has data. */
function oldestAge(slots: readonly { value: number | null }[]): number {
  return slots.length - slots.findIndex((slot) => slot.value !== null);
}
