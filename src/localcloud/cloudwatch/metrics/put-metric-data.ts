import { z } from 'zod';
import { integerField, listField, numberField, timestampField } from '../../service/fields.ts';
import { operation, ServiceError } from '../../service/operation.ts';
import {
  dimensionsField,
  invalidValue,
  type MetricDeps,
  metricNameField,
  namespaceField,
  toRecord,
  unitField,
} from './metric-input.ts';
import type { PutDatum } from './metric-store.ts';

const limit = 2 ** 360;
const value = numberField({ min: -limit, max: limit });

const datum = z.object({
  MetricName: metricNameField,
  Dimensions: dimensionsField.optional(),
  Timestamp: timestampField.optional(),
  Value: value.optional(),
  Values: listField(value).optional(),
  Counts: listField(numberField({ min: 0, max: limit })).optional(),
  StatisticValues: z
    .object({ SampleCount: numberField({ min: 0, max: limit }), Sum: value, Minimum: value, Maximum: value })
    .optional(),
  Unit: unitField.optional(),
  StorageResolution: integerField({ min: 1 }).optional(),
});

type Datum = z.output<typeof datum>;

const maxDatums = 1_000;
const maxValues = 150;
const twoWeeksMs = 14 * 86_400_000;
const twoHoursMs = 2 * 3_600_000;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
export const putMetricData = operation({
  name: 'PutMetricData',
  input: z.object({
    Namespace: namespaceField,
    MetricData: listField(datum).optional(),
    EntityMetricData: listField(z.object({ MetricData: listField(datum).optional() })).optional(),
  }),
  handle(input, { clock, metrics }: MetricDeps) {
    if (input.Namespace.startsWith('AWS/'))
      throw invalidValue(`The value ${input.Namespace} for parameter Namespace is invalid.`);
    const data = [
      ...(input.MetricData ?? []),
      ...(input.EntityMetricData ?? []).flatMap((entity) => entity.MetricData ?? []),
    ];
    if (data.length === 0)
      throw new ServiceError('MissingRequiredParameterException', 'The parameter MetricData is required.');
    if (data.length > maxDatums)
      throw invalidValue(`The collection MetricData must not have a size greater than ${maxDatums}.`);
    const nowMs = clock.nowMs();
    // All or nothing: every datum is checked before the first is stored.
    const checked = data.map((each, i) =>
      toDatum(input.Namespace, each, nowMs, `MetricData.member.${i + 1}`),
    );
    for (const each of checked) metrics.put(each);
  },
});

function toDatum(namespace: string, given: Datum, nowMs: number, path: string): PutDatum {
  const atMs = given.Timestamp?.getTime() ?? nowMs;
  if (atMs < nowMs - twoWeeksMs)
    throw invalidValue(`The parameter ${path}.Timestamp must specify a time within the past two weeks.`);
  if (atMs > nowMs + twoHoursMs)
    throw invalidValue(
      `The parameter ${path}.Timestamp must specify a time no more than two hours in the future.`,
    );
  const resolution = given.StorageResolution ?? 60;
  if (resolution !== 1 && resolution !== 60)
    throw invalidValue(
      `The value ${resolution} for parameter ${path}.StorageResolution is invalid. Valid values are 1 and 60.`,
    );
  return {
    namespace,
    metricName: given.MetricName,
    dimensions: toRecord(given.Dimensions),
    unit: given.Unit ?? 'None',
    atMs,
    resolutionMs: resolution * 1_000,
    values: valuesOf(given, path),
    set: given.StatisticValues && {
      sampleCount: given.StatisticValues.SampleCount,
      sum: given.StatisticValues.Sum,
      minimum: given.StatisticValues.Minimum,
      maximum: given.StatisticValues.Maximum,
    },
  };
}

function valuesOf(given: Datum, path: string): { value: number; weight: number }[] {
  const kinds = (['Value', 'Values', 'StatisticValues'] as const).filter((kind) => given[kind] !== undefined);
  if (kinds.length === 0)
    throw new ServiceError(
      'MissingRequiredParameterException',
      `At least one of the parameters ${path}.Value, ${path}.Values and ${path}.StatisticValues must be specified.`,
    );
  if (kinds.length > 1)
    throw new ServiceError(
      'InvalidParameterCombinationException',
      `The parameters ${kinds.map((kind) => `${path}.${kind}`).join(' and ')} are mutually exclusive and you have specified both.`,
    );
  if (given.Value !== undefined) return [{ value: given.Value, weight: 1 }];
  const values = given.Values ?? [];
  if (values.length > maxValues)
    throw invalidValue(`The collection ${path}.Values must not have a size greater than ${maxValues}.`);
  if (given.Counts && given.Counts.length !== values.length)
    throw invalidValue(`The collections ${path}.Values and ${path}.Counts must have the same size.`);
  return values.map((each, i) => ({ value: each, weight: given.Counts?.[i] ?? 1 }));
}
