import { z } from 'zod';
import { putScheduledAction as put } from '../../scaling/engine/edit-scheduled-actions.ts';
import { checkScheduledAction } from '../../scaling/policies/check-scheduled-action.ts';
import { integerField, textField, timestampField } from '../service/fields.ts';
import { operation, ServiceError } from '../service/operation.ts';
import {
  type ApplicationAutoScalingDeps,
  registeredTarget,
  scheduledActionNameField,
  targetId,
} from './deps.ts';

/** AWS: "Scheduled actions per scalable target". */
const maxScheduledActions = 200;

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScheduledAction.html */
export const putScheduledAction = operation({
  name: 'PutScheduledAction',
  input: z.object({
    ...targetId,
    ScheduledActionName: scheduledActionNameField,
    Schedule: textField({ min: 1, max: 1_600 }).optional(),
    Timezone: textField({ min: 1, max: 1_600 }).optional(),
    StartTime: timestampField.optional(),
    EndTime: timestampField.optional(),
    ScalableTargetAction: z
      .object({ MinCapacity: integerField().optional(), MaxCapacity: integerField().optional() })
      .optional(),
  }),
  handle(input, { scaling }: ApplicationAutoScalingDeps) {
    const { resourceId, scheduledActions } = registeredTarget(scaling, input, 'registered');
    const name = input.ScheduledActionName;
    const before = scheduledActions[name];
    const checked = checkScheduledAction(input, before);
    if ('problem' in checked) throw new ServiceError(checked.code, checked.problem);
    if (!before && Object.keys(scheduledActions).length >= maxScheduledActions)
      throw new ServiceError(
        'LimitExceededException',
        `The scalable target ${resourceId} has ${maxScheduledActions} scheduled actions, as many as it can have`,
      );
    scaling.apply((state, nowMs) => put(state, resourceId, name, checked.action, nowMs));
    return {};
  },
});
