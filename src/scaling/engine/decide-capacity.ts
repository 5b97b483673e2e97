/**
 * What to do about a target whose alarms act. Several policies (AWS: "Multiple scaling policies"):
 *
 *   out   if any wants to; the largest capacity wins
 *   in    target tracking only if all of it that may scale in wants to; a step policy is not held up by target tracking
 *         (AWS: "the scale-in activity will not be blocked"); the largest capacity wins
 */

import { type Cooldowns, scaleInIsCooling, scaleOutBase } from '../policies/cooldown.ts';
import { adjustedCapacity, type StepScaling } from '../policies/step-scaling.ts';
import { proportionalCapacity } from '../policies/target-tracking.ts';
import type { NotScaledReason } from './activity.ts';
import type { SuspendedState } from './state.ts';

/** One target-tracking policy's alarms, as they stand. */
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

/** What a step policy's alarm asks for, once its breach has found a step. */
export interface StepDemand
  extends Pick<StepScaling, 'adjustmentType' | 'minAdjustmentMagnitude' | 'cooldownMs'> {
  policyName: string;
  alarmName: string;
  adjustment: number;
}

export interface CapacityQuestion {
  current: number;
  minCapacity: number;
  maxCapacity: number;
  cooldowns: Cooldowns;
  suspended: SuspendedState;
  maxScaleInStep: number | null;
  policies: readonly PolicyDemand[];
  steps: readonly StepDemand[];
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
  const wantsOut =
    question.policies.some((policy) => policy.high.inAlarm) ||
    question.steps.some((step) => directionOf(step, question.current) > 0);
  return wantsOut ? decideScaleOut(question, nowMs) : decideScaleIn(question, nowMs);
}

/** One policy's wish. */
interface Demand {
  wanted: number;
  cooldownMs: number;
  alarmName: string;
  policyName: string;
}

/**
 *   target tracking   wanted = ceil(base × metric / target)
 *   step scaling      wanted = base adjusted by the step
 *   all               the largest, clamped to [min, max]
 *
 * `base` is the capacity, or during a scale-out cooldown the capacity before that scale-out (`scaleOutBase`).
 */
function decideScaleOut(question: CapacityQuestion, nowMs: number): Decision {
  const { current, minCapacity, maxCapacity } = question;
  if (question.suspended.scaleOut) return { kind: 'none' };
  const base = scaleOutBase(question.cooldowns, current, nowMs);
  const tracked = question.policies.flatMap(
    ({ high, targetValue, scaleOutCooldownMs, policyName }): Demand[] =>
      high.inAlarm && high.metric !== null
        ? [
            {
              wanted: proportionalCapacity(base, high.metric, targetValue),
              cooldownMs: scaleOutCooldownMs,
              alarmName: high.alarmName,
              policyName,
            },
          ]
        : [],
  );
  const stepped = question.steps
    .filter((step) => directionOf(step, current) > 0)
    .map((step) => stepDemand(step, base));
  const largest = largestOf([...tracked, ...stepped]);
  if (!largest) return { kind: 'none' };
  const { wanted, cooldownMs, ...names } = largest;
  const to = clamp(wanted, minCapacity, maxCapacity);
  if (to > current) return { kind: 'scale', direction: 'out', to, cooldownMs, baseCapacity: base, ...names };
  if (base < current && wanted <= current) return { kind: 'none' }; // The cooldown's instances are enough.
  const reason: NotScaledReason =
    wanted > current
      ? { code: 'AlreadyAtMaxCapacity', maxCapacity }
      : { code: 'AlreadyAtDesiredCapacity', currentCapacity: current };
  return { kind: 'not-scaled', reason, ...names };
}

/**
 *   target tracking   wanted = max over policies of ceil(current × metric / target)
 *   step scaling      wanted = current adjusted by the step
 *   all               the largest, clamped to [min, max]
 *
 * Target tracking's guard is in it: one instance fewer would put the metric back over the target value just when
 * current × metric / (current − 1) > target, which is when the ceiling is `current` again.
 */
function decideScaleIn(question: CapacityQuestion, nowMs: number): Decision {
  const { current, minCapacity, maxCapacity } = question;
  if (question.suspended.scaleIn) return { kind: 'none' };
  const tracked = trackedScaleIn(question);
  const stepped = question.steps.map((step) => stepDemand(step, current));
  const largest = largestOf([...tracked, ...stepped]);
  if (!largest || scaleInIsCooling(question.cooldowns, nowMs)) return { kind: 'none' };
  const { wanted, cooldownMs, ...names } = largest;
  const to = clamp(wanted, minCapacity, maxCapacity);
  if (to < current) return { kind: 'scale', direction: 'in', to, cooldownMs, baseCapacity: to, ...names };
  return { kind: 'not-scaled', reason: whyNotIn(question, tracked.includes(largest)), ...names };
}

/** What all of target tracking agrees on: one demand, or none while a policy that may scale in does not want to. */
function trackedScaleIn({ policies, current, maxScaleInStep }: CapacityQuestion): Demand[] {
  const slowest = maxScaleInStep === null ? 0 : current - maxScaleInStep;
  const demands: Demand[] = [];
  for (const { disableScaleIn, low, policyName, targetValue, scaleInCooldownMs } of policies) {
    if (disableScaleIn) continue;
    if (!low?.inAlarm || low.metric === null) return [];
    const wanted = Math.max(slowest, proportionalCapacity(current, low.metric, targetValue));
    demands.push({ wanted, cooldownMs: scaleInCooldownMs, alarmName: low.alarmName, policyName });
  }
  const largest = largestOf(demands);
  return largest ? [largest] : [];
}

function whyNotIn({ current, minCapacity }: CapacityQuestion, tracked: boolean): NotScaledReason {
  if (current <= minCapacity) return { code: 'AlreadyAtMinCapacity', minCapacity };
  return tracked
    ? { code: 'AutoScalingAnticipatedFlapping', currentCapacity: current }
    : { code: 'AlreadyAtDesiredCapacity', currentCapacity: current };
}

/** Above 0: out. Below 0: in. */
function directionOf(step: StepDemand, current: number): number {
  return step.adjustmentType === 'ExactCapacity' ? step.adjustment - current : step.adjustment;
}

function stepDemand(step: StepDemand, capacity: number): Demand {
  const { cooldownMs, alarmName, policyName } = step;
  return { wanted: adjustedCapacity(step, step.adjustment, capacity), cooldownMs, alarmName, policyName };
}

/** The first of equals. */
function largestOf(demands: readonly Demand[]): Demand | undefined {
  return demands.reduce<Demand | undefined>(
    (best, demand) => (best && best.wanted >= demand.wanted ? best : demand),
    undefined,
  );
}

function clamp(wanted: number, minCapacity: number, maxCapacity: number): number {
  return Math.max(minCapacity, Math.min(maxCapacity, wanted));
}
