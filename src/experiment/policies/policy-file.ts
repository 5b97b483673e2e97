import { z } from 'zod';
import { type TrackedMetric, trackedMetrics, usualTracked } from '../../catalog/metrics.ts';
import { configurationMember } from '../../catalog/policy-configuration.ts';
import { userError } from '../../core/errors.ts';
import { checkBeside, checkPolicy } from '../../scaling/policies/kinds/check-policy.ts';
import { type PolicyWithAlarms, policyAlarms } from '../../scaling/policies/kinds/policy-alarms.ts';
import {
  type CheckedPolicy,
  type PolicyRequest,
  policyKinds,
} from '../../scaling/policies/kinds/policy-kinds.ts';
import type { VariantId } from '../../scaling/policies/predefined-metric.ts';
import type { PolicyProblem } from '../../scaling/policies/problem.ts';
import { dimensionsSchema, documentSchema } from './document-schema.ts';
import { readJsonFile } from './json-file.ts';

/**
 * A scaling policy as `PutScalingPolicy` takes it, with its alarms in `MetricAlarms` as `PutMetricAlarm` takes them if
 * it makes none itself; which scalable target it goes to is not the file's business.
 */
export interface PolicyFile extends PolicyWithAlarms {
  PolicyName?: string | undefined;
}

const alarm = z.strictObject({
  AlarmName: z.string().min(1).max(255).optional(),
  AlarmDescription: z.string().max(1_024).optional(),
  MetricName: z.string().optional(),
  Namespace: z.string().optional(),
  Statistic: z.string().optional(),
  ExtendedStatistic: z.string().optional(),
  Dimensions: dimensionsSchema.optional(),
  Period: z.number().optional(),
  Unit: z.string().optional(),
  EvaluationPeriods: z.number().optional(),
  DatapointsToAlarm: z.number().optional(),
  Threshold: z.number().optional(),
  ComparisonOperator: z.string().optional(),
  TreatMissingData: z.string().optional(),
});
const configurations: object = Object.fromEntries(
  policyKinds.map(({ type, document }) => [configurationMember(type), documentSchema(document).optional()]),
);
const schema = z.strictObject({
  PolicyName: z.string().min(1).max(256).optional(),
  PolicyType: z.string().optional(),
  // Of a whole request; the experiment's own scalable target is taken instead.
  ServiceNamespace: z.string().optional(),
  ResourceId: z.string().optional(),
  ScalableDimension: z.string().optional(),
  ...configurations,
  // Not of the API: see `PolicyFile`.
  MetricAlarms: z.array(alarm).max(20).optional(),
});

/**
 * Reads and checks what `--policy FILE` names: a policy, or a list of policies.
 * @throws MlbenchError exit code 2: not readable, no such members, or refused as AWS would
 */
export function readPolicyFile(path: string, variant: VariantId): PolicyFile[] {
  const content = readJsonFile('--policy', path, 'a policy as PutScalingPolicy takes it, or a list of them');
  const parsed = z
    .array(schema)
    .min(1)
    .safeParse(Array.isArray(content) ? content : [content]);
  if (!parsed.success) throw misshapen(path, parsed.error.issues[0]);
  return parsed.data.map(({ ServiceNamespace: _n, ResourceId: _r, ScalableDimension: _d, ...policy }) => {
    assertPolicy(policy, variant, `--policy ${path}`);
    return policy;
  });
}

/**
 * @throws MlbenchError `no-target-value` (exit code 2): nobody can say what one instance should carry of that metric
 */
export function assertOwnTarget(metric: TrackedMetric): void {
  if (metric === usualTracked) return;
  throw userError(
    'no-target-value',
    `--metric ${metric} has no target value of its own`,
    `pass --target-value, in ${trackedMetrics[metric].targetUnit}`,
  );
}

/** @throws MlbenchError exit code 2, with AWS's error name: AWS would not take it */
export function assertPolicy(policy: PolicyFile, variant: VariantId, flag: string): void {
  refuse(flag, checkPolicy(policy, variant));
  refuse(flag, policyAlarms(policy, variant, policy.PolicyName ?? 'alarm'));
}

/** @throws MlbenchError exit code 2, with AWS's error name: AWS would not take them on one scalable target */
export function assertTogether(policies: readonly PolicyRequest[], variant: VariantId, flag: string): void {
  const taken: CheckedPolicy[] = [];
  for (const request of policies) {
    const checked = checkPolicy(request, variant);
    if ('problem' in checked) continue;
    const problem = checkBeside(checked.policy, taken);
    if (problem) refuse(flag, problem);
    taken.push(checked.policy);
  }
}

function refuse(flag: string, answer: PolicyProblem | object): void {
  if (isProblem(answer))
    throw userError('policy-refused', `${flag}: ${answer.code}: ${answer.problem}`, answer.remedy);
}

function isProblem(answer: object): answer is PolicyProblem {
  return 'problem' in answer;
}

function misshapen(path: string, issue: z.core.$ZodIssue | undefined) {
  const where = issue?.path.slice(1).join('.') || 'the policy';
  return userError(
    'policy-unreadable',
    `--policy ${path}: ${where}: ${issue?.message ?? 'is no policy'}`,
    'write it as PutScalingPolicy takes it: PolicyType and its configuration, with the members of the AWS API',
  );
}
