/**
 * What callers of CloudWatch change about alarms. Each gives a step, as `step` does: the new state and what happened.
 */

import type { AlarmStateValue } from '../../record/schemas/timeline.ts';
import type { Alarm, AlarmDefinition } from '../alarms/alarm.ts';
import { initialReason } from '../alarms/alarm-reason.ts';
import { metricKey } from '../alarms/metric.ts';
import { actOnAlarms } from './act.ts';
import { type Draft, finish, openDraft } from './draft.ts';
import type { ScalingState, Step } from './state.ts';

/**
 * A new alarm is born INSUFFICIENT_DATA; a changed one keeps its state until it is next evaluated.
 * @param tags of a new alarm; those of one that exists stay ("Tags … are ignored", PutMetricAlarm)
 */
export function putAlarm(
  state: ScalingState,
  definition: AlarmDefinition,
  nowMs: number,
  tags: Readonly<Record<string, string>> = {},
): Step {
  const draft = openDraft(state);
  const { alarmName } = definition;
  const isNew = draft.alarms[alarmName] === undefined;
  writeAlarm(draft, definition, nowMs);
  if (isNew) draft.alarms[alarmName] = { ...draft.alarms[alarmName]!, tags };
  return finish(draft);
}

export function setAlarmTags(
  state: ScalingState,
  name: string,
  tags: Readonly<Record<string, string>>,
): Step {
  const draft = openDraft(state);
  const alarm = draft.alarms[name];
  if (alarm) draft.alarms[name] = { ...alarm, tags };
  return finish(draft);
}

/** Names that do not exist are passed over. */
export function deleteAlarms(state: ScalingState, names: readonly string[], nowMs: number): Step {
  const draft = openDraft(state);
  for (const name of names) removeAlarm(draft, name, nowMs);
  return finish(draft);
}

/** The state holds until the next evaluation; its actions run at once, as they would by themselves. */
export function setAlarmState(
  state: ScalingState,
  name: string,
  given: { state: AlarmStateValue; reason: string; reasonData: string | null },
  nowMs: number,
): Step {
  const draft = openDraft(state);
  const alarm = draft.alarms[name];
  if (!alarm) return finish(draft);
  const changed = alarm.state !== given.state;
  draft.alarms[name] = {
    ...alarm,
    ...given,
    stateUpdatedMs: nowMs,
    lastActedMs: changed ? null : alarm.lastActedMs,
  };
  if (changed) {
    draft.events.push({
      type: 'alarm-state',
      atMs: nowMs,
      alarmName: name,
      previous: { state: alarm.state, reason: alarm.reason, reasonData: alarm.reasonData },
      next: given,
    });
    actOnAlarms(draft, [name], nowMs);
  }
  return finish(draft);
}

export function setActionsEnabled(
  state: ScalingState,
  names: readonly string[],
  actionsEnabled: boolean,
  nowMs: number,
): Step {
  const draft = openDraft(state);
  for (const name of names) {
    const alarm = draft.alarms[name];
    if (alarm && alarm.definition.actionsEnabled !== actionsEnabled)
      writeAlarm(draft, { ...alarm.definition, actionsEnabled }, nowMs);
  }
  return finish(draft);
}

export function writeAlarm(draft: Draft, definition: AlarmDefinition, nowMs: number): void {
  const { alarmName } = definition;
  const before = draft.alarms[alarmName];
  const sameMetric = before && metricKey(before.definition.metric) === metricKey(definition.metric);
  const alarm: Alarm = before
    ? {
        ...before,
        definition,
        configurationUpdatedMs: nowMs,
        evaluated: sameMetric ? before.evaluated : [],
      }
    : {
        definition,
        configurationUpdatedMs: nowMs,
        state: 'INSUFFICIENT_DATA',
        reason: initialReason,
        reasonData: null,
        stateUpdatedMs: nowMs,
        // Being born is no transition: no action of INSUFFICIENT_DATA runs.
        lastActedMs: nowMs,
        evaluated: [],
        tags: {},
      };
  draft.alarms[alarmName] = alarm;
  const change = before ? 'updated' : 'created';
  draft.events.push({ type: 'alarm-configuration', atMs: nowMs, alarmName, change, alarm });
}

export function removeAlarm(draft: Draft, alarmName: string, nowMs: number): void {
  const alarm = draft.alarms[alarmName];
  if (!alarm) return;
  delete draft.alarms[alarmName];
  draft.events.push({ type: 'alarm-configuration', atMs: nowMs, alarmName, change: 'deleted', alarm });
}
