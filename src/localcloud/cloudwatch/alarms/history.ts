import { amazonDate } from '../../../scaling/alarms/alarm-reason.ts';
import type { ScalingEvent } from '../../../scaling/engine/state.ts';
import { describeAlarm } from './describe-alarm.ts';

export const historyItemTypes = ['ConfigurationUpdate', 'StateUpdate', 'Action'] as const;

interface AlarmHistoryItem {
  alarmName: string;
  atMs: number;
  type: (typeof historyItemTypes)[number];
  summary: string;
  /** JSON, as CloudWatch writes it. */
  data: string;
}

/** What happened to alarms, deleted ones too. CloudWatch keeps 30 days; here the newest 10,000 items. */
export interface AlarmHistory {
  record(event: ScalingEvent): void;
  /** Oldest first. */
  items(): readonly AlarmHistoryItem[];
}

const maxItems = 10_000;

export function createAlarmHistory(): AlarmHistory {
  const items: AlarmHistoryItem[] = [];
  return {
    record(event) {
      const item = itemOf(event);
      if (!item) return;
      items.push(item);
      if (items.length > maxItems) items.splice(0, items.length - maxItems);
    },
    items: () => items,
  };
}

function itemOf(event: ScalingEvent): AlarmHistoryItem | undefined {
  switch (event.type) {
    case 'activity':
      return undefined;
    case 'alarm-state':
      return {
        alarmName: event.alarmName,
        atMs: event.atMs,
        type: 'StateUpdate',
        summary: `Alarm updated from ${event.previous.state} to ${event.next.state}`,
        data: JSON.stringify({
          version: '1.0',
          oldState: stateData(event.previous),
          newState: stateData(event.next),
        }),
      };
    case 'alarm-action':
      return {
        alarmName: event.alarmName,
        atMs: event.atMs,
        type: 'Action',
        summary: `${event.failure === null ? 'Successfully executed' : 'Failed to execute'} action ${event.actionArn}`,
        data: JSON.stringify({
          actionState: event.failure === null ? 'Succeeded' : 'Failed',
          notificationResource: event.actionArn,
          stateUpdateTimestamp: event.atMs,
          publishedMessage: null,
          error: event.failure,
        }),
      };
    case 'alarm-configuration':
      return {
        alarmName: event.alarmName,
        atMs: event.atMs,
        type: 'ConfigurationUpdate',
        summary: `Alarm "${event.alarmName}" ${event.change}`,
        data: JSON.stringify({
          version: '1.0',
          type: { created: 'Create', updated: 'Update', deleted: 'Delete' }[event.change],
          [`${event.change}Alarm`]: configurationData(event),
        }),
      };
  }
}

function stateData(state: { state: string; reason: string; reasonData: string | null }): object {
  return {
    stateValue: state.state,
    stateReason: state.reason,
    ...(state.reasonData === null ? {} : { stateReasonData: parseOr(state.reasonData) }),
  };
}

/** A caller of SetAlarmState may have given any JSON text; it was checked there. */
function parseOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function configurationData(event: Extract<ScalingEvent, { type: 'alarm-configuration' }>): object {
  const described = Object.entries(describeAlarm(event.alarm)).map(([name, value]) => [
    memberName(name),
    value instanceof Date ? amazonDate(value.getTime()) : value,
  ]);
  return Object.fromEntries(described);
}

/** CloudWatch's own texts: `alarmName`, but `okactions`. */
function memberName(name: string): string {
  return name === 'OKActions' ? 'okactions' : name.charAt(0).toLowerCase() + name.slice(1);
}
