import { z } from 'zod';
import { integerField, textField } from '../../service/fields.ts';
import { operation } from '../../service/operation.ts';
import {
  dimensionsField,
  metricNameField,
  namespaceField,
  toRecord,
  unitField,
} from '../metrics/metric-input.ts';
import type { AlarmDeps } from './deps.ts';
import { describeAlarm } from './describe-alarm.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmsForMetric.html */
export const describeAlarmsForMetric = operation({
  name: 'DescribeAlarmsForMetric',
  input: z.object({
    MetricName: metricNameField,
    Namespace: namespaceField,
    Statistic: z.enum(['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum']).optional(),
    ExtendedStatistic: textField().optional(),
    Dimensions: dimensionsField.optional(),
    Period: integerField({ min: 1 }).optional(),
    Unit: unitField.optional(),
  }),
  handle(input, { scaling }: AlarmDeps) {
    const dimensions = toRecord(input.Dimensions);
    const statistic = input.Statistic ?? input.ExtendedStatistic;
    const found = Object.values(scaling.state().alarms).filter(
      ({ definition: { metric } }) =>
        metric.metricName === input.MetricName &&
        metric.namespace === input.Namespace &&
        sameDimensions(metric.dimensions, dimensions) &&
        (statistic === undefined || metric.statistic === statistic) &&
        (input.Period === undefined || metric.periodMs === input.Period * 1_000) &&
        (input.Unit === undefined || metric.unit === input.Unit),
    );
    return { MetricAlarms: found.map(describeAlarm) };
  },
});

/** CloudWatch: "you must specify all" of a metric's dimensions. */
function sameDimensions(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
