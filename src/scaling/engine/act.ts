import { type Alarm, actionsNow } from '../alarms/alarm.ts';
import { listensTo } from '../policies/kinds/alarms-heard.ts';
import { demandsOf } from '../policies/kinds/policy-kinds.ts';
import {
  type ActivityDirection,
  alarmCause,
  changeActivity,
  type NotScaledReason,
  notScaledActivity,
} from './activity.ts';
import { type Decision, decideCapacity } from './decide-capacity.ts';
import { type Draft, newId, updateTarget, writeActivity } from './draft.ts';
import type { ScalableTarget } from './state.ts';

/** AWS: alarms with Auto Scaling actions "invoke the action every minute" while they stay in the state. */
const actAgainMs = 60_000;

/** Runs the actions of those of the named alarms that are due, then decides once for each target they concern. */
export function actOnAlarms(draft: Draft, names: readonly string[], nowMs: number): void {
  const acting = new Set(names.filter((name) => isDue(draft.alarms[name], nowMs)));
  for (const name of acting) runActions(draft, name, nowMs);
  if (acting.size === 0) return;
  const alarms = [...acting].flatMap((name) => draft.alarms[name] ?? []);
  for (const target of Object.values(draft.targets)) {
    const concerned = Object.values(target.policies).some((policy) =>
      alarms.some((alarm) => listensTo(policy, alarm)),
    );
    if (concerned) scale(draft, target, acting, nowMs);
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
  if (alarm.lastActedMs === null) return actionsNow(alarm).length > 0;
  return alarm.state === 'ALARM' && nowMs - alarm.lastActedMs >= actAgainMs;
}

function runActions(draft: Draft, name: string, nowMs: number): void {
  const alarm = draft.alarms[name];
  if (!alarm) return;
  if (alarm.lastActedMs === null) {
    const policies = Object.values(draft.targets).flatMap((target) => Object.values(target.policies));
    for (const actionArn of actionsNow(alarm)) {
      const owner = policies.find((policy) => policy.policyArn === actionArn);
      const heard = owner !== undefined && listensTo(owner, alarm);
      const failure = heard ? null : 'There is no such action target in this cloud.';
      draft.events.push({ type: 'alarm-action', atMs: nowMs, alarmName: name, actionArn, failure });
    }
  }
  draft.alarms[name] = { ...alarm, lastActedMs: nowMs };
}

function scale(draft: Draft, target: ScalableTarget, acting: ReadonlySet<string>, nowMs: number): void {
  if (target.capacity === null) return;
  const policies = Object.values(target.policies);
  const decision: Decision = decideCapacity(
    {
      current: target.capacity.current,
      minCapacity: target.minCapacity,
      maxCapacity: target.maxCapacity,
      cooldowns: target.cooldowns,
      suspended: target.suspended,
      maxScaleInStep: draft.before.settings.maxScaleInStep,
      demands: (capacity) => demandsOf(policies, { alarms: draft.alarms, acting, capacity }),
    },
    nowMs,
  );
  if (decision.kind === 'none') return;
  const state = draft.alarms[decision.alarmName]?.state ?? 'ALARM';
  const cause = alarmCause(decision.alarmName, state, decision.policyName);
  if (decision.kind === 'not-scaled') noteNotScaled(draft, target, decision.reason, cause, nowMs);
  else if (isScalable(target)) askForCapacity(draft, target, { ...decision, cause }, nowMs);
  else noteNotScaled(draft, target, { code: 'TargetServicePutResourceAsUnscalable' }, cause, nowMs);
}

/** The alarm acts every minute; the same reason is written down once until something else happens. */
export function noteNotScaled(
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
