/** What callers of Application Auto Scaling change. Each gives a step: the new state, what happened, what to ask for. */
import { askForCapacity, isScalable } from './act.ts';
import { abandonChange } from './change.ts';
import type { CheckedPolicy } from './check-policy.ts';
import { noCooldowns } from './cooldown.ts';
import { type Draft, finish, newId, openDraft, updateTarget } from './draft.ts';
import { removeAlarm, writeAlarm } from './edit-alarms.ts';
import { parseVariantId } from './predefined-metric.ts';
import type { ObservedCapacity, ScalableTarget, ScalingState, Step, SuspendedState } from './state.ts';
import { alarmPair, type TargetTrackingPolicy, targetTrackingAlarmName } from './target-tracking.ts';

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
  if (capacity && isScalable(target)) {
    const to = Math.max(minCapacity, Math.min(maxCapacity, capacity.current));
    const cause =
      to > capacity.current
        ? `minimum capacity was set to ${minCapacity}`
        : `maximum capacity was set to ${maxCapacity}`;
    if (to !== capacity.current)
      askForCapacity(
        draft,
        target,
        { to, direction: 'bounds', cooldownMs: 0, baseCapacity: to, cause },
        nowMs,
      );
  }
  return finish(draft);
}

/** Its policies go with it, and their alarms. */
export function deregisterTarget(state: ScalingState, resourceId: string, nowMs: number): Step {
  const draft = openDraft(state);
  const target = draft.targets[resourceId];
  if (!target) return finish(draft);
  abandonChange(draft, target, nowMs);
  for (const policy of Object.values(target.policies)) removeAlarmsOf(draft, policy, nowMs);
  delete draft.targets[resourceId];
  return finish(draft);
}

/** Makes the policy and its alarms, or changes both; alarms keep their names and states. */
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
  const lowAlarmName = checked.disableScaleIn
    ? null
    : (before?.lowAlarmName ?? targetTrackingAlarmName(resourceId, 'AlarmLow', newId(draft)));
  const policy: TargetTrackingPolicy = {
    ...checked,
    policyName,
    resourceId,
    policyArn: before?.policyArn ?? policyArn(draft, resourceId, policyName),
    createdMs: before?.createdMs ?? nowMs,
    highAlarmName: before?.highAlarmName ?? targetTrackingAlarmName(resourceId, 'AlarmHigh', newId(draft)),
    lowAlarmName,
  };
  if (before?.lowAlarmName && lowAlarmName === null) removeAlarm(draft, before.lowAlarmName, nowMs);
  const { region, accountId } = state.settings;
  for (const definition of alarmPair(policy, region, accountId)) writeAlarm(draft, definition, nowMs);
  updateTarget(draft, resourceId, { policies: { ...target.policies, [policyName]: policy } });
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
  removeAlarmsOf(draft, policy, nowMs);
  const { [policyName]: _removed, ...policies } = target.policies;
  updateTarget(draft, resourceId, { policies });
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
    policies: {},
    capacity: null,
    cooldowns: noCooldowns,
    openChange: null,
  };
}

function policyArn(draft: Draft, resourceId: string, policyName: string): string {
  const { region, accountId } = draft.before.settings;
  return `arn:aws:autoscaling:${region}:${accountId}:scalingPolicy:${newId(draft)}:resource/sagemaker/${resourceId}:policyName/${policyName}`;
}

function removeAlarmsOf(draft: Draft, policy: TargetTrackingPolicy, nowMs: number): void {
  removeAlarm(draft, policy.highAlarmName, nowMs);
  if (policy.lowAlarmName !== null) removeAlarm(draft, policy.lowAlarmName, nowMs);
}
