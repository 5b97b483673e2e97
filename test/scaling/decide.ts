import { type CapacityQuestion, decideCapacity } from '../../src/scaling/engine/decide-capacity.ts';
import { noCooldowns } from '../../src/scaling/policies/cooldown.ts';
import {
  demandsOfSteps,
  type StepDemand,
} from '../../src/scaling/policies/kinds/step-scaling/step-demands.ts';
import {
  type AlarmedPolicy,
  demandsOfTracking,
} from '../../src/scaling/policies/kinds/target-tracking/tracking-demands.ts';

export const decidedAtMs = 1_000_000;

/** Policies of either kind as their alarms stand, and what else is asked. */
export interface Asked extends Partial<CapacityQuestion> {
  policies?: readonly AlarmedPolicy[];
  steps?: readonly StepDemand[];
}

/** What becomes of two instances of at most ten, unless told otherwise. */
export function decide({ policies = [], steps = [], ...changes }: Asked) {
  const question: CapacityQuestion = {
    current: 2,
    minCapacity: 1,
    maxCapacity: 10,
    cooldowns: noCooldowns,
    suspended: { scaleIn: false, scaleOut: false, scheduled: false },
    maxScaleInStep: null,
    demands: (capacity) => [demandsOfTracking(policies, capacity), demandsOfSteps(steps, capacity)],
    ...changes,
  };
  return decideCapacity(question, decidedAtMs);
}
