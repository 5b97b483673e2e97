/**
 * Checks `StepScalingPolicyConfiguration`. The rules are those of StepAdjustment's API reference; AWS's wording is not
 * published.
 */
import { cooldownOf } from '../../cooldown.ts';
import { invalid, type PolicyProblem } from '../../problem.ts';
import { type CheckedStepScaling, type StepScalingConfiguration, stepsOf } from './configuration.ts';
import {
  type AdjustmentType,
  adjustmentTypes,
  type MetricAggregation,
  metricAggregations,
  type StepAdjustment,
} from './steps.ts';

const maxSteps = 20;

export function checkStepScaling(
  configuration: StepScalingConfiguration,
): { policy: CheckedStepScaling } | PolicyProblem {
  const { AdjustmentType: type, MetricAggregationType: aggregation = 'Average' } = configuration;
  if (!adjustmentTypes.includes(type as AdjustmentType))
    return notOneOf('adjustmentType', type, adjustmentTypes);
  if (!metricAggregations.includes(aggregation as MetricAggregation))
    return notOneOf('metricAggregationType', aggregation, metricAggregations);
  const adjustmentType = type as AdjustmentType;
  const steps = stepsOf(configuration);
  const { MinAdjustmentMagnitude: magnitude } = configuration;
  const problem =
    checkSteps(steps, adjustmentType) ??
    checkWhole('cooldown', configuration.Cooldown, 0) ??
    checkWhole('minAdjustmentMagnitude', magnitude, 1);
  if (problem) return problem;
  return {
    policy: {
      type: 'StepScaling',
      adjustmentType,
      steps,
      aggregation: aggregation as MetricAggregation,
      minAdjustmentMagnitude: magnitude ?? null,
      cooldownMs: cooldownOf(configuration.Cooldown),
      configuration,
    },
  };
}

function checkSteps(steps: readonly StepAdjustment[], type: AdjustmentType): PolicyProblem | null {
  if (steps.length === 0)
    return invalid(
      'StepAdjustments must have at least one step adjustment',
      'add a step, such as {"MetricIntervalLowerBound": 0, "ScalingAdjustment": 1}',
    );
  if (steps.length > maxSteps)
    return {
      code: 'LimitExceededException',
      problem: `A step scaling policy can have at most ${maxSteps} step adjustments; given: ${steps.length}`,
      remedy: `join steps until ${maxSteps} are left`,
    };
  for (const step of steps) {
    const problem = checkStep(step, type);
    if (problem) return problem;
  }
  return checkIntervals(steps);
}

function checkStep(step: StepAdjustment, type: AdjustmentType): PolicyProblem | null {
  const { lowerBound, upperBound, adjustment } = step;
  if (!Number.isInteger(adjustment))
    return invalid(
      `1 validation error detected: Value ${Number.isNaN(adjustment) ? 'null' : `'${adjustment}'`} at 'stepScalingPolicyConfiguration.stepAdjustments.scalingAdjustment' failed to satisfy constraint: Member must be an integer`,
      'give every step a whole number as its ScalingAdjustment',
    );
  if (type === 'ExactCapacity' && adjustment < 1)
    return invalid(
      `ScalingAdjustment must be positive for adjustment type ExactCapacity; given: ${adjustment}`,
      'use 1 or more instances: a variant cannot go to zero',
    );
  if (lowerBound === null && upperBound === null)
    return invalid(
      'The upper and lower bound cannot both be unspecified in the same step adjustment',
      'give a step of a scale-out "MetricIntervalLowerBound": 0, one of a scale-in "MetricIntervalUpperBound": 0',
    );
  if (lowerBound !== null && upperBound !== null && upperBound <= lowerBound)
    return invalid(
      `MetricIntervalUpperBound (${upperBound}) must be greater than MetricIntervalLowerBound (${lowerBound})`,
      'exchange the bounds of this step',
    );
  return null;
}

/** @param steps by their lower bounds */
function checkIntervals(steps: readonly StepAdjustment[]): PolicyProblem | null {
  for (const [index, step] of steps.entries()) {
    const next = steps[index + 1];
    if (!next) break;
    const upper = step.upperBound ?? Number.POSITIVE_INFINITY;
    const lower = next.lowerBound ?? Number.NEGATIVE_INFINITY;
    if (upper > lower)
      return invalid(
        `Step adjustment intervals cannot overlap: ${describe(step)} and ${describe(next)}`,
        `let the second begin where the first ends`,
      );
    if (upper < lower)
      return invalid(
        `Step adjustment intervals cannot have a gap between them: ${describe(step)} and ${describe(next)}`,
        `set MetricIntervalLowerBound of the second to ${upper}, where the first ends`,
      );
  }
  const lowest = steps[0]?.lowerBound ?? null;
  if (lowest !== null && lowest < 0)
    return invalid(
      'There must be a step adjustment with an unspecified lower bound when one has a negative lower bound',
      `leave out MetricIntervalLowerBound ${lowest}, or add a step below it`,
    );
  const highest = steps.at(-1)?.upperBound ?? null;
  if (highest !== null && highest > 0)
    return invalid(
      'There must be a step adjustment with an unspecified upper bound when one has a positive upper bound',
      `leave out MetricIntervalUpperBound ${highest}, or add a step above it`,
    );
  return null;
}

/** Relative to the threshold; which end belongs to it depends on the side. */
function describe({ lowerBound, upperBound }: StepAdjustment): string {
  return `[${lowerBound ?? '−∞'}, ${upperBound ?? '∞'}]`;
}

function checkWhole(member: string, value: number | undefined, least: number): PolicyProblem | null {
  if (value === undefined || (Number.isInteger(value) && value >= least)) return null;
  return invalid(
    `1 validation error detected: Value '${value}' at 'stepScalingPolicyConfiguration.${member}' failed to satisfy constraint: Member must be an integer greater than or equal to ${least}`,
    `use a whole number of at least ${least}`,
  );
}

function notOneOf(member: string, value: string | undefined, allowed: readonly string[]): PolicyProblem {
  return invalid(
    `1 validation error detected: Value ${value === undefined ? 'null' : `'${value}'`} at 'stepScalingPolicyConfiguration.${member}' failed to satisfy constraint: Member must satisfy enum value set: [${allowed.join(', ')}]`,
    `use one of ${allowed.join(', ')}`,
  );
}
