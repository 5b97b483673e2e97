import { z } from 'zod';
import { deregisterTarget } from '../../scaling/engine/edit-targets.ts';
import { operation } from '../service/operation.ts';
import { type ApplicationAutoScalingDeps, registeredTarget, targetId } from './deps.ts';

/**
 * Takes its policies and their alarms along; the instances stay as they are.
 * https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeregisterScalableTarget.html
 */
export const deregisterScalableTarget = operation({
  name: 'DeregisterScalableTarget',
  input: z.object(targetId),
  handle(input, { scaling }: ApplicationAutoScalingDeps) {
    const { resourceId } = registeredTarget(scaling, input, 'found');
    scaling.apply((state, nowMs) => deregisterTarget(state, resourceId, nowMs));
    return {};
  },
});
