import { z } from 'zod';
import { userError } from '../../core/errors.ts';
import {
  type CheckedPolicy,
  checkBeside,
  checkPolicy,
  type PolicyRequest,
} from '../../scaling/policies/check-policy.ts';
import { type PolicyWithAlarms, policyAlarms } from '../../scaling/policies/policy-alarms.ts';
import type { VariantId } from '../../scaling/policies/predefined-metric.ts';
import type { PolicyProblem } from '../../scaling/policies/problem.ts';
import { type TrackedMetric, targetUnits } from '../../scaling/policies/tracked-metric.ts';
import { readJsonFile } from './json-file.ts';

/**
 * A scaling policy as `PutScalingPolicy` takes it, a step policy with its alarms in `MetricAlarms` as `PutMetricAlarm` takes them;
 * which scalable target it goes to is not the file's business.
 */
export interface PolicyFile extends PolicyWithAlarms {
  PolicyName?: string | undefined;
}

const dimension = z.strictObject({ Name: z.string(), Value: z.string() });
const alarm = z.strictObject({
  AlarmName: z.string().min(1).max(255).optional(),
  AlarmDescription: z.string().max(1_024).optional(),
  MetricName: z.string().optional(),
  Namespace: z.string().optional(),
  Statistic: z.string().optional(),
  ExtendedStatistic: z.string().optional(),
  Dimensions: z.array(dimension).optional(),
  Period: z.number().optional(),
  Unit: z.string().optional(),
  EvaluationPeriods: z.number().optional(),
  DatapointsToAlarm: z.number().optional(),
  Threshold: z.number().optional(),
  ComparisonOperator: z.string().optional(),
  TreatMissingData: z.string().optional(),
});
const schema = z.strictObject({
  PolicyName: z.string().min(1).max(256).optional(),
  PolicyType: z.string().optional(),
  // Of a whole request; the experiment's own scalable target is taken instead.
  ServiceNamespace: z.string().optional(),
  ResourceId: z.string().optional(),
  ScalableDimension: z.string().optional(),
  TargetTrackingScalingPolicyConfiguration: z
    .strictObject({
      TargetValue: z.number().optional(),
      PredefinedMetricSpecification: z
        .strictObject({ PredefinedMetricType: z.string().optional(), ResourceLabel: z.string().optional() })
        .optional(),
      CustomizedMetricSpecification: z
        .strictObject({
          MetricName: z.string().optional(),
          Namespace: z.string().optional(),
          Dimensions: z.array(dimension).optional(),
          Statistic: z.string().optional(),
          Unit: z.string().optional(),
          Metrics: z.array(z.unknown()).optional(),
        })
        .optional(),
      ScaleOutCooldown: z.number().optional(),
      ScaleInCooldown: z.number().optional(),
      DisableScaleIn: z.boolean().optional(),
    })
    .optional(),
  StepScalingPolicyConfiguration: z
    .strictObject({
      AdjustmentType: z.string().optional(),
      StepAdjustments: z
        .array(
          z.strictObject({
            MetricIntervalLowerBound: z.number().optional(),
            MetricIntervalUpperBound: z.number().optional(),
            ScalingAdjustment: z.number().optional(),
          }),
        )
        .optional(),
      MinAdjustmentMagnitude: z.number().optional(),
      Cooldown: z.number().optional(),
      MetricAggregationType: z.string().optional(),
    })
    .optional(),
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

/** @throws MlbenchError `no-target-value` (exit code 2): nobody can say what one instance should carry of that metric */
export function assertOwnTarget(metric: TrackedMetric): void {
  if (metric === 'invocations') return;
  throw userError(
    'no-target-value',
    `--metric ${metric} has no target of its own`,
    `pass --target-value, in ${targetUnits[metric]}`,
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
