import type { MetricRef } from '../../../alarms/metric.ts';
import type { VariantId } from '../../predefined-metric.ts';
import { dimensionsOf } from '../../variant-dimensions.ts';
import type { Members } from '../kind/document.ts';
import type { PolicyChange, PolicyIdentity } from '../kind/policy-kind.ts';

/** A target-tracking policy that AWS would take, in the scaling engine's terms. */
export interface CheckedTargetTracking {
  type: 'TargetTrackingScaling';
  targetValue: number;
  metric: { high: MetricRef; low: MetricRef };
  scaleOutCooldownMs: number;
  scaleInCooldownMs: number;
  disableScaleIn: boolean;
  configuration: TargetTrackingConfiguration;
}

/** `TargetTrackingScalingPolicyConfiguration`. */
export interface TargetTrackingConfiguration {
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

export interface TargetTrackingPolicy extends CheckedTargetTracking, PolicyIdentity {
  highAlarmName: string;
  /** Null where scale-in is disabled: no such alarm is made. */
  lowAlarmName: string | null;
}

/**
 * https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TargetTrackingScalingPolicyConfiguration.html
 */
export const document: Members = {
  TargetValue: { is: 'number', required: true },
  PredefinedMetricSpecification: {
    is: 'structure',
    members: {
      PredefinedMetricType: { is: 'text', required: true },
      ResourceLabel: { is: 'text', min: 1, max: 1_023 },
    },
  },
  CustomizedMetricSpecification: {
    is: 'structure',
    members: {
      MetricName: { is: 'text' },
      Namespace: { is: 'text' },
      Dimensions: { is: 'dimensions' },
      Statistic: { is: 'text' },
      Unit: { is: 'text' },
      Metrics: { is: 'list', of: { is: 'anything' } },
    },
  },
  ScaleOutCooldown: { is: 'integer' },
  ScaleInCooldown: { is: 'integer' },
  DisableScaleIn: { is: 'boolean' },
};

export const assumed = {
  ScaleOutCooldown: 300,
  ScaleInCooldown: 300,
  DisableScaleIn: false,
} satisfies TargetTrackingConfiguration;

/** A customised metric of the variant itself need not repeat which variant that is. */
export function withVariantDimensions(
  configuration: TargetTrackingConfiguration,
  variant: VariantId,
): TargetTrackingConfiguration {
  const custom = configuration.CustomizedMetricSpecification;
  const dimensions = dimensionsOf(custom?.Namespace, variant);
  if (!custom || custom.Dimensions || dimensions.length === 0) return configuration;
  return { ...configuration, CustomizedMetricSpecification: { ...custom, Dimensions: dimensions } };
}

export function changed(
  configuration: TargetTrackingConfiguration,
  { target, scaleOutCooldown, scaleInCooldown }: PolicyChange,
): TargetTrackingConfiguration {
  return {
    ...configuration,
    ...(target === undefined ? {} : { TargetValue: target }),
    ...(scaleOutCooldown === undefined ? {} : { ScaleOutCooldown: scaleOutCooldown }),
    ...(scaleInCooldown === undefined ? {} : { ScaleInCooldown: scaleInCooldown }),
  };
}
