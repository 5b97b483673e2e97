import type { ScalingPolicy } from '@aws-sdk/client-application-auto-scaling';
import { cooldownOf } from '../../scaling/policies/cooldown.ts';
import type { AdjustmentType, MetricAggregation, StepScaling } from '../../scaling/policies/step-scaling.ts';

/** A scaling policy of the variant, as DescribeScalingPolicies tells it. */
export interface PolicyObservation {
  policyName: string;
  alarmNames: string[];
  scaleOutCooldownMs: number;
  scaleInCooldownMs: number;
  disableScaleIn: boolean;
  /** Target tracking only. */
  targetValue: number | null;
  /** Step scaling only. */
  step: StepScaling | null;
}

export function toPolicy(policy: ScalingPolicy): PolicyObservation {
  const tracking = policy.TargetTrackingScalingPolicyConfiguration;
  const stepping = policy.StepScalingPolicyConfiguration;
  return {
    policyName: policy.PolicyName ?? '',
    alarmNames: (policy.Alarms ?? []).flatMap(({ AlarmName }) => AlarmName ?? []),
    scaleOutCooldownMs: cooldownOf(stepping ? stepping.Cooldown : tracking?.ScaleOutCooldown),
    scaleInCooldownMs: cooldownOf(stepping ? stepping.Cooldown : tracking?.ScaleInCooldown),
    disableScaleIn: tracking?.DisableScaleIn ?? false,
    targetValue: tracking?.TargetValue ?? null,
    step: stepping
      ? {
          adjustmentType: (stepping.AdjustmentType ?? 'ChangeInCapacity') as AdjustmentType,
          steps: (stepping.StepAdjustments ?? []).map((step) => ({
            lowerBound: step.MetricIntervalLowerBound ?? null,
            upperBound: step.MetricIntervalUpperBound ?? null,
            adjustment: step.ScalingAdjustment ?? 0,
          })),
          aggregation: (stepping.MetricAggregationType ?? 'Average') as MetricAggregation,
          minAdjustmentMagnitude: stepping.MinAdjustmentMagnitude ?? null,
          cooldownMs: cooldownOf(stepping.Cooldown),
        }
      : null,
  };
}
