/** Checks `TargetTrackingScalingPolicyConfiguration`. Limits and wording are AWS's where they are published. */
import { type PredefinedMetricName, predefinedMetricNames } from '../../../../catalog/metrics.ts';
import { type MetricRef, metricKey } from '../../../alarms/metric.ts';
import { cooldownOf } from '../../cooldown.ts';
import { predefinedMetric, type VariantId, variantDimension } from '../../predefined-metric.ts';
import { invalid, type PolicyProblem } from '../../problem.ts';

import type {
  CheckedTargetTracking,
  CustomizedMetric,
  TargetTrackingConfiguration,
} from './configuration.ts';

type Metrics = { high: MetricRef; low: MetricRef };

export function checkTargetTracking(
  configuration: TargetTrackingConfiguration,
  variant: VariantId,
): { policy: CheckedTargetTracking } | PolicyProblem {
  const { TargetValue, ScaleOutCooldown, ScaleInCooldown, DisableScaleIn } = configuration;
  const problem =
    checkTargetValue(TargetValue) ??
    checkCooldown('scaleOutCooldown', ScaleOutCooldown) ??
    checkCooldown('scaleInCooldown', ScaleInCooldown);
  if (problem) return problem;
  const metric = checkMetric(configuration, variant);
  if ('problem' in metric) return metric;
  return {
    policy: {
      type: 'TargetTrackingScaling',
      targetValue: TargetValue ?? 0,
      metric,
      scaleOutCooldownMs: cooldownOf(ScaleOutCooldown),
      scaleInCooldownMs: cooldownOf(ScaleInCooldown),
      disableScaleIn: DisableScaleIn ?? false,
      configuration,
    },
  };
}

/** The API reference's range of a target value, 2^-360 to 2^360. */
const targetRange = { smallest: 2 ** -360, largest: 2 ** 360 };

function checkTargetValue(value: number | undefined): PolicyProblem | null {
  if (value !== undefined && value >= targetRange.smallest && value <= targetRange.largest) return null;
  return invalid(
    `1 validation error detected: Value ${value === undefined ? 'null' : `'${value}'`} at ` +
      `'targetTrackingScalingPolicyConfiguration.targetValue' failed to satisfy constraint: ` +
      (value === undefined
        ? 'Member must not be null'
        : 'Member must be between 8.515920e-109 and 1.174271e+108 (2^-360 and 2^360)'),
    'use a target value above zero: what one instance should carry',
  );
}

function checkCooldown(name: string, seconds: number | undefined): PolicyProblem | null {
  if (seconds === undefined || (Number.isInteger(seconds) && seconds >= 0)) return null;
  return invalid(
    `1 validation error detected: Value '${seconds}' at 'targetTrackingScalingPolicyConfiguration.${name}' ` +
      'failed to satisfy constraint: Member must be an integer greater than or equal to 0',
    'use whole seconds, 0 or more',
  );
}

function checkMetric(
  configuration: TargetTrackingConfiguration,
  variant: VariantId,
): Metrics | PolicyProblem {
  const { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: customized } =
    configuration;
  if ((predefined === undefined) === (customized === undefined))
    return invalid(
      'Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification must be specified.',
      'keep one of the two',
    );
  if (customized) return checkCustomized(customized);
  const type = predefined?.PredefinedMetricType;
  if (!predefinedMetricNames.includes(type as PredefinedMetricName))
    return invalid(
      `Scalable dimension ${variantDimension} only supports the following predefined metric types: ${predefinedMetricNames.join(', ')}. Given: ${type ?? 'none'}.`,
      `use ${predefinedMetricNames.join(' or ')}, or a CustomizedMetricSpecification`,
    );
  if (predefined?.ResourceLabel !== undefined)
    return invalid(
      `ResourceLabel cannot be specified for predefined metric type ${type}.`,
      'leave out ResourceLabel',
    );
  return predefinedMetric(type as PredefinedMetricName, variant);
}

const statistics = ['Average', 'Minimum', 'Maximum', 'SampleCount', 'Sum'];

/** Alarms of a customised metric look at whole minutes. */
function checkCustomized(metric: CustomizedMetric): Metrics | PolicyProblem {
  if (metric.Metrics !== undefined)
    return invalid(
      'Metric math in CustomizedMetricSpecification.Metrics is taken by AWS, but not supported here.',
      'name one metric with MetricName, Namespace, Dimensions and Statistic; publish a computed one with PutMetricData',
    );
  const { MetricName: metricName, Namespace: namespace, Statistic: statistic } = metric;
  if (!metricName || !namespace || !statistic)
    return invalid(
      'CustomizedMetricSpecification requires MetricName, Namespace and Statistic.',
      'name all three',
    );
  if (!statistics.includes(statistic))
    return invalid(
      `1 validation error detected: Value '${statistic}' at 'targetTrackingScalingPolicyConfiguration.customizedMetricSpecification.statistic' ` +
        `failed to satisfy constraint: Member must satisfy enum value set: [${statistics.join(', ')}]`,
      `use one of ${statistics.join(', ')}`,
    );
  const dimensions = Object.fromEntries((metric.Dimensions ?? []).map(({ Name, Value }) => [Name, Value]));
  const ref: MetricRef = {
    namespace,
    metricName,
    dimensions,
    statistic,
    periodMs: 60_000,
    unit: metric.Unit,
  };
  return { high: ref, low: ref };
}

/** AWS: one policy for a metric. */
export function checkBesideTracking(
  { metric }: CheckedTargetTracking,
  others: readonly CheckedTargetTracking[],
): PolicyProblem | null {
  const key = metricKey(metric.high);
  if (!others.some((other) => metricKey(other.metric.high) === key)) return null;
  return invalid(
    'Only one TargetTrackingScaling policy for a given metric specification is allowed.',
    'let each policy of target tracking follow another metric, or keep one of them',
  );
}
