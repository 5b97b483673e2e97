/** The scalable target of a simulation with all that was asked of it, by the edits that the stand-in's callers make. */
import { type MlbenchError, userError } from '../../core/errors.ts';
import { alarmArn } from '../alarms/alarm.ts';
import { putAlarm } from '../engine/edit-alarms.ts';
import { putScheduledAction } from '../engine/edit-scheduled-actions.ts';
import { putPolicy, registerTarget } from '../engine/edit-targets.ts';
import { createScalingState, type ScalingState } from '../engine/state.ts';
import { checkScheduledAction } from '../policies/check-scheduled-action.ts';
import { checkCapacityRange } from '../policies/check-target.ts';
import { checkBeside, checkPolicy } from '../policies/kinds/check-policy.ts';
import { type PolicyAlarm, policyAlarms } from '../policies/kinds/policy-alarms.ts';
import type { PolicyProblem } from '../policies/problem.ts';
import type { NamedPolicy, SimulatedAutoscaling } from './spec.ts';

const variantId = { endpointName: 'simulated', variantName: 'AllTraffic' };
export const simulatedResourceId = `endpoint/${variantId.endpointName}/variant/${variantId.variantName}`;
const noneSuspended = { scaleIn: false, scaleOut: false, scheduled: false };

/** @throws MlbenchError `bad-policy`: AWS's name for what is wrong and its sentence (exit code 2) */
export function registerSimulated(
  autoscaling: SimulatedAutoscaling,
  instances: number,
  time: { startMs: number; metricDelayMs: number },
): ScalingState {
  const { minCapacity, maxCapacity, policies, scheduledActions = [] } = autoscaling;
  const range = checkCapacityRange(minCapacity, maxCapacity);
  if (range) throw refused(`capacity ${minCapacity} to ${maxCapacity}`, range);
  const settings = {
    region: 'us-east-1',
    accountId: '000000000000',
    seed: 'simulate',
    metricDelayMs: time.metricDelayMs,
    maxScaleInStep: null,
    maxActivities: 100,
  };
  const registration = {
    resourceId: simulatedResourceId,
    minCapacity,
    maxCapacity,
    suspended: autoscaling.suspended ?? noneSuspended,
    tags: {},
  };
  const capacity = { endpointStatus: 'InService', current: instances, desired: instances };
  let { state } = registerTarget(
    createScalingState(settings, time.startMs),
    registration,
    capacity,
    time.startMs,
  );
  for (const policy of policies) state = withPolicy(state, policy, time.startMs);
  for (const action of scheduledActions) {
    const checked = checkScheduledAction(action, undefined);
    if ('problem' in checked) throw refused(`scheduled action ${action.ScheduledActionName}`, checked);
    ({ state } = putScheduledAction(
      state,
      simulatedResourceId,
      action.ScheduledActionName,
      checked.action,
      time.startMs,
    ));
  }
  return state;
}

function withPolicy(before: ScalingState, policy: NamedPolicy, nowMs: number): ScalingState {
  const what = `policy ${policy.PolicyName}`;
  const checked = checkPolicy(policy, variantId);
  if ('problem' in checked) throw refused(what, checked);
  const others = Object.values(before.targets[simulatedResourceId]?.policies ?? {});
  const problem = checkBeside(checked.policy, others);
  if (problem) throw refused(what, problem);
  const alarms = policyAlarms(policy, variantId, policy.PolicyName);
  if ('problem' in alarms) throw refused(what, alarms);
  let { state } = putPolicy(before, simulatedResourceId, policy.PolicyName, checked.policy, nowMs);
  const made = state.targets[simulatedResourceId]?.policies[policy.PolicyName];
  for (const { request, checked: alarm } of alarms.alarms) {
    if (state.alarms[request.AlarmName])
      throw userError(
        'same-alarm-name',
        `two alarms are called ${request.AlarmName}`,
        'give each its own name',
      );
    ({ state } = putAlarm(state, definitionOf(request, alarm, made?.policyArn ?? '', state), nowMs));
  }
  return state;
}

function definitionOf(
  { AlarmName: alarmName, AlarmDescription: description }: PolicyAlarm['request'],
  alarm: PolicyAlarm['checked'],
  policyArn: string,
  { settings: { region, accountId } }: ScalingState,
) {
  return {
    ...alarm,
    alarmName,
    alarmArn: alarmArn(region, accountId, alarmName),
    description,
    actionsEnabled: true,
    okActions: [],
    alarmActions: [policyArn],
    insufficientDataActions: [],
    evaluateLowSampleCountPercentile: undefined,
  };
}

function refused(what: string, { code, problem, remedy }: PolicyProblem): MlbenchError {
  return userError('bad-policy', `${what}: ${code}: ${problem}`, remedy);
}
