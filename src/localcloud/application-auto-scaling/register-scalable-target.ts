import { z } from 'zod';
import { registerTarget } from '../../scaling/engine/edit-targets.ts';
import type { ScalableTarget, SuspendedState } from '../../scaling/engine/state.ts';
import { checkCapacityRange, checkScalableInstanceType } from '../../scaling/policies/check-target.ts';
import { booleanField, integerField, textField } from '../service/fields.ts';
import { operation, ServiceError, validationError } from '../service/operation.ts';
import { tagMapField } from '../service/tags.ts';
import { type ApplicationAutoScalingDeps, targetId, variantOf } from './deps.ts';
import { checkTags } from './tags.ts';

const input = z.object({
  ...targetId,
  MinCapacity: integerField().optional(),
  MaxCapacity: integerField().optional(),
  RoleARN: textField({ min: 1, max: 1_600 }).optional(),
  SuspendedState: z
    .object({
      DynamicScalingInSuspended: booleanField.optional(),
      DynamicScalingOutSuspended: booleanField.optional(),
      ScheduledScalingSuspended: booleanField.optional(),
    })
    .optional(),
  Tags: tagMapField.optional(),
});

/**
 * Registers or changes; what is not given stays as it was. A capacity outside of the range is brought inside at once.
 * https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
 */
export const registerScalableTarget = operation({
  name: 'RegisterScalableTarget',
  input,
  handle(request, { scaling, variants }: ApplicationAutoScalingDeps) {
    const variant = variantOf(request);
    const resourceId = request.ResourceId;
    const before = scaling.state().targets[resourceId];
    if (before && request.Tags && Object.keys(request.Tags).length > 0)
      throw validationError(
        'Tags can only be specified when a scalable target is first registered: use TagResource.',
      );
    checkTags(request.Tags ?? {});
    const { minCapacity, maxCapacity } = capacityRange(request, before);
    const found = variants.describe(variant.endpointName, variant.variantName);
    if (!found) throw validationError(`SageMaker variant doesn't exist: ${resourceId}`);
    const problem = checkScalableInstanceType(found.instanceType);
    if (problem) throw new ServiceError(problem.code, `${problem.problem}: ${resourceId}`);
    const registration = {
      resourceId,
      minCapacity,
      maxCapacity,
      suspended: suspendedState(request.SuspendedState, before?.suspended),
      tags: request.Tags ?? {},
    };
    scaling.apply((state, nowMs) => registerTarget(state, registration, scaling.observe(variant), nowMs));
    return { ScalableTargetARN: scaling.state().targets[resourceId]?.arn };
  },
});

type Request = z.infer<typeof input>;

function capacityRange(
  request: Request,
  before: ScalableTarget | undefined,
): { minCapacity: number; maxCapacity: number } {
  const minCapacity = request.MinCapacity ?? before?.minCapacity;
  const maxCapacity = request.MaxCapacity ?? before?.maxCapacity;
  if (minCapacity === undefined || maxCapacity === undefined)
    throw validationError(
      'MinCapacity and MaxCapacity must be specified when a scalable target is first registered.',
    );
  const problem = checkCapacityRange(minCapacity, maxCapacity);
  if (problem) throw new ServiceError(problem.code, problem.problem);
  return { minCapacity, maxCapacity };
}

function suspendedState(
  given: Request['SuspendedState'],
  before: SuspendedState | undefined,
): SuspendedState {
  return {
    scaleIn: given?.DynamicScalingInSuspended ?? before?.scaleIn ?? false,
    scaleOut: given?.DynamicScalingOutSuspended ?? before?.scaleOut ?? false,
    scheduled: given?.ScheduledScalingSuspended ?? before?.scheduled ?? false,
  };
}
