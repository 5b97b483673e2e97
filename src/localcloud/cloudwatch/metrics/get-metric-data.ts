import { z } from 'zod';
import { booleanField, integerField, listField, textField, timestampField } from '../../service/fields.ts';
import { operation, ServiceError } from '../../service/operation.ts';
import { type EvaluatedQuery, evaluateQueries } from './metric-data-queries.ts';
import {
  dimensionsField,
  invalidValue,
  type MetricDeps,
  metricNameField,
  namespaceField,
  readToken,
  unitField,
  writeToken,
} from './metric-input.ts';

const metricDataQueryField = z.object({
  Id: textField({ min: 1, max: 255, pattern: /^[a-z][a-zA-Z0-9_]*$/ }),
  MetricStat: z
    .object({
      Metric: z.object({
        Namespace: namespaceField,
        MetricName: metricNameField,
        Dimensions: dimensionsField.optional(),
      }),
      Period: integerField({ min: 1 }),
      Stat: textField({ min: 1 }),
      Unit: unitField.optional(),
    })
    .optional(),
  Expression: textField({ min: 1, max: 2_048 }).optional(),
  Label: z.string().optional(),
  ReturnData: booleanField.optional(),
  Period: integerField({ min: 1 }).optional(),
  AccountId: z.string().optional(),
});

const maxQueries = 500;
const maxDatapoints = 100_800;
/** A later page must cut the same data as the first: the token holds the instant at which the first was read. */
const token = z.object({ data: z.int().min(0), nowMs: z.number() });

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
export const getMetricData = operation({
  name: 'GetMetricData',
  input: z.object({
    MetricDataQueries: listField(metricDataQueryField),
    StartTime: timestampField,
    EndTime: timestampField,
    NextToken: z.string().optional(),
    ScanBy: z.enum(['TimestampDescending', 'TimestampAscending']).optional(),
    MaxDatapoints: integerField().optional(),
    LabelOptions: z.object({ Timezone: z.string().optional() }).optional(),
  }),
  handle(input, { clock, metrics }: MetricDeps) {
    const queries = input.MetricDataQueries;
    if (queries.length > maxQueries)
      throw invalidValue(`The collection MetricDataQueries must not have a size greater than ${maxQueries}.`);
    const pageSize = input.MaxDatapoints ?? maxDatapoints;
    if (pageSize < 1 || pageSize > maxDatapoints)
      throw invalidValue(
        `The value ${pageSize} for parameter MaxDatapoints is invalid. It must be between 1 and ${maxDatapoints}.`,
      );
    if (queries.length > 0 && queries.every((query) => query.ReturnData === false))
      throw new ServiceError('ValidationException', 'At least one query must have ReturnData set to true.');
    const page =
      input.NextToken === undefined ? { data: 0, nowMs: clock.nowMs() } : readToken(input.NextToken, token);
    const results = evaluateQueries(queries, input.StartTime, input.EndTime, metrics, page.nowMs);
    const direction = input.ScanBy === 'TimestampAscending' ? 1 : -1;
    return cutPage(results, direction, page, pageSize);
  },
});

/** Pages count datapoints over all results, one after the other. */
function cutPage(
  results: readonly EvaluatedQuery[],
  direction: 1 | -1,
  page: z.output<typeof token>,
  pageSize: number,
): unknown {
  const end = page.data + pageSize;
  let seen = 0;
  const cut = [];
  for (const { id, label, points } of results) {
    const from = Math.max(0, page.data - seen);
    const to = Math.min(points.size, end - seen);
    const isHere = points.size === 0 ? page.data === 0 : from < to;
    if (isHere) {
      const sorted = [...points].sort((a, b) => (a[0] - b[0]) * direction).slice(from, to);
      cut.push({
        Id: id,
        Label: label,
        Timestamps: sorted.map(([instantMs]) => new Date(instantMs)),
        Values: sorted.map(([, value]) => value),
        StatusCode: to < points.size ? 'PartialData' : 'Complete',
      });
    }
    seen += points.size;
  }
  return {
    MetricDataResults: cut,
    NextToken: seen > end ? writeToken({ data: end, nowMs: page.nowMs }) : undefined,
    Messages: [],
  };
}
