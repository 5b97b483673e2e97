/** How CloudWatch words why an alarm is in its state. Source: alarm notifications and histories published by users. */
import { unreachable } from '../../core/events.ts';
import type { AlarmStateValue } from '../../record/schemas/timeline.ts';
import type { AlarmDefinition, ComparisonOperator, Evaluation } from './alarm.ts';

export const initialReason = 'Unchecked: Initial alarm creation';

/**
 * `Threshold Crossed: 3 datapoints [131.0 (22/11/26 15:03:00), …] were greater than the threshold (60.0).`
 * @param previous the state left behind: M-out-of-N alarms name the transition.
 */
export function stateReason(
  definition: AlarmDefinition,
  evaluation: Evaluation,
  previous: AlarmStateValue,
): string {
  if (evaluation.state === 'INSUFFICIENT_DATA') return insufficientData(definition.evaluationPeriods);
  const { evaluated, filled } = evaluation;
  const treatment = treatedAs[definition.treatMissingData ?? 'missing'];
  if (evaluated.length === 0) {
    const periods = plural(definition.evaluationPeriods, 'period');
    return `Threshold Crossed: no datapoints were received for ${periods} and ${plural(filled, 'missing datapoint')} ${wereOrWas(filled)} treated as [${treatment}].`;
  }
  const crossing = `${evaluation.state === 'OK' ? 'not ' : ''}${comparisonText(definition.comparison)}`;
  const count = evaluated.length;
  const listed = evaluated
    .map((point) => `${javaDouble(point.value)} (${shortDate(point.periodStartMs)})`)
    .join(', ');
  const threshold = `the threshold (${javaDouble(definition.threshold)})`;
  const missing =
    filled > 0 && (treatment === 'Breaching' || treatment === 'NonBreaching')
      ? ` and ${plural(filled, 'missing datapoint')} ${wereOrWas(filled)} treated as [${treatment}]`
      : '';
  if (definition.datapointsToAlarm === undefined) {
    return `Threshold Crossed: ${plural(count, 'datapoint')} [${listed}] ${wereOrWas(count)} ${crossing} ${threshold}${missing}.`;
  }
  const minimum = plural(minimumForTransition(definition, evaluation.state), 'datapoint');
  return (
    `Threshold Crossed: ${count} out of the last ${definition.evaluationPeriods} datapoints [${listed}] ` +
    `${wereOrWas(count)} ${crossing} ${threshold}${missing} (minimum ${minimum} for ${previous} -> ${evaluation.state} transition).`
  );
}

/** `StateReasonData`: JSON with the datapoints that decided. */
export function stateReasonData(definition: AlarmDefinition, evaluation: Evaluation, nowMs: number): string {
  const { evaluated } = evaluation;
  const oldest = evaluated.at(-1);
  return JSON.stringify({
    version: '1.0',
    queryDate: amazonDate(nowMs),
    ...(oldest ? { startDate: amazonDate(oldest.periodStartMs) } : {}),
    statistic: definition.metric.statistic,
    period: definition.metric.periodMs / 1_000,
    recentDatapoints: evaluated.map((point) => point.value).reverse(),
    threshold: definition.threshold,
    evaluatedDatapoints: evaluated.map((point) => ({
      timestamp: amazonDate(point.periodStartMs),
      value: point.value,
    })),
  });
}

/** `2026-11-22T15:03:00.000+0000`, as CloudWatch writes dates within JSON texts. */
export function amazonDate(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '+0000');
}

const treatedAs = {
  missing: 'Missing',
  ignore: 'Ignore',
  breaching: 'Breaching',
  notBreaching: 'NonBreaching',
} as const;

function insufficientData(periods: number): string {
  return `Insufficient Data: ${plural(periods, 'datapoint')} ${wereOrWas(periods)} unknown.`;
}

/** M breaching datapoints raise the alarm; N − M + 1 others end it. */
function minimumForTransition(definition: AlarmDefinition, state: AlarmStateValue): number {
  const needed = definition.datapointsToAlarm ?? definition.evaluationPeriods;
  return state === 'ALARM' ? needed : definition.evaluationPeriods - needed + 1;
}

function comparisonText(comparison: ComparisonOperator): string {
  switch (comparison) {
    case 'GreaterThanOrEqualToThreshold':
      return 'greater than or equal to';
    case 'GreaterThanThreshold':
      return 'greater than';
    case 'LessThanThreshold':
      return 'less than';
    case 'LessThanOrEqualToThreshold':
      return 'less than or equal to';
    default:
      return unreachable(comparison);
  }
}

/** `22/11/26 15:03:00` */
function shortDate(ms: number): string {
  const iso = new Date(ms).toISOString();
  return `${iso.slice(8, 10)}/${iso.slice(5, 7)}/${iso.slice(2, 4)} ${iso.slice(11, 19)}`;
}

/** CloudWatch prints numbers as Java does: a whole number keeps its `.0`. */
function javaDouble(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e7 ? value.toFixed(1) : String(value);
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function wereOrWas(count: number): string {
  return count === 1 ? 'was' : 'were';
}
