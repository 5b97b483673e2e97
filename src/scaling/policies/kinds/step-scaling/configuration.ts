import type { Members } from '../kind/document.ts';
import type { PolicyIdentity } from '../kind/policy-kind.ts';
import type { StepAdjustment, StepScaling } from './steps.ts';

/** `StepScalingPolicyConfiguration`. */
export interface StepScalingConfiguration {
  AdjustmentType?: string | undefined;
  StepAdjustments?: readonly StepAdjustmentMembers[] | undefined;
  MinAdjustmentMagnitude?: number | undefined;
  Cooldown?: number | undefined;
  MetricAggregationType?: string | undefined;
}

interface StepAdjustmentMembers {
  MetricIntervalLowerBound?: number | undefined;
  MetricIntervalUpperBound?: number | undefined;
  ScalingAdjustment?: number | undefined;
}

/** A step scaling policy that AWS would take, in the scaling engine's terms. */
export interface CheckedStepScaling extends StepScaling {
  type: 'StepScaling';
  configuration: StepScalingConfiguration;
}

export type StepScalingPolicy = CheckedStepScaling & PolicyIdentity;

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_StepScalingPolicyConfiguration.html */
export const document: Members = {
  AdjustmentType: { is: 'text' },
  StepAdjustments: {
    is: 'list',
    of: {
      is: 'structure',
      members: {
        MetricIntervalLowerBound: { is: 'number' },
        MetricIntervalUpperBound: { is: 'number' },
        ScalingAdjustment: { is: 'integer', required: true },
      },
    },
  },
  MinAdjustmentMagnitude: { is: 'integer' },
  Cooldown: { is: 'integer' },
  MetricAggregationType: { is: 'text' },
};

export const assumed = {
  Cooldown: 300,
  MetricAggregationType: 'Average',
} satisfies StepScalingConfiguration;

/** In order of their lower bounds. */
export function stepsOf({ StepAdjustments = [] }: StepScalingConfiguration): StepAdjustment[] {
  return StepAdjustments.map(toStep).sort(byLowerBound);
}

function toStep(members: StepAdjustmentMembers): StepAdjustment {
  return {
    lowerBound: members.MetricIntervalLowerBound ?? null,
    upperBound: members.MetricIntervalUpperBound ?? null,
    adjustment: members.ScalingAdjustment ?? Number.NaN,
  };
}

function byLowerBound(a: StepAdjustment, b: StepAdjustment): number {
  if (a.lowerBound === b.lowerBound) return 0;
  if (a.lowerBound === null) return -1;
  return b.lowerBound === null ? 1 : a.lowerBound - b.lowerBound;
}
