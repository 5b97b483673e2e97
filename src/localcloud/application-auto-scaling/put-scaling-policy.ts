import { z } from 'zod';
import { type CheckedPolicy, checkPolicy } from '../../scaling/check-policy.ts';
import type { CustomizedMetric } from '../../scaling/check-target-tracking.ts';
import { putPolicy } from '../../scaling/edit-targets.ts';
import { metricKey } from '../../scaling/metric.ts';
import type { ScalableTarget, ScalingPolicy } from '../../scaling/state.ts';
import { operation, ServiceError, validationError } from '../operation.ts';
import { booleanField, integerField, listField, numberField, textField } from '../protocols/fields.ts';
import { type ApplicationAutoScalingDeps, policyNameField, registeredTarget, targetId } from './deps.ts';
import { alarmsOf } from './describe-scaling-policies.ts';

const maxPolicies = 50;

const customizedMetric: z.ZodType<CustomizedMetric> = z.object({
  MetricName: textField().optional(),
  Namespace: textField().optional(),
  Dimensions: listField(z.object({ Name: textField(), Value: textField() })).optional(),
  Statistic: textField().optional(),
  Unit: textField().optional(),
  Metrics: listField(z.unknown()).optional(),
});

const stepAdjustment = z.object({
  MetricIntervalLowerBound: numberField().optional(),
  MetricIntervalUpperBound: numberField().optional(),
  ScalingAdjustment: integerField(),
});

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html */
export const putScalingPolicy = operation({
  name: 'PutScalingPolicy',
  input: z.object({
    PolicyName: policyNameField,
    ...targetId,
    PolicyType: z.enum(['StepScaling', 'TargetTrackingScaling', 'PredictiveScaling']).optional(),
    TargetTrackingScalingPolicyConfiguration: z
      .object({
        TargetValue: numberField(),
        PredefinedMetricSpecification: z
          .object({
            PredefinedMetricType: textField(),
            ResourceLabel: textField({ min: 1, max: 1_023 }).optional(),
          })
          .optional(),
        CustomizedMetricSpecification: customizedMetric.optional(),
        ScaleOutCooldown: integerField().optional(),
        ScaleInCooldown: integerField().optional(),
        DisableScaleIn: booleanField.optional(),
      })
      .optional(),
    StepScalingPolicyConfiguration: z
      .object({
        AdjustmentType: textField().optional(),
        StepAdjustments: listField(stepAdjustment).optional(),
        MinAdjustmentMagnitude: integerField().optional(),
        Cooldown: integerField().optional(),
        MetricAggregationType: textField().optional(),
      })
      .optional(),
    PredictiveScalingPolicyConfiguration: z.unknown().optional(),
  }),
  handle(input, { scaling }: ApplicationAutoScalingDeps) {
    const target = registeredTarget(scaling, input, 'registered');
    const checked = checkPolicy(input, target.variant);
    if ('problem' in checked) throw new ServiceError(checked.code, checked.problem);
    checkAgainstOthers(target, input.PolicyName, checked.policy);
    scaling.apply((state, nowMs) =>
      putPolicy(state, target.resourceId, input.PolicyName, checked.policy, nowMs),
    );
    const { alarms, targets } = scaling.state();
    const policy = targets[target.resourceId]?.policies[input.PolicyName];
    return { PolicyARN: policy?.policyArn, Alarms: policy ? alarmsOf(policy, alarms) : [] };
  },
});

function checkAgainstOthers(target: ScalableTarget, policyName: string, wanted: CheckedPolicy): void {
  const others = Object.values(target.policies).filter((policy) => policy.policyName !== policyName);
  if (others.length >= maxPolicies)
    throw new ServiceError(
      'LimitExceededException',
      `The scalable target ${target.resourceId} has ${maxPolicies} scaling policies, as many as it can have`,
    );
  const metric = metricOf(wanted);
  if (metric !== null && others.some((policy) => metricOf(policy) === metric))
    throw validationError(
      'Only one TargetTrackingScaling policy for a given metric specification is allowed.',
    );
}

function metricOf(policy: CheckedPolicy | ScalingPolicy): string | null {
  return policy.type === 'TargetTrackingScaling' ? metricKey(policy.metric.high) : null;
}
