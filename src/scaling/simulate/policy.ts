import type { NamedPolicy } from './spec.ts';

/** A policy with some of its settings changed; a policy that is none of target tracking stays as it is. */
export function changedPolicy(
  policy: NamedPolicy,
  change: { target?: number; scaleOutCooldown?: number; scaleInCooldown?: number },
): NamedPolicy {
  const before = policy.TargetTrackingScalingPolicyConfiguration;
  if (!before) return policy;
  // A name that says the target value goes with it: `target-3000` that holds 1,500 would be read as 3,000.
  const isNamedAfterIt = policy.PolicyName === `target-${before.TargetValue}`;
  const name = isNamedAfterIt && change.target !== undefined ? `target-${change.target}` : policy.PolicyName;
  return {
    ...policy,
    PolicyName: name,
    TargetTrackingScalingPolicyConfiguration: {
      ...before,
      ...(change.target === undefined ? {} : { TargetValue: change.target }),
      ...(change.scaleOutCooldown === undefined ? {} : { ScaleOutCooldown: change.scaleOutCooldown }),
      ...(change.scaleInCooldown === undefined ? {} : { ScaleInCooldown: change.scaleInCooldown }),
    },
  };
}
