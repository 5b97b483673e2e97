/** Which way the alarm of a target-tracking policy scales: out above it, in below it; `other`: it is no such policy's. */
export type AlarmSide = 'high' | 'low' | 'other';

/** Only the name tells, and AWS dictates it: `TargetTracking-endpoint/E/variant/V-AlarmHigh-44ba2352-…`. */
export function alarmSideOf(alarmName: string): AlarmSide {
  if (alarmName.includes('-AlarmHigh-')) return 'high';
  return alarmName.includes('-AlarmLow-') ? 'low' : 'other';
}
