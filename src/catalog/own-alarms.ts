/**
 * Alarms that Application Auto Scaling makes for a policy by itself. Only their names tell, and AWS dictates them:
 * `TargetTracking-endpoint/E/variant/V-AlarmHigh-44ba2352-…`.
 */
const prefix = 'TargetTracking-';

/** Which way such an alarm scales: out above it, in below it; `other`: it is no such alarm. */
export type AlarmSide = 'high' | 'low' | 'other';

const sideNames = { high: 'AlarmHigh', low: 'AlarmLow' } as const;

/** @param resourceId `endpoint/E/variant/V` */
export function ownAlarmName(resourceId: string, side: 'high' | 'low', uuid: string): string {
  return `${ownAlarmsOf(resourceId)}${sideNames[side]}-${uuid}`;
}

/** How the names of a variant's own alarms begin. */
export function ownAlarmsOf(resourceId: string): string {
  return `${prefix}${resourceId}-`;
}

/** The own alarms of all variants of an endpoint, as a policy of IAM names them. */
export function ownAlarmsPattern(endpointName: string): string {
  return `${prefix}endpoint/${endpointName}/*`;
}

export function isOwnAlarm(alarmName: string): boolean {
  return alarmName.startsWith(prefix);
}

export function alarmSideOf(alarmName: string): AlarmSide {
  if (alarmName.includes(`-${sideNames.high}-`)) return 'high';
  return alarmName.includes(`-${sideNames.low}-`) ? 'low' : 'other';
}

/** A sentence of AWS, with `AlarmHigh` and `AlarmLow` in place of the full names. */
export function withShortAlarmNames(sentence: string): string {
  return sentence.replace(fullName, '$1');
}

const fullName = new RegExp(`${prefix}\\S+-(Alarm(?:High|Low))-[0-9a-f-]+`, 'g');
