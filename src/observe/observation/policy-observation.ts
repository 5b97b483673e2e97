import type { ScalingPolicy } from '@aws-sdk/client-application-auto-scaling';
import { describedPolicy } from '../../catalog/policy-configuration.ts';
import { cooldownOf } from '../../scaling/policies/cooldown.ts';
import { kindOfType } from '../../scaling/policies/kinds/policy-kinds.ts';

/** A scaling policy of the variant, as DescribeScalingPolicies tells it. */
export interface PolicyObservation {
  policyName: string;
  alarmNames: string[];
  scaleOutCooldownMs: number;
  scaleInCooldownMs: number;
  disableScaleIn: boolean;
  policyType: string;
  /** In AWS's terms; the policy's kind reads it. */
  configuration: object;
}

export function toPolicy(policy: ScalingPolicy): PolicyObservation {
  const { policyType, configuration } = describedPolicy(policy);
  const told = kindOfType(policyType)?.told;
  const cooldowns = told?.cooldowns(configuration);
  return {
    policyName: policy.PolicyName ?? '',
    alarmNames: (policy.Alarms ?? []).flatMap(({ AlarmName }) => AlarmName ?? []),
    scaleOutCooldownMs: cooldowns?.scaleOutMs ?? cooldownOf(undefined),
    scaleInCooldownMs: cooldowns?.scaleInMs ?? cooldownOf(undefined),
    disableScaleIn: told?.disablesScaleIn(configuration) ?? false,
    policyType,
    configuration,
  };
}

/** Whether the policy has a say in when the others of its kind take instances away. */
export function scalesInTogether({ policyType, disableScaleIn }: PolicyObservation): boolean {
  return !disableScaleIn && (kindOfType(policyType)?.told.scalesInTogether ?? false);
}
