import { cooldownOf } from '../../cooldown.ts';
import type { PolicyKind } from '../kind/policy-kind.ts';
import { checkStepScaling } from './check-step-scaling.ts';
import {
  assumed,
  type CheckedStepScaling,
  document,
  type StepScalingConfiguration,
  type StepScalingPolicy,
} from './configuration.ts';
import { demandsOfSteps, stepDemandsOf } from './step-demands.ts';
import { reckonSteps } from './step-reckoning.ts';

export const stepScaling: PolicyKind<
  'StepScaling',
  StepScalingConfiguration,
  CheckedStepScaling,
  StepScalingPolicy
> = {
  type: 'StepScaling',
  words: 'step scaling',
  nameSuffix: 'step-scaling',
  alarms: { by: 'caller', says: 'scales by steps when an alarm says so' },
  document,
  assumed,
  check: checkStepScaling,
  make: (checked, identity) => ({ ...checked, ...identity }),
  demands: (policies, situation) =>
    demandsOfSteps(
      policies.flatMap((policy) => stepDemandsOf(policy, situation)),
      situation.capacity,
    ),
  told: {
    cooldowns({ Cooldown }) {
      return { scaleOutMs: cooldownOf(Cooldown), scaleInMs: cooldownOf(Cooldown) };
    },
    disablesScaleIn: () => false,
    reckon: reckonSteps,
    scalesInTogether: false,
  },
};
