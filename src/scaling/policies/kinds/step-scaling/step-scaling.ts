import { formatQuantity } from '../../../../core/units.ts';
import { cooldownOf } from '../../cooldown.ts';
import type { Breach, PolicyKind, Reckoning } from '../kind/policy-kind.ts';
import { checkStepScaling } from './check-step-scaling.ts';
import {
  assumed,
  type CheckedStepScaling,
  document,
  type StepScalingConfiguration,
  type StepScalingPolicy,
  stepsOf,
} from './configuration.ts';
import { demandsOfSteps, stepDemandsOf, stepOf } from './step-demands.ts';
import { type AdjustmentType, adjustedCapacity, type MetricAggregation } from './steps.ts';

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
    reckon,
    tellsCapacityBefore: false,
    scalesInTogether: false,
  },
};

function reckon(
  configuration: StepScalingConfiguration,
  { datapoints, alarm }: Breach,
  capacity: number,
): Reckoning | null {
  const { MinAdjustmentMagnitude, MetricAggregationType = 'Average' } = configuration;
  const adjustmentType = (configuration.AdjustmentType ?? 'ChangeInCapacity') as AdjustmentType;
  const aggregation = MetricAggregationType as MetricAggregation;
  const steps = stepsOf(configuration);
  const found = alarm && stepOf({ steps, aggregation }, alarm, datapoints);
  if (found === null) return null;
  const { adjustment, difference } = found;
  const sign = adjustment < 0 ? '−' : '+';
  const text = {
    ChangeInCapacity: `${capacity} ${sign} ${Math.abs(adjustment)}`,
    PercentChangeInCapacity: `${capacity} ${sign} ${Math.abs(adjustment)} %`,
    ExactCapacity: 'exactly',
  }[adjustmentType];
  return {
    text: `${formatQuantity(Math.abs(difference))} ${difference < 0 ? 'under' : 'over'}: step ${text}`,
    count: adjustedCapacity(
      { adjustmentType, minAdjustmentMagnitude: MinAdjustmentMagnitude ?? null },
      adjustment,
      capacity,
    ),
  };
}
