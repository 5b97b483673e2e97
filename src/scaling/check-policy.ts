/**
 * Checks a scaling policy as `PutScalingPolicy` takes it, without a cloud: shared by whoever accepts one. Refusals carry
 * AWS's error name and a remedy.
 */
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

/** A policy that AWS would take, in this engine's terms. */
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

function isPolicyType(type: string): type is PolicyType {
  return policyTypes.some((known) => known === type);
}

function typeByConfiguration(request: PolicyRequest): PolicyType {
  return request.StepScalingPolicyConfiguration ? 'StepScaling' : 'TargetTrackingScaling';
}
