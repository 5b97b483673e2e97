/**
 * What to do about a target whose alarms act. Several policies (AWS: "Multiple scaling policies"):
 *
 *   out   if any wants to; the largest capacity wins
 *   in    as each kind of policy agrees among its own; the largest capacity wins
 */

import { type Cooldowns, scaleInIsCooling, scaleOutBase } from '../policies/cooldown.ts';
import { type CapacityFacts, type Demands, largestOf } from '../policies/kinds/kind/demand.ts';
import type { NotScaledReason } from './activity.ts';
import type { SuspendedState } from './state.ts';

export interface CapacityQuestion {
  current: number;
  minCapacity: number;
  maxCapacity: number;
  cooldowns: Cooldowns;
  suspended: SuspendedState;
  maxScaleInStep: number | null;
  /** What each kind of policy asks for. */
  demands: (capacity: CapacityFacts) => readonly Demands[];
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
  const { current, maxScaleInStep, cooldowns } = question;
  const outBase = scaleOutBase(cooldowns, current, nowMs);
  const demands = question.demands({ current, outBase, maxScaleInStep });
  return demands.some(({ out }) => out !== null)
    ? decideScaleOut(question, demands, outBase)
    : decideScaleIn(question, demands, nowMs);
}

/** @param base the capacity, or during a scale-out cooldown the capacity before that scale-out (`scaleOutBase`) */
function decideScaleOut(question: CapacityQuestion, demands: readonly Demands[], base: number): Decision {
  const { current, minCapacity, maxCapacity } = question;
  if (question.suspended.scaleOut) return { kind: 'none' };
  const largest = largestOf(demands.flatMap(({ out }) => out ?? []));
  if (!largest) return { kind: 'none' };
  const { wanted, cooldownMs, alarmName, policyName } = largest;
  const names = { alarmName, policyName };
  const to = clamp(wanted, minCapacity, maxCapacity);
  if (to > current) return { kind: 'scale', direction: 'out', to, cooldownMs, baseCapacity: base, ...names };
  if (base < current && wanted <= current) return { kind: 'none' }; // The cooldown's instances are enough.
  const reason: NotScaledReason =
    wanted > current
      ? { code: 'AlreadyAtMaxCapacity', maxCapacity }
      : { code: 'AlreadyAtDesiredCapacity', currentCapacity: current };
  return { kind: 'not-scaled', reason, ...names };
}

function decideScaleIn(question: CapacityQuestion, demands: readonly Demands[], nowMs: number): Decision {
  const { current, minCapacity, maxCapacity } = question;
  if (question.suspended.scaleIn) return { kind: 'none' };
  const largest = largestOf(demands.flatMap((one) => one.in));
  if (!largest || scaleInIsCooling(question.cooldowns, nowMs)) return { kind: 'none' };
  const { wanted, cooldownMs, alarmName, policyName } = largest;
  const names = { alarmName, policyName };
  const to = clamp(wanted, minCapacity, maxCapacity);
  if (to < current) return { kind: 'scale', direction: 'in', to, cooldownMs, baseCapacity: to, ...names };
  const reason: NotScaledReason =
    current <= minCapacity
      ? { code: 'AlreadyAtMinCapacity', minCapacity }
      : { code: largest.ifNotIn, currentCapacity: current };
  return { kind: 'not-scaled', reason, ...names };
}

function clamp(wanted: number, minCapacity: number, maxCapacity: number): number {
  return Math.max(minCapacity, Math.min(maxCapacity, wanted));
}
