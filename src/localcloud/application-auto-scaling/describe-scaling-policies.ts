import { z } from 'zod';
import type { Alarm } from '../../scaling/alarm.ts';
import { variantDimension } from '../../scaling/check-policy.ts';
import type { TargetTrackingPolicy } from '../../scaling/target-tracking.ts';
import { operation } from '../operation.ts';
import { listField } from '../protocols/fields.ts';
import {
  type ApplicationAutoScalingDeps,
  checkDimensionFilter,
  pageInput,
  pageOf,
  policyNameField,
  resourceIdField,
  scalableDimensionField,
  serviceNamespaceField,
} from './deps.ts';

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalingPolicies.html */
export const describeScalingPolicies = operation({
  name: 'DescribeScalingPolicies',
  input: z.object({
    PolicyNames: listField(policyNameField, { max: 50 }).optional(),
    ServiceNamespace: serviceNamespaceField,
    ResourceId: resourceIdField.optional(),
    ScalableDimension: scalableDimensionField.optional(),
    ...pageInput,
  }),
  handle(input, { scaling }: ApplicationAutoScalingDeps) {
    const { PolicyNames: names, ResourceId: id, ScalableDimension: dimension } = input;
    checkDimensionFilter(dimension, id !== undefined, 'ResourceId');
    const { alarms, targets } = scaling.state();
    const found = Object.values(targets)
      .flatMap((target) => Object.values(target.policies))
      .filter(
        (policy) =>
          input.ServiceNamespace === 'sagemaker' &&
          (dimension === undefined || dimension === variantDimension) &&
          (id === undefined || policy.resourceId === id) &&
          (!names?.length || names.includes(policy.policyName)),
      );
    const page = pageOf(found, input);
    return {
      ScalingPolicies: page.items.map((policy) => ({
        PolicyARN: policy.policyArn,
        PolicyName: policy.policyName,
        ServiceNamespace: 'sagemaker',
        ResourceId: policy.resourceId,
        ScalableDimension: variantDimension,
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: policy.configuration,
        Alarms: alarmsOf(policy, alarms),
        CreationTime: new Date(policy.createdMs),
      })),
      NextToken: page.nextToken,
    };
  },
});

/** The policy's alarms that exist: a caller may have deleted one. */
export function alarmsOf(
  policy: TargetTrackingPolicy,
  alarms: Readonly<Record<string, Alarm>>,
): { AlarmName: string; AlarmARN: string }[] {
  return [policy.highAlarmName, policy.lowAlarmName].flatMap((name) => {
    const alarm = name === null ? undefined : alarms[name];
    return alarm ? [{ AlarmName: alarm.definition.alarmName, AlarmARN: alarm.definition.alarmArn }] : [];
  });
}
