import { z } from 'zod';
import { deleteScheduledAction as remove } from '../../scaling/engine/edit-scheduled-actions.ts';
import { operation } from '../service/operation.ts';
import {
  type ApplicationAutoScalingDeps,
  describeTargetId,
  objectNotFound,
  scheduledActionNameField,
  targetId,
  variantOf,
} from './deps.ts';

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeleteScheduledAction.html */
export const deleteScheduledAction = operation({
  name: 'DeleteScheduledAction',
  input: z.object({ ScheduledActionName: scheduledActionNameField, ...targetId }),
  handle(input, { scaling }: ApplicationAutoScalingDeps) {
    variantOf(input);
    const { ResourceId: resourceId, ScheduledActionName: name } = input;
    if (!scaling.state().targets[resourceId]?.scheduledActions[name])
      throw objectNotFound(
        `No scheduled action found for ${describeTargetId(input)}, scheduled action name: ${name}`,
      );
    scaling.apply((state) => remove(state, resourceId, name));
    return {};
  },
});
