import type { ScalingPolicy } from '@aws-sdk/client-application-auto-scaling';
import { sleep } from '../core/clock.ts';
import { isCloudError } from './cloud-errors.ts';
import type { ResourceKind, Scope } from './resource.ts';
import { variantScaling } from './scalable-target.ts';

export interface ScalingPolicySpec {
  name: string;
  /** `endpoint/E/variant/V` */
  resourceId: string;
  metric: TargetMetric;
  targetValue: number;
  scaleOutCooldownSeconds: number;
  scaleInCooldownSeconds: number;
}

export type TargetMetric = 'SageMakerVariantInvocationsPerInstance';

export interface ScalingPolicyState {
  name: string;
  metric: string;
  targetValue: number;
  scaleOutCooldownSeconds: number;
  scaleInCooldownSeconds: number;
}

/** A target-tracking policy; Application Auto Scaling keeps its two alarms. */
export const scalingPolicyKind: ResourceKind<ScalingPolicySpec, ScalingPolicyState> = {
  kind: 'scaling-policy',
  identify: ({ name, resourceId }) => ({ name, resourceId }),
  async describe({ name, resourceId = '' }, scope) {
    const state = await observe(name, resourceId, scope);
    return state && { state };
  },
  async ensure({ resourceId, ...wanted }, scope) {
    const observed = await observe(wanted.name, resourceId, scope);
    if (observed && agrees(observed, wanted)) return { outcome: 'unchanged', state: wanted };
    await putPolicy({ resourceId, ...wanted }, scope);
    return { outcome: observed ? 'updated' : 'created', state: wanted };
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
};

async function putPolicy(spec: ScalingPolicySpec, scope: Scope): Promise<void> {
  const { PutScalingPolicyCommand } = await import('@aws-sdk/client-application-auto-scaling');
  const autoscaling = await scope.clients.autoscaling();
  const command = new PutScalingPolicyCommand({
    ...variantScaling,
    ResourceId: spec.resourceId,
    PolicyName: spec.name,
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: spec.targetValue,
      PredefinedMetricSpecification: { PredefinedMetricType: spec.metric },
      ScaleOutCooldown: spec.scaleOutCooldownSeconds,
      ScaleInCooldown: spec.scaleInCooldownSeconds,
    },
  });
  for (let attempt = 1; ; attempt++) {
    try {
      await autoscaling.send(command);
      return;
    } catch (error) {
      // Registering is eventually consistent: right after it the target may not be found yet.
      if (attempt === 5 || !isCloudError(error, 'ObjectNotFoundException')) throw error;
      await sleep(scope.clock, 1_000, scope.signal);
    }
  }
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
  const tracking = policy.TargetTrackingScalingPolicyConfiguration;
  return {
    name,
    metric: tracking?.PredefinedMetricSpecification?.PredefinedMetricType ?? '',
    targetValue: tracking?.TargetValue ?? 0,
    scaleOutCooldownSeconds: tracking?.ScaleOutCooldown ?? 300,
    scaleInCooldownSeconds: tracking?.ScaleInCooldown ?? 300,
  };
}

function agrees(observed: ScalingPolicyState, wanted: ScalingPolicyState): boolean {
  return (
    observed.metric === wanted.metric &&
    observed.targetValue === wanted.targetValue &&
    observed.scaleOutCooldownSeconds === wanted.scaleOutCooldownSeconds &&
    observed.scaleInCooldownSeconds === wanted.scaleInCooldownSeconds
  );
}
