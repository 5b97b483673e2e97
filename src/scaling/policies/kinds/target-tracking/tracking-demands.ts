import type { CapacityFacts, Demand, Demands, Situation } from '../kind/demand.ts';
import { largestOf } from '../kind/demand.ts';
import type { TargetTrackingPolicy } from './configuration.ts';

/** A policy with its alarms as they stand. */
export interface AlarmedPolicy
  extends Pick<
    TargetTrackingPolicy,
    'policyName' | 'targetValue' | 'scaleOutCooldownMs' | 'scaleInCooldownMs' | 'disableScaleIn'
  > {
  high: StandingAlarm;
  low: StandingAlarm | null;
}

interface StandingAlarm {
  alarmName: string;
  inAlarm: boolean;
  /** The newest datapoint that the alarm looked at; null if it had none. */
  metric: number | null;
}

/**
 *   out   any whose high alarm rings    wanted = ceil(base × metric / target)
 *   in    if all that may scale in      wanted = max over policies of ceil(current × metric / target)
 *         want to
 *
 * Scale-in has a guard in it: one instance fewer would put the metric back over the target value just when
 * current × metric / (current − 1) > target, which is when the ceiling is `current` again.
 */
export function demandsOfTracking(policies: readonly AlarmedPolicy[], capacity: CapacityFacts): Demands {
  const ringing = policies.filter(({ high }) => high.inAlarm);
  return {
    out: ringing.length > 0 ? ringing.flatMap((policy) => scaleOut(policy, capacity)) : null,
    in: scaleIn(policies, capacity),
  };
}

export function alarmedPolicy(policy: TargetTrackingPolicy, { alarms }: Situation): AlarmedPolicy {
  const standing = (alarmName: string): StandingAlarm => ({
    alarmName,
    inAlarm: alarms[alarmName]?.state === 'ALARM',
    metric: alarms[alarmName]?.evaluated[0]?.value ?? null,
  });
  const { policyName, targetValue, scaleOutCooldownMs, scaleInCooldownMs, disableScaleIn } = policy;
  return {
    policyName,
    targetValue,
    scaleOutCooldownMs,
    scaleInCooldownMs,
    disableScaleIn,
    high: standing(policy.highAlarmName),
    low: policy.lowAlarmName === null ? null : standing(policy.lowAlarmName),
  };
}

function scaleOut(
  { high, targetValue, scaleOutCooldownMs: cooldownMs, policyName }: AlarmedPolicy,
  { outBase }: CapacityFacts,
): Demand[] {
  if (high.metric === null) return [];
  const wanted = proportionalCapacity(outBase, high.metric, targetValue);
  return [{ wanted, cooldownMs, alarmName: high.alarmName, policyName, ifNotIn }];
}

/** What all agree on: one demand, or none while a policy that may scale in does not want to. */
function scaleIn(policies: readonly AlarmedPolicy[], { current, maxScaleInStep }: CapacityFacts): Demand[] {
  const slowest = maxScaleInStep === null ? 0 : current - maxScaleInStep;
  const demands: Demand[] = [];
  for (const { disableScaleIn, low, policyName, targetValue, scaleInCooldownMs } of policies) {
    if (disableScaleIn) continue;
    if (!low?.inAlarm || low.metric === null) return [];
    const wanted = Math.max(slowest, proportionalCapacity(current, low.metric, targetValue));
    const { alarmName } = low;
    demands.push({ wanted, cooldownMs: scaleInCooldownMs, alarmName, policyName, ifNotIn });
  }
  const largest = largestOf(demands);
  return largest ? [largest] : [];
}

const ifNotIn = 'AutoScalingAnticipatedFlapping';

/**
 *   wanted = ceil(capacity × metric / target value)
 *
 * AWS publishes "proportional" and no formula: inferred. The metric is per instance, so capacity × metric is the load.
 */
export function proportionalCapacity(capacity: number, metric: number, targetValue: number): number {
  // A hair less, lest 3 × 0.1 / 0.3 = 1.0000000000000002 makes two.
  return Math.max(0, Math.ceil((capacity * metric) / targetValue - 1e-9));
}
