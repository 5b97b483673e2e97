/**
 * Checks a scaling policy as `PutScalingPolicy` takes it, without a cloud: shared by whoever accepts one. Limits and
 * wording are AWS's where they are published.
 */
import type { MetricRef } from './metric.ts';
import {
  predefinedMetric,
  type VariantId,
  type VariantMetricType,
  variantMetricTypes,
} from './predefined-metric.ts';

export const variantDimension = 'sagemaker:variant:DesiredInstanceCount';
/** AWS: "Cooldown periods", for SageMaker variants. */
const defaultCooldownMs = 300_000;

/** A target-tracking policy that AWS would take, in this engine's terms. */
export interface CheckedPolicy {
  targetValue: number;
  metric: { high: MetricRef; low: MetricRef };
  scaleOutCooldownMs: number;
  scaleInCooldownMs: number;
  disableScaleIn: boolean;
  configuration: TargetTrackingConfiguration;
}

/** `TargetTrackingScalingPolicyConfiguration`. */
interface TargetTrackingConfiguration {
  TargetValue?: number | undefined;
  PredefinedMetricSpecification?:
    | { PredefinedMetricType?: string | undefined; ResourceLabel?: string | undefined }
    | undefined;
  CustomizedMetricSpecification?: CustomizedMetric | undefined;
  ScaleOutCooldown?: number | undefined;
  ScaleInCooldown?: number | undefined;
  DisableScaleIn?: boolean | undefined;
}

export interface CustomizedMetric {
  MetricName?: string | undefined;
  Namespace?: string | undefined;
  Dimensions?: readonly { Name: string; Value: string }[] | undefined;
  Statistic?: string | undefined;
  Unit?: string | undefined;
  Metrics?: readonly unknown[] | undefined;
}

export interface PolicyRequest {
  PolicyType?: string | undefined;
  TargetTrackingScalingPolicyConfiguration?: TargetTrackingConfiguration | undefined;
}

/** @returns the policy, or one sentence that says what is wrong with it. */
export function checkPolicy(
  request: PolicyRequest,
  variant: VariantId,
): { policy: CheckedPolicy } | { problem: string } {
  const type = request.PolicyType ?? 'TargetTrackingScaling';
  if (type !== 'TargetTrackingScaling') {
    return {
      problem: `Policy type ${type} is not supported here yet: only TargetTrackingScaling is.`,
    };
  }
  const configuration = request.TargetTrackingScalingPolicyConfiguration;
  if (!configuration) {
    return {
      problem: 'TargetTrackingScalingPolicyConfiguration is required for policy type TargetTrackingScaling.',
    };
  }
  const problem =
    checkTarget(configuration.TargetValue) ??
    checkCooldown('scaleOutCooldown', configuration.ScaleOutCooldown) ??
    checkCooldown('scaleInCooldown', configuration.ScaleInCooldown);
  if (problem !== null) return { problem };
  const metric = checkMetric(configuration, variant);
  if ('problem' in metric) return metric;
  return {
    policy: {
      targetValue: configuration.TargetValue ?? 0,
      metric,
      scaleOutCooldownMs: cooldownMs(configuration.ScaleOutCooldown),
      scaleInCooldownMs: cooldownMs(configuration.ScaleInCooldown),
      disableScaleIn: configuration.DisableScaleIn ?? false,
      configuration,
    },
  };
}

/** The API reference's range of a target value, 2^-360 to 2^360. */
const targetRange = { smallest: 2 ** -360, largest: 2 ** 360 };

function checkTarget(value: number | undefined): string | null {
  if (value !== undefined && value >= targetRange.smallest && value <= targetRange.largest) return null;
  return (
    `1 validation error detected: Value ${value === undefined ? 'null' : `'${value}'`} at ` +
    `'targetTrackingScalingPolicyConfiguration.targetValue' failed to satisfy constraint: ` +
    (value === undefined
      ? 'Member must not be null'
      : 'Member must be between 8.515920e-109 and 1.174271e+108 (2^-360 and 2^360)')
  );
}

function checkCooldown(name: string, seconds: number | undefined): string | null {
  if (seconds === undefined || (Number.isInteger(seconds) && seconds >= 0)) return null;
  return (
    `1 validation error detected: Value '${seconds}' at 'targetTrackingScalingPolicyConfiguration.${name}' ` +
    'failed to satisfy constraint: Member must be an integer greater than or equal to 0'
  );
}

function cooldownMs(seconds: number | undefined): number {
  return seconds === undefined ? defaultCooldownMs : seconds * 1_000;
}

function checkMetric(
  configuration: TargetTrackingConfiguration,
  variant: VariantId,
): { high: MetricRef; low: MetricRef } | { problem: string } {
  const { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: customized } =
    configuration;
  if ((predefined === undefined) === (customized === undefined)) {
    return {
      problem:
        'Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification must be specified.',
    };
  }
  if (customized) return checkCustomized(customized);
  const type = predefined?.PredefinedMetricType;
  if (!variantMetricTypes.includes(type as VariantMetricType)) {
    return {
      problem: `Scalable dimension ${variantDimension} only supports the following predefined metric types: ${variantMetricTypes.join(', ')}. Given: ${type ?? 'none'}.`,
    };
  }
  if (predefined?.ResourceLabel !== undefined) {
    return { problem: `ResourceLabel cannot be specified for predefined metric type ${type}.` };
  }
  return predefinedMetric(type as VariantMetricType, variant);
}

const statistics = ['Average', 'Minimum', 'Maximum', 'SampleCount', 'Sum'];

/** Alarms of a customised metric look at whole minutes. */
function checkCustomized(
  metric: CustomizedMetric,
): { high: MetricRef; low: MetricRef } | { problem: string } {
  if (metric.Metrics !== undefined) {
    return { problem: 'Metric math in CustomizedMetricSpecification.Metrics is not supported here yet.' };
  }
  const { MetricName: metricName, Namespace: namespace, Statistic: statistic } = metric;
  if (!metricName || !namespace || !statistic) {
    return { problem: 'CustomizedMetricSpecification requires MetricName, Namespace and Statistic.' };
  }
  if (!statistics.includes(statistic)) {
    return {
      problem:
        `1 validation error detected: Value '${statistic}' at 'targetTrackingScalingPolicyConfiguration.customizedMetricSpecification.statistic' ` +
        `failed to satisfy constraint: Member must satisfy enum value set: [${statistics.join(', ')}]`,
    };
  }
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
