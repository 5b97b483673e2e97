import { z } from 'zod';
import { booleanField, integerField, listField, textField } from '../../service/fields.ts';
import { operation } from '../../service/operation.ts';
import {
  fromRecord,
  type MetricDeps,
  metricNameField,
  namespaceField,
  readToken,
  writeToken,
} from './metric-input.ts';

const pageSize = 500;
const recentMs = 3 * 3_600_000;
const token = z.object({ list: integerField({ min: 0 }) });

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html */
export const listMetrics = operation({
  name: 'ListMetrics',
  input: z.object({
    Namespace: namespaceField.optional(),
    MetricName: metricNameField.optional(),
    Dimensions: listField(
      z.object({
        Name: textField({ min: 1, max: 255 }),
        Value: textField({ min: 1, max: 1_024 }).optional(),
      }),
      { max: 10 },
    ).optional(),
    NextToken: z.string().optional(),
    RecentlyActive: z.enum(['PT3H']).optional(),
    IncludeLinkedAccounts: booleanField.optional(),
    OwningAccount: textField({ min: 1, max: 255 }).optional(),
  }),
  handle(input, { clock, metrics }: MetricDeps) {
    const nowMs = clock.nowMs();
    const found = metrics
      .list(nowMs)
      .filter(
        (metric) =>
          (input.Namespace === undefined || metric.namespace === input.Namespace) &&
          (input.MetricName === undefined || metric.metricName === input.MetricName) &&
          (input.RecentlyActive === undefined || metric.newestMs > nowMs - recentMs) &&
          (input.Dimensions ?? []).every(({ Name, Value }) =>
            Value === undefined ? Object.hasOwn(metric.dimensions, Name) : metric.dimensions[Name] === Value,
          ),
      );
    const offset = input.NextToken === undefined ? 0 : readToken(input.NextToken, token).list;
    const end = offset + pageSize;
    return {
      Metrics: found.slice(offset, end).map((metric) => ({
        Namespace: metric.namespace,
        MetricName: metric.metricName,
        Dimensions: fromRecord(metric.dimensions),
      })),
      NextToken: end < found.length ? writeToken({ list: end }) : undefined,
    };
  },
});
