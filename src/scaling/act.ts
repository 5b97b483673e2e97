import {
  type ActivityDirection,
  alarmCause,
  changeActivity,
  type NotScaledReason,
  notScaledActivity,
} from './activity.ts';
import type { Alarm } from './alarm.ts';
import { type AlarmDemand, type Decision, decideCapacity, type PolicyDemand } from './decide-capacity.ts';
import { type Draft, newId, updateTarget, writeActivity } from './draft.ts';
import type { ScalableTarget } from './state.ts';
import type { TargetTrackingPolicy } from './target-tracking.ts';

/** AWS: alarms with Auto Scaling actions "invoke the action every minute" while they stay in the state. */
const actAgainMs = 60_000;

/** Runs the actions of those of the named alarms that are due, then decides once for each target they concern. */
export function actOnAlarms(draft: Draft, names: readonly string[], nowMs: number): void {
  const acting = new Set(names.filter((name) => isDue(draft.alarms[name], nowMs)));
  for (const name of acting) runActions(draft, name, nowMs);
  for (const target of Object.values(draft.targets)) {
    const concerned = Object.values(target.policies).some(
      (policy) =>
        acting.has(policy.highAlarmName) || (policy.lowAlarmName !== null && acting.has(policy.lowAlarmName)),
    );
    if (concerned) scale(draft, target, nowMs);
  }
}

/** Asks SageMaker for another count; the caller made sure that no change is under way. */
export function askForCapacity(
  draft: Draft,
  target: ScalableTarget,
  change: {
    to: number;
    direction: ActivityDirection;
    cooldownMs: number;
    baseCapacity: number;
    cause: string;
  },
  nowMs: number,
): void {
  const { resourceId, variant } = target;
  const { to, direction, cooldownMs, baseCapacity } = change;
  const activityId = newId(draft);
  writeActivity(draft, changeActivity(activityId, resourceId, to, change.cause, nowMs), nowMs);
  updateTarget(draft, resourceId, { openChange: { activityId, direction, to, cooldownMs, baseCapacity } });
  draft.commands.push({
    type: 'set-desired-instance-count',
    atMs: nowMs,
    activityId,
    resourceId,
    ...variant,
    count: to,
  });
}

/** SageMaker takes a change only from an endpoint that is InService. */
export function isScalable(target: ScalableTarget): boolean {
  return target.openChange === null && target.capacity?.endpointStatus === 'InService';
}

function isDue(alarm: Alarm | undefined, nowMs: number): boolean {
  if (!alarm?.definition.actionsEnabled) return false;
  if (alarm.lastActedMs === null) return actionsFor(alarm).length > 0;
  return alarm.state === 'ALARM' && nowMs - alarm.lastActedMs >= actAgainMs;
}

function actionsFor(alarm: Alarm): readonly string[] {
  switch (alarm.state) {
    case 'ALARM':
      return alarm.definition.alarmActions;
    case 'OK':
      return alarm.definition.okActions;
    case 'INSUFFICIENT_DATA':
      return alarm.definition.insufficientDataActions;
  }
}

/** Policies of target tracking answer to their own alarms alone; nobody listens to any other action here. */
function runActions(draft: Draft, name: string, nowMs: number): void {
  const alarm = draft.alarms[name];
  if (!alarm) return;
  if (alarm.lastActedMs === null) {
    const policies = Object.values(draft.targets).flatMap((target) => Object.values(target.policies));
    for (const actionArn of actionsFor(alarm)) {
      const owner = policies.find((policy) => policy.policyArn === actionArn);
      const heard = owner?.highAlarmName === name || owner?.lowAlarmName === name;
      const failure = heard ? null : 'There is no such action target in this cloud.';
      draft.events.push({ type: 'alarm-action', atMs: nowMs, alarmName: name, actionArn, failure });
    }
  }
  draft.alarms[name] = { ...alarm, lastActedMs: nowMs };
}

function scale(draft: Draft, target: ScalableTarget, nowMs: number): void {
  if (target.capacity === null) return;
  const decision: Decision = decideCapacity(
    {
      current: target.capacity.current,
      minCapacity: target.minCapacity,
      maxCapacity: target.maxCapacity,
      cooldowns: target.cooldowns,
      suspended: target.suspended,
      maxScaleInStep: draft.before.settings.maxScaleInStep,
      policies: Object.values(target.policies).map((policy) => demandOf(draft, policy)),
    },
    nowMs,
  );
  if (decision.kind === 'none') return;
  const cause = alarmCause(decision.alarmName, decision.policyName);
  if (decision.kind === 'not-scaled') noteNotScaled(draft, target, decision.reason, cause, nowMs);
  else if (isScalable(target)) askForCapacity(draft, target, { ...decision, cause }, nowMs);
  else noteNotScaled(draft, target, { code: 'TargetServicePutResourceAsUnscalable' }, cause, nowMs);
}

function demandOf(draft: Draft, policy: TargetTrackingPolicy): PolicyDemand {
  const alarm = (name: string): AlarmDemand => ({
    alarmName: name,
    inAlarm: draft.alarms[name]?.state === 'ALARM',
    metric: draft.alarms[name]?.evaluated[0]?.value ?? null,
  });
  const { policyName, targetValue, scaleOutCooldownMs, scaleInCooldownMs, disableScaleIn } = policy;
  return {
    policyName,
    targetValue,
    scaleOutCooldownMs,
    scaleInCooldownMs,
    disableScaleIn,
    high: alarm(policy.highAlarmName),
    low: policy.lowAlarmName === null ? null : alarm(policy.lowAlarmName),
  };
}

/** The alarm acts every minute; the same reason is written down once until something else happens. */
function noteNotScaled(
  draft: Draft,
  target: ScalableTarget,
  reason: NotScaledReason,
  cause: string,
  nowMs: number,
): void {
  const newest = draft.activities.find((activity) => activity.resourceId === target.resourceId);
  if (newest?.cause === cause && newest.notScaledReasons[0]?.code === reason.code) return;
  writeActivity(draft, notScaledActivity(newId(draft), target.resourceId, reason, cause, nowMs), nowMs);
}
