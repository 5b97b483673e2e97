import { metricSpecification, type TrackedMetric } from '../tracked-metric.ts';
import { withoutDimensions } from '../variant-dimensions.ts';
import type { NamedPolicy } from './spec.ts';

export interface TrackingSettings {
  metric: TrackedMetric;
  targetValue: number;
  scaleOutCooldownSeconds: number;
  scaleInCooldownSeconds: number;
}

/** Whichever it goes to: `up` names its own. */
const anyVariant = { endpointName: '', variantName: '' };

/** A target-tracking policy as `PutScalingPolicy` takes it; `up` says which target it goes to. */
export function trackingPolicy(name: string, settings: TrackingSettings): NamedPolicy {
  return {
    PolicyName: name,
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: settings.targetValue,
      ...withoutDimensions(metricSpecification(settings.metric, anyVariant)),
      ScaleOutCooldown: settings.scaleOutCooldownSeconds,
      ScaleInCooldown: settings.scaleInCooldownSeconds,
    },
  };
}

/** The same policy with some of its settings changed; a policy that is none of target tracking stays as it is. */
export function changedPolicy(
  policy: NamedPolicy,
  change: { target?: number; scaleOutCooldown?: number; scaleInCooldown?: number },
): NamedPolicy {
  const before = policy.TargetTrackingScalingPolicyConfiguration;
  if (!before) return policy;
  return {
    ...policy,
    TargetTrackingScalingPolicyConfiguration: {
      ...before,
      ...(change.target === undefined ? {} : { TargetValue: change.target }),
      ...(change.scaleOutCooldown === undefined ? {} : { ScaleOutCooldown: change.scaleOutCooldown }),
      ...(change.scaleInCooldown === undefined ? {} : { ScaleInCooldown: change.scaleInCooldown }),
    },
  };
}
