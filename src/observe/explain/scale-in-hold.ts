import { proportionalCapacity } from '../../scaling/policies/target-tracking.ts';
import type { Observation } from '../observation/observation.ts';
import { alarmDatapoints } from './alarm-datapoints.ts';

/**
 * Why target tracking takes nothing away although a low alarm stands in ALARM, as far as it can be seen:
 *
 *   flapping       one instance fewer would put the metric back over the target value
 *   disagreement   the low alarm of another policy that may scale in is not in ALARM
 *
 * @returns null where it would act, or where too little is known to say
 */
export function scaleInHold(observation: Observation): 'flapping' | 'disagreement' | null {
  const { policies, alarms, variant } = observation;
  const voters = (policies ?? []).filter(
    ({ targetValue, disableScaleIn }) => targetValue !== null && !disableScaleIn,
  );
  if (variant === null || voters.length === 0) return null;
  const wanted: number[] = [];
  for (const { alarmNames, targetValue } of voters) {
    const low = alarms.find(({ alarmName, side }) => side === 'low' && alarmNames.includes(alarmName));
    if (low === undefined) return null;
    if (low.state !== 'ALARM') return 'disagreement';
    const newest = alarmDatapoints(low, observation)?.values.find((value) => value !== null);
    if (newest === undefined || newest === null) return null;
    wanted.push(proportionalCapacity(variant.desired, newest, targetValue!));
  }
  return Math.max(...wanted) >= variant.desired ? 'flapping' : null;
}
