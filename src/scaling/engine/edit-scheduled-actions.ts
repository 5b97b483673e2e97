/** What callers change about scheduled actions. Each gives a step: the new state and what happened. */

import type { CheckedScheduledAction } from '../policies/check-scheduled-action.ts';
import { byName } from './by-name.ts';
import { finish, newId, openDraft, updateTarget } from './draft.ts';
import { nextTime } from './scheduled-actions.ts';
import type { ScalingState, Step } from './state.ts';

/** Makes the action, or changes it. Its first time is after `nowMs`. */
export function putScheduledAction(
  state: ScalingState,
  resourceId: string,
  name: string,
  checked: CheckedScheduledAction,
  nowMs: number,
): Step {
  const draft = openDraft(state);
  const target = draft.targets[resourceId];
  if (!target) return finish(draft);
  const { region, accountId } = state.settings;
  const before = target.scheduledActions[name];
  const action = {
    ...checked,
    name,
    resourceId,
    arn:
      before?.arn ??
      `arn:aws:autoscaling:${region}:${accountId}:scheduledAction:${newId(draft)}:resource/sagemaker/${resourceId}:scheduledActionName/${name}`,
    createdMs: before?.createdMs ?? nowMs,
  };
  updateTarget(draft, resourceId, {
    scheduledActions: byName(target.scheduledActions, {
      [name]: { ...action, nextMs: nextTime(action, nowMs) },
    }),
  });
  return finish(draft);
}

export function deleteScheduledAction(state: ScalingState, resourceId: string, name: string): Step {
  const draft = openDraft(state);
  const target = draft.targets[resourceId];
  if (!target) return finish(draft);
  const { [name]: _removed, ...scheduledActions } = target.scheduledActions;
  updateTarget(draft, resourceId, { scheduledActions: byName(scheduledActions) });
  return finish(draft);
}
