/**
 * What callers of Application Auto Scaling change. Each gives a step: the new state, what happened, what to ask for.
 */

import { actionsOf } from '../alarms/alarm.ts';
import { noCooldowns } from '../policies/cooldown.ts';
import { ownAlarmNames, ownAlarms } from '../policies/kinds/alarms-heard.ts';
import { type CheckedPolicy, kindOf, type ScalingPolicy } from '../policies/kinds/policy-kinds.ts';
import { parseVariantId } from '../policies/predefined-metric.ts';
import { isScalable } from './act.ts';
import { byName } from './by-name.ts';
import { abandonChange } from './change.ts';
import { type Draft, finish, newId, openDraft, updateTarget } from './draft.ts';
import { removeAlarm, writeAlarm } from './edit-alarms.ts';
import { bringInside } from './scheduled-actions.ts';
import type { ObservedCapacity, ScalableTarget, ScalingState, Step, SuspendedState } from './state.ts';

export interface Registration {
  resourceId: string;
  minCapacity: number;
  maxCapacity: number;
  suspended: SuspendedState;
  /** Added to those that a registered target has. */
  tags: Readonly<Record<string, string>>;
}

/**
 * Registers a target or changes one. A capacity outside of [min, max] is brought inside at once, if the endpoint is
 * InService ("If the specified resource is not active, this operation does not change its capacity").
 */
export function registerTarget(
  state: ScalingState,
  registration: Registration,
  capacity: ObservedCapacity | null,
  nowMs: number,
): Step {
  const draft = openDraft(state);
  const { resourceId, minCapacity, maxCapacity } = registration;
  const target: ScalableTarget = {
    ...(draft.targets[resourceId] ?? newTarget(draft, resourceId, nowMs)),
    minCapacity,
    maxCapacity,
    suspended: registration.suspended,
    capacity,
  };
  draft.targets[resourceId] = { ...target, tags: { ...target.tags, ...registration.tags } };
  if (capacity && isScalable(target)) bringInside(draft, target, nowMs);
  return finish(draft);
}

/** Its policies and scheduled actions go with it, and the policies' alarms. */
export function deregisterTarget(state: ScalingState, resourceId: string, nowMs: number): Step {
  const draft = openDraft(state);
  const target = draft.targets[resourceId];
  if (!target) return finish(draft);
  abandonChange(draft, target, nowMs);
  for (const policy of Object.values(target.policies)) detachAlarms(draft, policy, nowMs);
  delete draft.targets[resourceId];
  return finish(draft);
}

/** Makes the policy, or changes it. The alarms that a policy makes itself keep their names and states. */
export function putPolicy(
  state: ScalingState,
  resourceId: string,
  policyName: string,
  checked: CheckedPolicy,
  nowMs: number,
): Step {
  const draft = openDraft(state);
  const target = draft.targets[resourceId];
  if (!target) return finish(draft);
  const before = target.policies[policyName];
  const identity = {
    policyName,
    resourceId,
    policyArn: before?.policyArn ?? policyArn(draft, resourceId, policyName),
    createdMs: before?.createdMs ?? nowMs,
  };
  const same = before?.type === checked.type ? before : undefined;
  const policy = kindOf(checked).make(checked, identity, same, () => newId(draft));
  const names = ownAlarmNames(policy);
  for (const name of before ? ownAlarmNames(before) : [])
    if (!names.includes(name)) removeAlarm(draft, name, nowMs);
  for (const definition of ownAlarms(policy, state.settings)) writeAlarm(draft, definition, nowMs);
  updateTarget(draft, resourceId, { policies: byName(target.policies, { [policyName]: policy }) });
  return finish(draft);
}

export function deletePolicy(
  state: ScalingState,
  resourceId: string,
  policyName: string,
  nowMs: number,
): Step {
  const draft = openDraft(state);
  const target = draft.targets[resourceId];
  const policy = target?.policies[policyName];
  if (!target || !policy) return finish(draft);
  detachAlarms(draft, policy, nowMs);
  const { [policyName]: _removed, ...policies } = target.policies;
  updateTarget(draft, resourceId, { policies: byName(policies) });
  return finish(draft);
}

export function setTargetTags(
  state: ScalingState,
  resourceId: string,
  tags: Readonly<Record<string, string>>,
): Step {
  const draft = openDraft(state);
  updateTarget(draft, resourceId, { tags });
  return finish(draft);
}

function newTarget(draft: Draft, resourceId: string, nowMs: number): ScalableTarget {
  const { region, accountId } = draft.before.settings;
  const variant = parseVariantId(resourceId);
  if (!variant) throw new Error(`not a variant's resource id: ${resourceId}`);
  const id = newId(draft).replaceAll('-', '');
  return {
    resourceId,
    variant,
    arn: `arn:aws:application-autoscaling:${region}:${accountId}:scalable-target/${id}`,
    roleArn: `arn:aws:iam::${accountId}:role/aws-service-role/sagemaker.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint`,
    minCapacity: 1,
    maxCapacity: 1,
    suspended: { scaleIn: false, scaleOut: false, scheduled: false },
    tags: {},
    createdMs: nowMs,
    policies: byName(),
    scheduledActions: byName(),
    rangeDue: false,
    capacity: null,
    cooldowns: noCooldowns,
    openChange: null,
  };
}

function policyArn(draft: Draft, resourceId: string, policyName: string): string {
  const { region, accountId } = draft.before.settings;
  return `arn:aws:autoscaling:${region}:${accountId}:scalingPolicy:${newId(draft)}:resource/sagemaker/${resourceId}:policyName/${policyName}`;
}

/**
 * A policy's own alarms go with it. Those of a caller stay and lose the action ("deletes the underlying alarm action,
 * but does not delete the CloudWatch alarm", DeleteScalingPolicy).
 */
function detachAlarms(draft: Draft, policy: ScalingPolicy, nowMs: number): void {
  for (const name of ownAlarmNames(policy)) removeAlarm(draft, name, nowMs);
  for (const { definition } of Object.values(draft.alarms)) {
    if (!actionsOf(definition).includes(policy.policyArn)) continue;
    const without = (actions: readonly string[]) => actions.filter((arn) => arn !== policy.policyArn);
    const left = {
      okActions: without(definition.okActions),
      alarmActions: without(definition.alarmActions),
      insufficientDataActions: without(definition.insufficientDataActions),
    };
    writeAlarm(draft, { ...definition, ...left }, nowMs);
  }
}
