import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { systemErrorCode, userError } from '../core/errors.ts';
import { checkPolicy, type PolicyRequest } from '../scaling/check-policy.ts';
import type { VariantId } from '../scaling/predefined-metric.ts';

/** A scaling policy as `PutScalingPolicy` takes it; which target it goes to is not the file's business. */
export interface PolicyFile extends PolicyRequest {
  PolicyName?: string | undefined;
}

const dimension = z.strictObject({ Name: z.string(), Value: z.string() });
const schema = z.strictObject({
  PolicyName: z.string().min(1).max(256).optional(),
  PolicyType: z.string().optional(),
  // Of a whole request; the experiment's own target is taken instead.
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
});

/**
 * Reads and checks a policy, as `--policy FILE` names it.
 * @throws MlbenchError exit code 2: not readable, no such members, or refused as AWS would
 */
export function readPolicyFile(path: string, variant: VariantId): PolicyFile {
  const parsed = schema.safeParse(readJson(path));
  if (!parsed.success) throw misshapen(path, parsed.error.issues[0]);
  const { ServiceNamespace: _n, ResourceId: _r, ScalableDimension: _d, ...policy } = parsed.data;
  assertPolicy(policy, variant, `--policy ${path}`);
  return policy;
}

/** @throws MlbenchError exit code 2, with AWS's error name: AWS would not take it */
export function assertPolicy(policy: PolicyRequest, variant: VariantId, flag: string): void {
  const checked = checkPolicy(policy, variant);
  if ('problem' in checked)
    throw userError('policy-refused', `${flag}: ${checked.code}: ${checked.problem}`, checked.remedy);
}

function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw userError(
      'policy-unreadable',
      `--policy: the file ${path} cannot be read: ${systemErrorCode(error) ?? String(error)}`,
      'name a JSON file with a policy as PutScalingPolicy takes it',
      error,
    );
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw userError(
      'policy-unreadable',
      `--policy ${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`,
      'correct the file: it holds one policy as PutScalingPolicy takes it',
      error,
    );
  }
}

function misshapen(path: string, issue: z.core.$ZodIssue | undefined) {
  const where = issue?.path.join('.') || 'the policy';
  return userError(
    'policy-unreadable',
    `--policy ${path}: ${where}: ${issue?.message ?? 'is no policy'}`,
    'write it as PutScalingPolicy takes it: PolicyType and its configuration, with the members of the AWS API',
  );
}
