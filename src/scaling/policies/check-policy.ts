/**
 * Checks a scaling policy as `PutScalingPolicy` takes it, without a cloud: shared by whoever accepts one. Refusals carry
 * AWS's error name and a remedy.
 */

import { metricKey } from '../alarms/metric.ts';
import {
  type CheckedStepScaling,
  checkStepScaling,
  type StepScalingConfiguration,
} from './check-step-scaling.ts';
import {
  type CheckedTargetTracking,
  checkTargetTracking,
  type TargetTrackingConfiguration,
} from './check-target-tracking.ts';
import type { VariantId } from './predefined-metric.ts';
import { invalid, type PolicyProblem } from './problem.ts';

/** A policy that AWS would take, in the scaling engine's terms. */
export type CheckedPolicy = CheckedTargetTracking | CheckedStepScaling;

export interface PolicyRequest {
  PolicyType?: string | undefined;
  TargetTrackingScalingPolicyConfiguration?: TargetTrackingConfiguration | undefined;
  StepScalingPolicyConfiguration?: StepScalingConfiguration | undefined;
}

const policyTypes = ['TargetTrackingScaling', 'StepScaling'] as const;
type PolicyType = (typeof policyTypes)[number];

/** @returns the policy, or what is wrong with it. */
export function checkPolicy(
  request: PolicyRequest,
  variant: VariantId,
): { policy: CheckedPolicy } | PolicyProblem {
  const type = request.PolicyType ?? typeByConfiguration(request);
  if (!isPolicyType(type))
    return invalid(
      `Policy type ${type} is not supported for SageMaker endpoint variants.`,
      `use ${policyTypes.join(' or ')}`,
    );
  const other = type === 'StepScaling' ? 'TargetTrackingScaling' : 'StepScaling';
  if (request[`${other}PolicyConfiguration`])
    return invalid(
      `${other}PolicyConfiguration cannot be specified for policy type ${type}.`,
      `leave it out, or set PolicyType to ${other}`,
    );
  const { StepScalingPolicyConfiguration: stepped, TargetTrackingScalingPolicyConfiguration: tracking } =
    request;
  if (type === 'StepScaling' && stepped) return checkStepScaling(stepped);
  if (type === 'TargetTrackingScaling' && tracking) return checkTargetTracking(tracking, variant);
  return invalid(
    `${type}PolicyConfiguration is required for policy type ${type}.`,
    `add ${type}PolicyConfiguration`,
  );
}

const mostPolicies = 50;

/**
 * Whether a scalable target takes the policy beside those that it has.
 * @returns null: AWS would take it.
 */
export function checkBeside(wanted: Tracking, others: readonly Tracking[]): PolicyProblem | null {
  if (others.length >= mostPolicies)
    return {
      code: 'LimitExceededException',
      problem: `A scalable target can have at most ${mostPolicies} scaling policies`,
      remedy: 'delete one of them first',
    };
  const metric = trackedMetric(wanted);
  if (metric === null || !others.some((other) => trackedMetric(other) === metric)) return null;
  return invalid(
    'Only one TargetTrackingScaling policy for a given metric specification is allowed.',
    'let each policy of target tracking follow another metric, or keep one of them',
  );
}

type Tracking = Pick<CheckedTargetTracking, 'type' | 'metric'> | Pick<CheckedStepScaling, 'type'>;

function trackedMetric(policy: Tracking): string | null {
  return policy.type === 'TargetTrackingScaling' ? metricKey(policy.metric.high) : null;
}

function isPolicyType(type: string): type is PolicyType {
  return policyTypes.some((known) => known === type);
}

function typeByConfiguration(request: PolicyRequest): PolicyType {
  return request.StepScalingPolicyConfiguration ? 'StepScaling' : 'TargetTrackingScaling';
}
