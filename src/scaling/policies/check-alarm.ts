/**
 * Checks an alarm as `PutMetricAlarm` takes it, without a cloud: shared by whoever accepts one. Wording is CloudWatch's
 * where it is published.
 */
import {
  type AlarmDefinition,
  type ComparisonOperator,
  comparisonOperators,
  type MissingDataTreatment,
  missingDataTreatments,
} from '../alarms/alarm.ts';
import type { PolicyProblem } from './problem.ts';

/** What of `PutMetricAlarm` decides when an alarm rings; actions and tags are not checked here. */
export interface AlarmRequest {
  MetricName?: string | undefined;
  Namespace?: string | undefined;
  Statistic?: string | undefined;
  ExtendedStatistic?: string | undefined;
  Dimensions?: readonly { Name: string; Value: string }[] | undefined;
  /** Seconds. */
  Period?: number | undefined;
  Unit?: string | undefined;
  EvaluationPeriods?: number | undefined;
  DatapointsToAlarm?: number | undefined;
  Threshold?: number | undefined;
  ComparisonOperator?: string | undefined;
  TreatMissingData?: string | undefined;
}

/** An alarm that CloudWatch would take, in the scaling engine's terms, but for its name and what it does. */
export type CheckedAlarm = Pick<
  AlarmDefinition,
  'metric' | 'threshold' | 'comparison' | 'evaluationPeriods' | 'datapointsToAlarm' | 'treatMissingData'
>;

const statistics = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'];
const daySeconds = 86_400;

/** @returns the alarm, or what is wrong with it. */
export function checkAlarm(request: AlarmRequest): { alarm: CheckedAlarm } | PolicyProblem {
  const { MetricName, Namespace, Period, Statistic, ExtendedStatistic, Threshold } = request;
  const { ComparisonOperator: comparison, TreatMissingData: treatment, EvaluationPeriods } = request;
  if (MetricName === undefined || Namespace === undefined || Period === undefined)
    return missing('The parameters MetricName, Namespace and Period must be specified.');
  const statistic = Statistic ?? ExtendedStatistic;
  if (statistic === undefined || (Statistic !== undefined && ExtendedStatistic !== undefined))
    return missing('Exactly one of the parameters Statistic and ExtendedStatistic must be specified.');
  if (Statistic !== undefined && !statistics.includes(Statistic))
    return notOneOf('statistic', Statistic, statistics);
  if (!comparisonOperators.includes(comparison as ComparisonOperator))
    return notOneOf('comparisonOperator', comparison, comparisonOperators);
  if (treatment !== undefined && !missingDataTreatments.includes(treatment as MissingDataTreatment))
    return notOneOf('treatMissingData', treatment, missingDataTreatments);
  if (Threshold === undefined) return missing('The parameter Threshold must be specified.');
  const problem = checkEvaluation(Period, EvaluationPeriods, request.DatapointsToAlarm);
  if (problem) return problem;
  return {
    alarm: {
      metric: {
        namespace: Namespace,
        metricName: MetricName,
        dimensions: Object.fromEntries((request.Dimensions ?? []).map(({ Name, Value }) => [Name, Value])),
        statistic,
        periodMs: Period * 1_000,
        unit: request.Unit,
      },
      threshold: Threshold,
      comparison: comparison as ComparisonOperator,
      evaluationPeriods: EvaluationPeriods ?? 1,
      datapointsToAlarm: request.DatapointsToAlarm,
      treatMissingData: treatment as MissingDataTreatment | undefined,
    },
  };
}

function checkEvaluation(
  periodSeconds: number,
  evaluationPeriods: number | undefined,
  datapointsToAlarm: number | undefined,
): PolicyProblem | null {
  if (!(periodSeconds > 0) || (periodSeconds % 60 !== 0 && ![10, 20, 30].includes(periodSeconds)))
    return invalidValue('Period must be 10, 20, 30 or a multiple of 60 seconds.', 'use a Period of 60');
  if (evaluationPeriods === undefined || !Number.isInteger(evaluationPeriods) || evaluationPeriods < 1)
    return invalidValue(
      `EvaluationPeriods must be a whole number of at least 1; given: ${evaluationPeriods ?? 'none'}.`,
      'use EvaluationPeriods of 1 or more',
    );
  const limitSeconds = periodSeconds >= 3_600 ? 7 * daySeconds : daySeconds;
  if (periodSeconds * evaluationPeriods > limitSeconds)
    return invalidValue(
      limitSeconds === daySeconds
        ? 'Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).'
        : 'Metrics cannot be checked across more than seven days (EvaluationPeriods * Period must be <= 604800).',
      'use fewer or shorter periods',
    );
  if (datapointsToAlarm === undefined) return null;
  if (!Number.isInteger(datapointsToAlarm) || datapointsToAlarm < 1)
    return invalidValue(
      'DatapointsToAlarm must be a whole number of at least 1.',
      'leave it out for all of them',
    );
  if (datapointsToAlarm > evaluationPeriods)
    return invalidValue(
      'DatapointsToAlarm must be less than or equal to EvaluationPeriods.',
      `use ${evaluationPeriods} or less`,
    );
  return null;
}

function missing(problem: string): PolicyProblem {
  return {
    code: 'InvalidParameterCombinationException',
    problem,
    remedy: 'write the alarm as PutMetricAlarm takes it',
  };
}

function invalidValue(problem: string, remedy: string): PolicyProblem {
  return { code: 'InvalidParameterValueException', problem, remedy };
}

function notOneOf(member: string, value: string | undefined, allowed: readonly string[]): PolicyProblem {
  return {
    code: 'ValidationException',
    problem: `1 validation error detected: Value ${value === undefined ? 'null' : `'${value}'`} at '${member}' failed to satisfy constraint: Member must satisfy enum value set: [${allowed.join(', ')}]`,
    remedy: `use one of ${allowed.join(', ')}`,
  };
}
