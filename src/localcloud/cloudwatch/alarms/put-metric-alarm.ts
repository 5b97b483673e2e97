import { z } from 'zod';
import { comparisonOperators, missingDataTreatments } from '../../../scaling/alarm.ts';
import { putAlarm } from '../../../scaling/edit-alarms.ts';
import { alarmArn } from '../../../scaling/target-tracking.ts';
import { operation } from '../../operation.ts';
import { booleanField, integerField, listField, numberField, textField } from '../../protocols/fields.ts';
import {
  dimensionsField,
  invalidValue,
  metricNameField,
  namespaceField,
  toRecord,
  unitField,
} from '../metric-input.ts';
import { parseStatistic } from '../statistics.ts';
import { type AlarmDeps, alarmNameField, invalidCombination } from './deps.ts';

const actions = listField(textField({ min: 1, max: 1_024 }), { max: 5 }).optional();

const input = z.object({
  AlarmName: alarmNameField,
  AlarmDescription: textField({ max: 1_024 }).optional(),
  ActionsEnabled: booleanField.optional(),
  OKActions: actions,
  AlarmActions: actions,
  InsufficientDataActions: actions,
  MetricName: metricNameField.optional(),
  Namespace: namespaceField.optional(),
  Statistic: z.enum(['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum']).optional(),
  ExtendedStatistic: textField().optional(),
  Dimensions: dimensionsField.optional(),
  Period: integerField({ min: 1 }).optional(),
  Unit: unitField.optional(),
  EvaluationPeriods: integerField({ min: 1 }),
  DatapointsToAlarm: integerField({ min: 1 }).optional(),
  Threshold: numberField().optional(),
  ComparisonOperator: z.enum(comparisonOperators),
  TreatMissingData: z.enum(missingDataTreatments).optional(),
  EvaluateLowSampleCountPercentile: z.enum(['evaluate', 'ignore']).optional(),
  Metrics: listField(z.unknown()).optional(),
  ThresholdMetricId: textField().optional(),
  Tags: listField(z.unknown()).optional(),
});

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
export const putMetricAlarm = operation({
  name: 'PutMetricAlarm',
  input,
  handle(request, { scaling }: AlarmDeps) {
    const metric = metricOf(request);
    checkEvaluation(request, metric.periodMs / 1_000);
    if (request.Threshold === undefined)
      throw invalidCombination('The parameter Threshold must be specified.');
    const { region, accountId } = scaling.state().settings;
    const definition = {
      alarmName: request.AlarmName,
      alarmArn: alarmArn(region, accountId, request.AlarmName),
      description: request.AlarmDescription,
      actionsEnabled: request.ActionsEnabled ?? true,
      okActions: request.OKActions ?? [],
      alarmActions: request.AlarmActions ?? [],
      insufficientDataActions: request.InsufficientDataActions ?? [],
      metric,
      threshold: request.Threshold,
      comparison: request.ComparisonOperator,
      evaluationPeriods: request.EvaluationPeriods,
      datapointsToAlarm: request.DatapointsToAlarm,
      treatMissingData: request.TreatMissingData,
      evaluateLowSampleCountPercentile: request.EvaluateLowSampleCountPercentile,
    };
    scaling.apply((state, nowMs) => putAlarm(state, definition, nowMs));
    return {};
  },
});

type Request = z.infer<typeof input>;

function metricOf(request: Request) {
  if (request.Metrics?.length || request.ThresholdMetricId)
    throw invalidValue('Alarms on metric math or anomaly detection are not supported here.');
  if (request.Tags?.length) throw invalidValue('Tags of alarms are not supported here.');
  const { MetricName, Namespace, Period, Statistic, ExtendedStatistic } = request;
  if (MetricName === undefined || Namespace === undefined || Period === undefined)
    throw invalidCombination('The parameters MetricName, Namespace and Period must be specified.');
  const statistic = Statistic ?? ExtendedStatistic;
  if (statistic === undefined || (Statistic !== undefined && ExtendedStatistic !== undefined))
    throw invalidCombination(
      'Exactly one of the parameters Statistic and ExtendedStatistic must be specified.',
    );
  parseStatistic(statistic);
  return {
    namespace: Namespace,
    metricName: MetricName,
    dimensions: toRecord(request.Dimensions),
    statistic,
    periodMs: Period * 1_000,
    unit: request.Unit,
  };
}

const daySeconds = 86_400;

function checkEvaluation(request: Request, periodSeconds: number): void {
  if (periodSeconds % 60 !== 0 && ![10, 20, 30].includes(periodSeconds))
    throw invalidValue('Period must be 10, 20, 30 or a multiple of 60 seconds.');
  const limitSeconds = periodSeconds >= 3_600 ? 7 * daySeconds : daySeconds;
  if (periodSeconds * request.EvaluationPeriods > limitSeconds)
    throw invalidValue(
      limitSeconds === daySeconds
        ? 'Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).'
        : 'Metrics cannot be checked across more than seven days (EvaluationPeriods * Period must be <= 604800).',
    );
  if ((request.DatapointsToAlarm ?? 0) > request.EvaluationPeriods)
    throw invalidValue('DatapointsToAlarm must be less than or equal to EvaluationPeriods.');
}
