import { type CapacityQuestion, decideCapacity } from '../../src/scaling/engine/decide-capacity.ts';
import { noCooldowns } from '../../src/scaling/policies/cooldown.ts';

export const decidedAtMs = 1_000_000;

/** What becomes of two instances of at most ten, unless told otherwise. */
export function decide(changes: Partial<CapacityQuestion>) {
  const question: CapacityQuestion = {
    current: 2,
    minCapacity: 1,
    maxCapacity: 10,
    cooldowns: noCooldowns,
    suspended: { scaleIn: false, scaleOut: false, scheduled: false },
    maxScaleInStep: null,
    policies: [],
    steps: [],
    ...changes,
  };
  return decideCapacity(question, decidedAtMs);
}
