/**
 * Checks a scaling policy as `PutScalingPolicy` takes it, without a cloud: shared by whoever accepts one. Refusals
 * carry AWS's error name and a remedy.
 */
import { configurationMember } from '../../../catalog/policy-configuration.ts';
import type { VariantId } from '../predefined-metric.ts';
import { invalid, type PolicyProblem } from '../problem.ts';
import {
  type CheckedPolicy,
  configurationOf,
  kindOf,
  kindOfRequest,
  type PolicyRequest,
  policyKinds,
} from './policy-kinds.ts';

/** @returns the policy, or what is wrong with it. */
export function checkPolicy(
  request: PolicyRequest,
  variant: VariantId,
): { policy: CheckedPolicy } | PolicyProblem {
  const kind = kindOfRequest(request);
  if (!kind)
    return invalid(
      `Policy type ${request.PolicyType} is not supported for SageMaker endpoint variants.`,
      `use ${policyKinds.map(({ type }) => type).join(' or ')}`,
    );
  const { type } = kind;
  const other = policyKinds.find((one) => one.type !== type && configurationOf(request, one));
  if (other)
    return invalid(
      `${configurationMember(other.type)} cannot be specified for policy type ${type}.`,
      `leave it out, or set PolicyType to ${other.type}`,
    );
  const configuration = configurationOf(request, kind);
  if (configuration) return kind.check(configuration, variant);
  const member = configurationMember(type);
  return invalid(`${member} is required for policy type ${type}.`, `add ${member}`);
}

const mostPolicies = 50;

/**
 * Whether a scalable target takes the policy beside those that it has.
 * @returns null: AWS would take it.
 */
export function checkBeside(wanted: CheckedPolicy, others: readonly CheckedPolicy[]): PolicyProblem | null {
  if (others.length >= mostPolicies)
    return {
      code: 'LimitExceededException',
      problem: `A scalable target can have at most ${mostPolicies} scaling policies`,
      remedy: 'delete one of them first',
    };
  const ofItsKind = others.filter(({ type }) => type === wanted.type);
  return kindOf(wanted).checkBeside?.(wanted, ofItsKind) ?? null;
}
