import { z } from 'zod';
import { configurationMember } from '../../catalog/policy-configuration.ts';
import type { Alarm } from '../../scaling/alarms/alarm.ts';
import { alarmsHeard } from '../../scaling/policies/kinds/alarms-heard.ts';
import type { ScalingPolicy } from '../../scaling/policies/kinds/policy-kinds.ts';
import { variantDimension } from '../../scaling/policies/predefined-metric.ts';
import { listField } from '../service/fields.ts';
import { operation } from '../service/operation.ts';
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
        PolicyType: policy.type,
        [configurationMember(policy.type)]: policy.configuration,
        Alarms: alarmsOf(policy, alarms),
        CreationTime: new Date(policy.createdMs),
      })),
      NextToken: page.nextToken,
    };
  },
});

export function alarmsOf(
  policy: ScalingPolicy,
  alarms: Readonly<Record<string, Alarm>>,
): { AlarmName: string; AlarmARN: string }[] {
  return alarmsHeard(policy, alarms).map(({ definition }) => ({
    AlarmName: definition.alarmName,
    AlarmARN: definition.alarmArn,
  }));
}
