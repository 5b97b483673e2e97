import type { Observation } from '../observation/observation.ts';
import { scalesInTogether } from '../observation/policy-observation.ts';
import { alarmDatapoints } from './alarm-datapoints.ts';
import { reckon } from './reckoning.ts';

/**
 * Why policies that take instances away together take nothing away although a low alarm stands in ALARM, as far as it
 * can be seen:
 *
 *   flapping       one instance fewer would put the metric back over the target value
 *   disagreement   the low alarm of another policy that may scale in is not in ALARM
 *
 * @returns null where they would act, or where too little is known to say
 */
export function scaleInHold(observation: Observation): 'flapping' | 'disagreement' | null {
  const { policies, alarms, variant } = observation;
  const voters = (policies ?? []).filter(scalesInTogether);
  if (variant === null || voters.length === 0) return null;
  const wanted: number[] = [];
  for (const policy of voters) {
    const low = alarms.find(({ alarmName, side }) => side === 'low' && policy.alarmNames.includes(alarmName));
    if (low === undefined) return null;
    if (low.state !== 'ALARM') return 'disagreement';
    const seen = alarmDatapoints(low, observation)?.values.filter((value) => value !== null) ?? [];
    const reckoning = reckon(policy, low, seen, variant.desired);
    if (reckoning === null) return null;
    wanted.push(reckoning.wanted);
  }
  return Math.max(...wanted) >= variant.desired ? 'flapping' : null;
}
