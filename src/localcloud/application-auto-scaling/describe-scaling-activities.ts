import { z } from 'zod';
import type { NotScaledReason } from '../../scaling/engine/activity.ts';
import { variantDimension } from '../../scaling/policies/predefined-metric.ts';
import { booleanField } from '../service/fields.ts';
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

/**
 * Newest first. Activities that changed nothing are shown on request only.
 * https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalingActivities.html
 */
export const describeScalingActivities = operation({
  name: 'DescribeScalingActivities',
  input: z.object({
    ServiceNamespace: serviceNamespaceField,
    ResourceId: resourceIdField.optional(),
    ScalableDimension: scalableDimensionField.optional(),
    IncludeNotScaledActivities: booleanField.optional(),
    ...pageInput,
  }),
  handle(input, { scaling }: ApplicationAutoScalingDeps) {
    const { ResourceId: id, ScalableDimension: dimension } = input;
    checkDimensionFilter(dimension, id !== undefined, 'ResourceId');
    const found = scaling
      .state()
      .activities.filter(
        (activity) =>
          input.ServiceNamespace === 'sagemaker' &&
          (dimension === undefined || dimension === variantDimension) &&
          (id === undefined || activity.resourceId === id) &&
          (input.IncludeNotScaledActivities === true || activity.notScaledReasons.length === 0),
      );
    const page = pageOf(found, input);
    return {
      ScalingActivities: page.items.map((activity) => ({
        ActivityId: activity.activityId,
        ServiceNamespace: 'sagemaker',
        ResourceId: activity.resourceId,
        ScalableDimension: variantDimension,
        Description: activity.description,
        Cause: activity.cause,
        StartTime: new Date(activity.startedMs),
        EndTime: activity.endedMs === null ? undefined : new Date(activity.endedMs),
        StatusCode: activity.status,
        StatusMessage: activity.statusMessage ?? undefined,
        NotScaledReasons:
          activity.notScaledReasons.length === 0
            ? undefined
            : activity.notScaledReasons.map(describeNotScaledReason),
      })),
      NextToken: page.nextToken,
    };
  },
});

function describeNotScaledReason(reason: NotScaledReason) {
  return {
    Code: reason.code,
    MaxCapacity: reason.maxCapacity,
    MinCapacity: reason.minCapacity,
    CurrentCapacity: reason.currentCapacity,
  };
}
