import { type Alarm, isBreaching } from '../alarms/alarm.ts';
import { aggregate, findStep, type StepScalingPolicy } from '../policies/step-scaling.ts';
import type { TargetTrackingPolicy } from '../policies/target-tracking.ts';
import {
  type ActivityDirection,
  alarmCause,
  changeActivity,
  type NotScaledReason,
  notScaledActivity,
} from './activity.ts';
import {
  type AlarmDemand,
  type Decision,
  decideCapacity,
  type PolicyDemand,
  type StepDemand,
} from './decide-capacity.ts';
import { type Draft, newId, updateTarget, writeActivity } from './draft.ts';
import type { ScalableTarget, ScalingPolicy } from './state.ts';

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

/** Target tracking answers to its own alarms alone, step scaling to every alarm that names it; nobody else is here. */
function listensTo(policy: ScalingPolicy, alarm: Alarm): boolean {
  return policy.type === 'StepScaling'
    ? actionsFor(alarm).includes(policy.policyArn)
    : [policy.highAlarmName, policy.lowAlarmName].includes(alarm.definition.alarmName);
}

function runActions(draft: Draft, name: string, nowMs: number): void {
  const alarm = draft.alarms[name];
  if (!alarm) return;
  if (alarm.lastActedMs === null) {
    const policies = Object.values(draft.targets).flatMap((target) => Object.values(target.policies));
    for (const actionArn of actionsFor(alarm)) {
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
      policies: policies.flatMap((policy) =>
        policy.type === 'TargetTrackingScaling' ? [demandOf(draft, policy)] : [],
      ),
      steps: policies.flatMap((policy) =>
        policy.type === 'StepScaling' ? stepDemandsOf(draft, policy, acting) : [],
      ),
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

/**
 * One demand for each alarm that stands in ALARM and names the policy, whether or not it is the one acting now: at once
 * means all that are wanted. Actions of OK and INSUFFICIENT_DATA run only as the state is entered.
 */
function stepDemandsOf(draft: Draft, policy: StepScalingPolicy, acting: ReadonlySet<string>): StepDemand[] {
  const { policyName, adjustmentType, minAdjustmentMagnitude, cooldownMs, aggregation, steps } = policy;
  return Object.values(draft.alarms).flatMap((alarm) => {
    const { alarmName, actionsEnabled, comparison, threshold } = alarm.definition;
    const standing = actionsEnabled && (alarm.state === 'ALARM' || acting.has(alarmName));
    if (!standing || !listensTo(policy, alarm)) return [];
    const values = decisiveValues(alarm);
    if (values.length === 0) return [];
    const step = findStep(steps, aggregate(values, aggregation) - threshold, comparison);
    if (!step) return [];
    const { adjustment } = step;
    return [{ policyName, alarmName, adjustmentType, minAdjustmentMagnitude, cooldownMs, adjustment }];
  });
}

/**
 * The datapoints that a step policy aggregates: those of the alarm's evaluation that breach, all of them if none does.
 * AWS says "aggregated" and not over what: inferred. With M out of N the others would hide the breach.
 */
function decisiveValues({ evaluated, definition }: Alarm): number[] {
  const values = evaluated.map((point) => point.value);
  const breaching = values.filter((value) => isBreaching(definition.comparison, value, definition.threshold));
  return breaching.length > 0 ? breaching : values;
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
