import type { ScalingPolicy } from '@aws-sdk/client-application-auto-scaling';
import { describedPolicy } from '../../catalog/policy-configuration.ts';
import { cooldownOf } from '../../scaling/policies/cooldown.ts';
import type { Breach, Reckoning } from '../../scaling/policies/kinds/kind/policy-kind.ts';
import { kindOfType } from '../../scaling/policies/kinds/policy-kinds.ts';

/** A scaling policy of the variant, as DescribeScalingPolicies tells it. */
export interface PolicyObservation {
  policyName: string;
  alarmNames: string[];
  scaleOutCooldownMs: number;
  scaleInCooldownMs: number;
  disableScaleIn: boolean;
  policyType: string;
  /** In AWS's terms: `reckon` and what else is told of the policy by its kind reads it. */
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

/** What the policy wants of a capacity, in words and as a count; null where its kind cannot tell. */
export function reckon(
  { policyType, configuration }: PolicyObservation,
  breach: Breach,
  capacity: number,
): Reckoning | null {
  return kindOfType(policyType)?.told.reckon(configuration, breach, capacity) ?? null;
}

/** Whether what the policy asked for tells the capacity that it was counted from. */
export function tellsCapacityBefore({ policyType }: PolicyObservation): boolean {
  return kindOfType(policyType)?.told.tellsCapacityBefore ?? false;
}

/** Whether the policy has a say in when the others of its kind take instances away. */
export function scalesInTogether({ policyType, disableScaleIn }: PolicyObservation): boolean {
  return !disableScaleIn && (kindOfType(policyType)?.told.scalesInTogether ?? false);
}
