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
  scheduledActionNameField,
  serviceNamespaceField,
} from './deps.ts';

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScheduledActions.html */
export const describeScheduledActions = operation({
  name: 'DescribeScheduledActions',
  input: z.object({
    ScheduledActionNames: listField(scheduledActionNameField, { max: 50 }).optional(),
    ServiceNamespace: serviceNamespaceField,
    ResourceId: resourceIdField.optional(),
    ScalableDimension: scalableDimensionField.optional(),
    ...pageInput,
  }),
  handle(input, { scaling }: ApplicationAutoScalingDeps) {
    const { ScheduledActionNames: names, ResourceId: id, ScalableDimension: dimension } = input;
    checkDimensionFilter(dimension, id !== undefined, 'ResourceId');
    const found = Object.values(scaling.state().targets)
      .flatMap((target) => Object.values(target.scheduledActions))
      .filter(
        (action) =>
          input.ServiceNamespace === 'sagemaker' &&
          (dimension === undefined || dimension === variantDimension) &&
          (id === undefined || action.resourceId === id) &&
          (!names?.length || names.includes(action.name)),
      );
    const page = pageOf(found, input);
    return {
      ScheduledActions: page.items.map((action) => ({
        ScheduledActionName: action.name,
        ScheduledActionARN: action.arn,
        ServiceNamespace: 'sagemaker',
        Schedule: action.schedule,
        Timezone: action.timeZone ?? undefined,
        ResourceId: action.resourceId,
        ScalableDimension: variantDimension,
        StartTime: dateOf(action.startMs),
        EndTime: dateOf(action.endMs),
        ScalableTargetAction: {
          MinCapacity: action.minCapacity ?? undefined,
          MaxCapacity: action.maxCapacity ?? undefined,
        },
        CreationTime: new Date(action.createdMs),
      })),
      NextToken: page.nextToken,
    };
  },
});

function dateOf(ms: number | null): Date | undefined {
  return ms === null ? undefined : new Date(ms);
}
