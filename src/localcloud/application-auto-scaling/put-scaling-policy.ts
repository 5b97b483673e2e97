import { z } from 'zod';
import { putPolicy } from '../../scaling/engine/edit-targets.ts';
import { checkBeside, checkPolicy } from '../../scaling/policies/check-policy.ts';
import type { CustomizedMetric } from '../../scaling/policies/check-target-tracking.ts';
import { booleanField, integerField, listField, numberField, textField } from '../service/fields.ts';
import { operation, ServiceError } from '../service/operation.ts';
import { type ApplicationAutoScalingDeps, policyNameField, registeredTarget, targetId } from './deps.ts';
import { alarmsOf } from './describe-scaling-policies.ts';

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
    const others = Object.values(target.policies).filter(({ policyName }) => policyName !== input.PolicyName);
    const problem = checkBeside(checked.policy, others);
    if (problem) throw new ServiceError(problem.code, problem.problem);
    scaling.apply((state, nowMs) =>
      putPolicy(state, target.resourceId, input.PolicyName, checked.policy, nowMs),
    );
    const { alarms, targets } = scaling.state();
    const policy = targets[target.resourceId]?.policies[input.PolicyName];
    return { PolicyARN: policy?.policyArn, Alarms: policy ? alarmsOf(policy, alarms) : [] };
  },
});
