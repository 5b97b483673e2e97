import { deregisterTarget } from '../../scaling/engine/edit-targets.ts';
import { targetedService } from '../protocols/targeted-service.ts';
import type { TargetedService } from '../service/operation.ts';
import type { EndpointListener } from '../service/ports.ts';
import { deleteScalingPolicy } from './delete-scaling-policy.ts';
import { deleteScheduledAction } from './delete-scheduled-action.ts';
import type { ApplicationAutoScalingDeps } from './deps.ts';
import { deregisterScalableTarget } from './deregister-scalable-target.ts';
import { describeScalableTargets } from './describe-scalable-targets.ts';
import { describeScalingActivities } from './describe-scaling-activities.ts';
import { describeScalingPolicies } from './describe-scaling-policies.ts';
import { describeScheduledActions } from './describe-scheduled-actions.ts';
import { putScalingPolicy } from './put-scaling-policy.ts';
import { putScheduledAction } from './put-scheduled-action.ts';
import { registerScalableTarget } from './register-scalable-target.ts';
import { tagOperations } from './tags.ts';

/** Application Auto Scaling, as far as the instance counts of SageMaker variants need it. */
export function createApplicationAutoScaling(
  deps: ApplicationAutoScalingDeps,
): TargetedService & EndpointListener {
  const service = targetedService(
    {
      signingName: 'application-autoscaling',
      targetPrefix: 'AnyScaleFrontendService',
      invalidInputCode: 'ValidationException',
    },
    [
      registerScalableTarget,
      describeScalableTargets,
      deregisterScalableTarget,
      putScalingPolicy,
      describeScalingPolicies,
      deleteScalingPolicy,
      putScheduledAction,
      describeScheduledActions,
      deleteScheduledAction,
      describeScalingActivities,
      ...tagOperations,
    ],
    deps,
  );
  return {
    ...service,
    /** SageMaker deregisters the targets of an endpoint that it deletes. */
    endpointDeleted(endpointName) {
      const { scaling } = deps;
      for (const { resourceId, variant } of Object.values(scaling.state().targets)) {
        if (variant.endpointName === endpointName)
          scaling.apply((state, nowMs) => deregisterTarget(state, resourceId, nowMs));
      }
    },
  };
}
