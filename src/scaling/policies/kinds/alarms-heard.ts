/** Which alarms a policy answers to. */
import { type Alarm, type AlarmDefinition, actionsNow, actionsOf } from '../../alarms/alarm.ts';
import { kindOf, type ScalingPolicy } from './policy-kinds.ts';

/** A policy that makes its alarms answers to those alone, any other to every alarm that names it. */
export function listensTo(policy: ScalingPolicy, alarm: Alarm): boolean {
  const { alarms } = kindOf(policy);
  return alarms.by === 'policy'
    ? alarms.names(policy).includes(alarm.definition.alarmName)
    : actionsNow(alarm).includes(policy.policyArn);
}

/** Those that there are: a caller may have deleted a policy's own. */
export function alarmsHeard(policy: ScalingPolicy, among: Readonly<Record<string, Alarm>>): Alarm[] {
  const { alarms } = kindOf(policy);
  if (alarms.by === 'policy') return alarms.names(policy).flatMap((name) => among[name] ?? []);
  return Object.values(among).filter(({ definition }) => actionsOf(definition).includes(policy.policyArn));
}

/** Names of the alarms that a policy makes, and that go with it. */
export function ownAlarmNames(policy: ScalingPolicy): readonly string[] {
  const { alarms } = kindOf(policy);
  return alarms.by === 'policy' ? alarms.names(policy) : [];
}

export function ownAlarms(
  policy: ScalingPolicy,
  place: { region: string; accountId: string },
): readonly AlarmDefinition[] {
  const { alarms } = kindOf(policy);
  return alarms.by === 'policy' ? alarms.definitions(policy, place) : [];
}
