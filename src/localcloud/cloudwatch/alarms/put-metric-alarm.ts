import { z } from 'zod';
import { alarmArn, comparisonOperators, missingDataTreatments } from '../../../scaling/alarms/alarm.ts';
import { putAlarm } from '../../../scaling/engine/edit-alarms.ts';
import { checkAlarm } from '../../../scaling/policies/check-alarm.ts';
import { booleanField, integerField, listField, numberField, textField } from '../../service/fields.ts';
import { operation, ServiceError } from '../../service/operation.ts';
import {
  dimensionsField,
  invalidValue,
  metricNameField,
  namespaceField,
  unitField,
} from '../metrics/metric-input.ts';
import { parseStatistic } from '../metrics/statistics.ts';
import { type AlarmDeps, alarmNameField } from './deps.ts';
import { readTags, tagsField } from './tags.ts';

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
  Tags: tagsField.optional(),
});

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
export const putMetricAlarm = operation({
  name: 'PutMetricAlarm',
  input,
  handle(request, { scaling }: AlarmDeps) {
    const alarm = checked(request);
    const tags = readTags(request.Tags);
    const { region, accountId } = scaling.state().settings;
    const definition = {
      ...alarm,
      alarmName: request.AlarmName,
      alarmArn: alarmArn(region, accountId, request.AlarmName),
      description: request.AlarmDescription,
      actionsEnabled: request.ActionsEnabled ?? true,
      okActions: request.OKActions ?? [],
      alarmActions: request.AlarmActions ?? [],
      insufficientDataActions: request.InsufficientDataActions ?? [],
      evaluateLowSampleCountPercentile: request.EvaluateLowSampleCountPercentile,
    };
    scaling.apply((state, nowMs) => putAlarm(state, definition, nowMs, tags));
    return {};
  },
});

/** The checks that `up` and `simulate` make too, and those of what only the stand-in cannot do. */
function checked(request: z.infer<typeof input>) {
  if (request.Metrics?.length || request.ThresholdMetricId)
    throw invalidValue('Alarms on metric math or anomaly detection are not supported here.');
  const found = checkAlarm(request);
  if ('problem' in found) throw new ServiceError(found.code, found.problem);
  parseStatistic(found.alarm.metric.statistic);
  return found.alarm;
}
