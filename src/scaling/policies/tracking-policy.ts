import type { PolicyWithAlarms } from './policy-alarms.ts';
import { metricSpecification, type TrackedMetric } from './tracked-metric.ts';

/** What the flags of `up` and `simulate` say of a policy. */
export interface TrackingSettings {
  metric: TrackedMetric;
  /** In the metric's unit. */
  targetValue: number;
  scaleOutCooldownSeconds: number;
  scaleInCooldownSeconds: number;
}

/**
 * A target-tracking policy as `PutScalingPolicy` takes it, without a name and for any variant: `withVariantDimensions`
 * says whose metric it is.
 */
export function trackingPolicy(settings: TrackingSettings): PolicyWithAlarms {
  return {
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: settings.targetValue,
      ...metricSpecification(settings.metric),
      ScaleOutCooldown: settings.scaleOutCooldownSeconds,
      ScaleInCooldown: settings.scaleInCooldownSeconds,
    },
  };
}
