import { z } from 'zod';
import { deletePolicy } from '../../scaling/engine/edit-targets.ts';
import { operation } from '../service/operation.ts';
import {
  type ApplicationAutoScalingDeps,
  describeTargetId,
  objectNotFound,
  policyNameField,
  targetId,
  variantOf,
} from './deps.ts';

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeleteScalingPolicy.html */
export const deleteScalingPolicy = operation({
  name: 'DeleteScalingPolicy',
  input: z.object({ PolicyName: policyNameField, ...targetId }),
  handle(input, { scaling }: ApplicationAutoScalingDeps) {
    variantOf(input);
    const policy = scaling.state().targets[input.ResourceId]?.policies[input.PolicyName];
    if (!policy)
      throw objectNotFound(
        `No scaling policy found for ${describeTargetId(input)}, policy name: ${input.PolicyName}`,
      );
    scaling.apply((state, nowMs) => deletePolicy(state, input.ResourceId, input.PolicyName, nowMs));
    return {};
  },
});
