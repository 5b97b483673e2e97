import { z } from 'zod';
import { integerField, listField, textField, timestampField } from '../../service/fields.ts';
import { operation, ServiceError } from '../../service/operation.ts';
import {
  checkPeriod,
  dimensionsField,
  type MetricDeps,
  metricNameField,
  namespaceField,
  roundWindow,
  toRecord,
  unitField,
} from './metric-input.ts';
import { parseStatistic, statisticValue } from './statistics.ts';

const maxDatapoints = 1_440;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html */
export const getMetricStatistics = operation({
  name: 'GetMetricStatistics',
  input: z.object({
    Namespace: namespaceField,
    MetricName: metricNameField,
    Dimensions: dimensionsField.optional(),
    StartTime: timestampField,
    EndTime: timestampField,
    Period: integerField({ min: 1 }),
    Statistics: listField(z.enum(['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum']), {
      min: 1,
      max: 5,
    }).optional(),
    ExtendedStatistics: listField(textField(), { min: 1, max: 10 }).optional(),
    Unit: unitField.optional(),
  }),
  handle(input, { clock, metrics }: MetricDeps) {
    if (!input.Statistics && !input.ExtendedStatistics)
      throw new ServiceError(
        'MissingRequiredParameterException',
        'At least one of the parameters Statistics and ExtendedStatistics must be specified.',
      );
    if (input.Statistics && input.ExtendedStatistics)
      throw new ServiceError(
        'InvalidParameterCombinationException',
        'The parameters Statistics and ExtendedStatistics are mutually exclusive and you have specified both.',
      );
    checkPeriod(input.Period, 'Period');
    const window = roundWindow(input.StartTime, input.EndTime, input.Period);
    const asked = Math.ceil((window.toMs - window.fromMs) / (input.Period * 1_000));
    if (asked > maxDatapoints)
      throw new ServiceError(
        'InvalidParameterCombinationException',
        `You have requested up to ${asked.toLocaleString('en-US')} datapoints, which exceeds the limit of 1,440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
      );
    const statistics = (input.Statistics ?? []).map((name) => ({ name, statistic: parseStatistic(name) }));
    const extended = (input.ExtendedStatistics ?? []).map((name) => ({
      name,
      statistic: parseStatistic(name, 'ExtendedStatistics'),
    }));
    const periods = metrics.aggregates(
      {
        namespace: input.Namespace,
        metricName: input.MetricName,
        dimensions: toRecord(input.Dimensions),
        periodMs: input.Period * 1_000,
        originMs: window.fromMs,
        unit: input.Unit,
        ...window,
      },
      clock.nowMs(),
    );
    return {
      Label: input.MetricName,
      Datapoints: periods.flatMap(({ periodStartMs, unit, aggregate }) => {
        const plain = valuesByName(statistics, (statistic) => statisticValue(aggregate, statistic));
        const percentiles = valuesByName(extended, (statistic) => statisticValue(aggregate, statistic));
        if (!plain && !percentiles) return [];
        return [
          { Timestamp: new Date(periodStartMs), ...plain, Unit: unit, ExtendedStatistics: percentiles },
        ];
      }),
    };
  },
});

function valuesByName<Statistic>(
  wanted: readonly { name: string; statistic: Statistic }[],
  compute: (statistic: Statistic) => number | undefined,
): Record<string, number> | undefined {
  const known = wanted.flatMap(({ name, statistic }) => {
    const value = compute(statistic);
    return value === undefined ? [] : [[name, value] as const];
  });
  return known.length > 0 ? Object.fromEntries(known) : undefined;
}
