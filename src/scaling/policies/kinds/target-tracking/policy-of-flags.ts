import { type TrackedMetric, trackedMetrics } from '../../../../catalog/metrics.ts';
import type { TargetTrackingConfiguration } from './configuration.ts';

/** What the flags of `up` and `simulate` say of a policy. */
export interface PolicyFlags {
  metric: TrackedMetric;
  /** In the metric's unit. */
  targetValue: number;
  scaleOutCooldownSeconds: number;
  scaleInCooldownSeconds: number;
}

/** As `PutScalingPolicy` takes it, without a name and for any variant: `forVariant` says whose metric it is. */
export function policyOfFlags(flags: PolicyFlags): {
  PolicyType: string;
  TargetTrackingScalingPolicyConfiguration: TargetTrackingConfiguration;
} {
  return {
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: flags.targetValue,
      ...specificationOf(flags.metric),
      ScaleOutCooldown: flags.scaleOutCooldownSeconds,
      ScaleInCooldown: flags.scaleInCooldownSeconds,
    },
  };
}

function specificationOf(
  name: TrackedMetric,
): Pick<TargetTrackingConfiguration, 'PredefinedMetricSpecification' | 'CustomizedMetricSpecification'> {
  const tracked = trackedMetrics[name];
  if ('predefined' in tracked)
    return { PredefinedMetricSpecification: { PredefinedMetricType: tracked.predefined } };
  const { metricName, namespace, unit, statistics } = tracked.metric;
  return {
    CustomizedMetricSpecification: {
      MetricName: metricName,
      Namespace: namespace,
      Statistic: statistics[0],
      Unit: unit,
    },
  };
}
