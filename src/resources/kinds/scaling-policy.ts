import { isDeepStrictEqual } from 'node:util';
import type { PolicyType, ScalingPolicy } from '@aws-sdk/client-application-auto-scaling';
import { configurationMember, describedPolicy } from '../../catalog/policy-configuration.ts';
import { retryUntilTargetKnown } from '../consistency/passing-refusals.ts';
import type { Scope } from '../engine/resource.ts';
import { isCloudError } from '../sdk/cloud-errors.ts';
import type { CloudKind } from './kind/cloud-kind.ts';
import type { Nominee } from './kind/nominee.ts';
import { everything } from './kind/permission.ts';
import type { AlarmSpec } from './metric-alarm.ts';
import { nomineeOfEndpoint, variantScaling } from './scalable-target/scalable-target.ts';

export interface PolicySpec {
  name: string;
  policyType: string;
  /** As the API takes it, in the member that is named after the type. */
  configuration: object;
  /** What AWS assumes where the configuration says nothing. */
  assumed: object;
  /** What the policy acts on, unless it makes its alarms itself. */
  alarms: readonly AlarmSpec[];
}

interface ScalingPolicySpec extends Omit<PolicySpec, 'alarms'> {
  /** `endpoint/E/variant/V` */
  resourceId: string;
}

export interface ScalingPolicyState {
  name: string;
  arn: string;
  policyType: string;
  configuration: object;
}

/**
 * A policy on a variant. Alarms that it makes itself Application Auto Scaling keeps; others are resources of their own.
 */
export const scalingPolicyKind: CloudKind<ScalingPolicySpec, ScalingPolicyState> = {
  kind: 'scaling-policy',
  identify: ({ name, resourceId }) => ({ name, resourceId }),
  // An ARN has an id of the service's own choice in it.
  foresee: ({ resourceId, assumed: _, ...state }, { partition, region, accountId }, standing) => ({
    ...state,
    arn:
      standing?.arn ??
      `arn:${partition}:autoscaling:${region}:${accountId}:scalingPolicy:*:resource/sagemaker/${resourceId}:policyName/${state.name}`,
  }),
  differences: (wanted, state) =>
    agrees(state, wanted)
      ? []
      : [`${JSON.stringify(withDefaults(state, wanted))} → ${JSON.stringify(withDefaults(wanted, wanted))}`],
  async describe({ name, resourceId = '' }, scope) {
    const state = await observe(name, resourceId, scope);
    return state && { state };
  },
  async ensure(spec, scope) {
    const { resourceId, assumed: _, ...wanted } = spec;
    const observed = await observe(wanted.name, resourceId, scope);
    if (observed && agrees(observed, spec)) return { outcome: 'unchanged', state: observed };
    const arn = await putPolicy(spec, scope);
    return { outcome: observed ? 'updated' : 'created', state: { ...wanted, arn } };
  },
  async remove({ name, resourceId }, scope) {
    const { DeleteScalingPolicyCommand } = await import('@aws-sdk/client-application-auto-scaling');
    const autoscaling = await scope.clients.autoscaling();
    await autoscaling
      .send(new DeleteScalingPolicyCommand({ ...variantScaling, PolicyName: name, ResourceId: resourceId }))
      .catch((error: unknown) => {
        if (!isCloudError(error, 'ObjectNotFoundException')) throw error;
      });
    return 'removed';
  },
  permissions: [
    {
      actions: [
        'application-autoscaling:PutScalingPolicy',
        'application-autoscaling:DescribeScalingPolicies',
        'application-autoscaling:DeleteScalingPolicy',
        // A policy makes and removes alarms of its own in the caller's name:
        // https://docs.aws.amazon.com/autoscaling/application/userguide/security_iam_id-based-policy-examples.html
        'cloudwatch:PutMetricAlarm',
        'cloudwatch:DescribeAlarms',
        'cloudwatch:DeleteAlarms',
      ],
      resources: everything,
    },
  ],
  async nominate(search) {
    const { paginateDescribeScalingPolicies } = await import('@aws-sdk/client-application-auto-scaling');
    const client = await search.clients.autoscaling();
    const found: Nominee[] = [];
    for await (const { ScalingPolicies } of paginateDescribeScalingPolicies({ client }, variantScaling))
      for (const { ResourceId: resourceId = '', PolicyName: name = '', CreationTime } of ScalingPolicies ??
        [])
        found.push(...nomineeOfEndpoint(resourceId, { name, resourceId }, CreationTime, search));
    return found;
  },
};

/** @returns the policy's ARN */
async function putPolicy(spec: ScalingPolicySpec, scope: Scope): Promise<string> {
  const { PutScalingPolicyCommand } = await import('@aws-sdk/client-application-auto-scaling');
  const autoscaling = await scope.clients.autoscaling();
  const command = new PutScalingPolicyCommand({
    ...variantScaling,
    ResourceId: spec.resourceId,
    PolicyName: spec.name,
    PolicyType: spec.policyType as PolicyType,
    [configurationMember(spec.policyType)]: spec.configuration,
  });
  const { PolicyARN } = await retryUntilTargetKnown(() => autoscaling.send(command), scope);
  return PolicyARN ?? '';
}

async function observe(
  name: string,
  resourceId: string,
  scope: Scope,
): Promise<ScalingPolicyState | undefined> {
  const { DescribeScalingPoliciesCommand } = await import('@aws-sdk/client-application-auto-scaling');
  const autoscaling = await scope.clients.autoscaling();
  const { ScalingPolicies } = await autoscaling.send(
    new DescribeScalingPoliciesCommand({ ...variantScaling, ResourceId: resourceId, PolicyNames: [name] }),
  );
  const policy = ScalingPolicies?.find((candidate) => candidate.PolicyName === name);
  return policy && stateOf(name, policy);
}

function stateOf(name: string, policy: ScalingPolicy): ScalingPolicyState {
  return { name, arn: policy.PolicyARN ?? '', ...describedPolicy(policy) };
}

type Compared = Pick<ScalingPolicyState, 'policyType' | 'configuration'>;

function agrees(observed: Compared, wanted: ScalingPolicySpec): boolean {
  return (
    observed.policyType === wanted.policyType &&
    isDeepStrictEqual(withDefaults(observed, wanted), withDefaults(wanted, wanted))
  );
}

/** @param assumed by AWS, of policies of its type. https://docs.aws.amazon.com/autoscaling/application/APIReference/ */
function withDefaults(policy: Compared, { policyType, assumed }: ScalingPolicySpec): unknown {
  const configuration = JSON.parse(JSON.stringify(policy.configuration));
  return policy.policyType === policyType ? { ...assumed, ...configuration } : configuration;
}
