import type { TargetTrackingConfiguration } from '../../scaling/policies/check-target-tracking.ts';
import type { UpOutcome } from '../contract/outcomes.ts';

/** What scales a variant, as `up` and `status` tell it: the first target-tracking policy in full, of others the name. */
export function autoscalingOutcome(
  range: { minCapacity: number; maxCapacity: number },
  policies: readonly { name: string; policyType: string; configuration: object }[],
): NonNullable<UpOutcome['autoscaling']> {
  const { minCapacity, maxCapacity } = range;
  const tracking: TargetTrackingConfiguration | undefined = policies.find(
    ({ policyType }) => policyType === 'TargetTrackingScaling',
  )?.configuration;
  const metric =
    tracking?.PredefinedMetricSpecification?.PredefinedMetricType ??
    tracking?.CustomizedMetricSpecification?.MetricName;
  return {
    minCapacity,
    maxCapacity,
    metric: metric ?? null,
    targetValue: tracking?.TargetValue ?? null,
    scaleOutCooldownSeconds: tracking ? (tracking.ScaleOutCooldown ?? 300) : null,
    scaleInCooldownSeconds: tracking ? (tracking.ScaleInCooldown ?? 300) : null,
    policies: policies.map(({ name, policyType }) => ({ name, type: policyType })),
  };
}
