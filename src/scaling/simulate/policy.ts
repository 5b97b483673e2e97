import type { NamedPolicy } from './spec.ts';

/** A policy with some of its settings changed; a policy that is none of target tracking stays as it is. */
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
