import { z } from 'zod';
import { variantDimension } from '../../scaling/policies/predefined-metric.ts';
import { listField } from '../service/fields.ts';
import { operation } from '../service/operation.ts';
import {
  type ApplicationAutoScalingDeps,
  checkDimensionFilter,
  pageInput,
  pageOf,
  resourceIdField,
  scalableDimensionField,
  serviceNamespaceField,
} from './deps.ts';

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalableTargets.html */
export const describeScalableTargets = operation({
  name: 'DescribeScalableTargets',
  input: z.object({
    ServiceNamespace: serviceNamespaceField,
    ResourceIds: listField(resourceIdField, { max: 50 }).optional(),
    ScalableDimension: scalableDimensionField.optional(),
    ...pageInput,
  }),
  handle(input, { scaling }: ApplicationAutoScalingDeps) {
    const { ResourceIds: ids, ScalableDimension: dimension } = input;
    checkDimensionFilter(dimension, (ids?.length ?? 0) > 0, 'ResourceIds');
    const found = Object.values(scaling.state().targets).filter(
      (target) =>
        input.ServiceNamespace === 'sagemaker' &&
        (dimension === undefined || dimension === variantDimension) &&
        (!ids?.length || ids.includes(target.resourceId)),
    );
    const page = pageOf(found, input);
    return {
      ScalableTargets: page.items.map((target) => ({
        ServiceNamespace: 'sagemaker',
        ResourceId: target.resourceId,
        ScalableDimension: variantDimension,
        MinCapacity: target.minCapacity,
        MaxCapacity: target.maxCapacity,
        RoleARN: target.roleArn,
        CreationTime: new Date(target.createdMs),
        SuspendedState: {
          DynamicScalingInSuspended: target.suspended.scaleIn,
          DynamicScalingOutSuspended: target.suspended.scaleOut,
          ScheduledScalingSuspended: target.suspended.scheduled,
        },
        ScalableTargetARN: target.arn,
      })),
      NextToken: page.nextToken,
    };
  },
});
