/**
 * What to do about a target whose alarms act. Several policies: out if any wants to, in only if all that may scale in
 * want to; the largest capacity wins (AWS: "Multiple scaling policies").
 */
import type { NotScaledReason } from './activity.ts';
import { type Cooldowns, scaleInIsCooling, scaleOutBase } from './cooldown.ts';
import type { SuspendedState } from './state.ts';
import { proportionalCapacity } from './target-tracking.ts';

/** One policy's alarms, as they stand. */
export interface PolicyDemand {
  policyName: string;
  targetValue: number;
  scaleOutCooldownMs: number;
  scaleInCooldownMs: number;
  disableScaleIn: boolean;
  high: AlarmDemand;
  low: AlarmDemand | null;
}

export interface AlarmDemand {
  alarmName: string;
  inAlarm: boolean;
  /** The newest datapoint that the alarm looked at; null if it had none. */
  metric: number | null;
}

export interface CapacityQuestion {
  current: number;
  minCapacity: number;
  maxCapacity: number;
  cooldowns: Cooldowns;
  suspended: SuspendedState;
  maxScaleInStep: number | null;
  policies: readonly PolicyDemand[];
}

export type Decision =
  | { kind: 'none' }
  | { kind: 'not-scaled'; reason: NotScaledReason; alarmName: string; policyName: string }
  | {
      kind: 'scale';
      direction: 'out' | 'in';
      to: number;
      cooldownMs: number;
      /** What the next scale-out within the cooldown is counted from. */
      baseCapacity: number;
      alarmName: string;
      policyName: string;
    };

export function decideCapacity(question: CapacityQuestion, nowMs: number): Decision {
  const wantsOut = question.policies.some((policy) => policy.high.inAlarm);
  return wantsOut ? decideScaleOut(question, nowMs) : decideScaleIn(question, nowMs);
}

/**
 *   wanted = max over policies of ceil(base × metric / target), clamped to [min, max]
 *
 * `base` is the capacity, or during a scale-out cooldown the capacity before that scale-out (`scaleOutBase`).
 */
function decideScaleOut(question: CapacityQuestion, nowMs: number): Decision {
  const { current, minCapacity, maxCapacity } = question;
  if (question.suspended.scaleOut) return { kind: 'none' };
  const base = scaleOutBase(question.cooldowns, current, nowMs);
  const demands = question.policies
    .filter((policy) => policy.high.inAlarm && policy.high.metric !== null)
    .map((policy) => ({
      policy,
      wanted: proportionalCapacity(base, policy.high.metric ?? 0, policy.targetValue),
    }));
  const largest = demands.reduce<(typeof demands)[number] | undefined>(
    (best, demand) => (best && best.wanted >= demand.wanted ? best : demand),
    undefined,
  );
  if (!largest) return { kind: 'none' };
  const { policy, wanted } = largest;
  const names = { alarmName: policy.high.alarmName, policyName: policy.policyName };
  const to = Math.max(minCapacity, Math.min(maxCapacity, wanted));
  if (to > current) {
    return {
      kind: 'scale',
      direction: 'out',
      to,
      cooldownMs: policy.scaleOutCooldownMs,
      baseCapacity: base,
      ...names,
    };
  }
  if (base < current && wanted <= current) return { kind: 'none' }; // The cooldown's instances are enough.
  const reason: NotScaledReason =
    wanted > current
      ? { code: 'AlreadyAtMaxCapacity', maxCapacity }
      : { code: 'AlreadyAtDesiredCapacity', currentCapacity: current };
  return { kind: 'not-scaled', reason, ...names };
}

/**
 *   wanted = max over policies of ceil(current × metric / target), clamped to [min, max]
 *
 * The guard is in it: one instance fewer would put the metric back over target just when
 * current × metric / (current − 1) > target, which is when the ceiling is `current` again.
 */
function decideScaleIn(question: CapacityQuestion, nowMs: number): Decision {
  const { current, minCapacity, maxCapacity } = question;
  const policies = question.policies.filter((policy) => !policy.disableScaleIn);
  const all = policies.every((policy) => policy.low?.inAlarm && policy.low.metric !== null);
  if (question.suspended.scaleIn || policies.length === 0 || !all) return { kind: 'none' };
  if (scaleInIsCooling(question.cooldowns, nowMs)) return { kind: 'none' };
  const demands = policies.map((policy) => ({
    policy,
    wanted: proportionalCapacity(current, policy.low?.metric ?? 0, policy.targetValue),
  }));
  const { policy, wanted } = demands.reduce((best, demand) => (best.wanted >= demand.wanted ? best : demand));
  const names = { alarmName: policy.low?.alarmName ?? '', policyName: policy.policyName };
  const slowest = question.maxScaleInStep === null ? 0 : current - question.maxScaleInStep;
  const to = Math.max(minCapacity, Math.min(maxCapacity, Math.max(wanted, slowest)));
  if (to < current) {
    return {
      kind: 'scale',
      direction: 'in',
      to,
      cooldownMs: policy.scaleInCooldownMs,
      baseCapacity: to,
      ...names,
    };
  }
  const reason: NotScaledReason =
    current <= minCapacity
      ? { code: 'AlreadyAtMinCapacity', minCapacity }
      : { code: 'AutoScalingAnticipatedFlapping', currentCapacity: current };
  return { kind: 'not-scaled', reason, ...names };
}
