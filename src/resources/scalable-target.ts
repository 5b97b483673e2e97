import { isCloudError } from './cloud-errors.ts';
import { difference, type ResourceKind, type Scope } from './resource.ts';

export interface ScalableTargetSpec {
  endpointName: string;
  variantName: string;
  minCapacity: number;
  maxCapacity: number;
}

export interface ScalableTargetState {
  resourceId: string;
  minCapacity: number;
  maxCapacity: number;
}

/** What Application Auto Scaling calls a variant's instance count. */
export const variantScaling = {
  ServiceNamespace: 'sagemaker',
  ScalableDimension: 'sagemaker:variant:DesiredInstanceCount',
} as const;

export function variantResourceId(endpointName: string, variantName: string): string {
  return `endpoint/${endpointName}/variant/${variantName}`;
}

/** How far autoscaling may go. It is part of its endpoint, so it has no owner of its own. */
export const scalableTargetKind: ResourceKind<ScalableTargetSpec, ScalableTargetState> = {
  kind: 'scalable-target',
  identify: ({ endpointName, variantName }) => ({ name: variantResourceId(endpointName, variantName) }),
  foresee(spec) {
    return stateOf(this.identify(spec).name, spec);
  },
  differences: (spec, state) => [
    ...difference('fewest instances', state.minCapacity, spec.minCapacity),
    ...difference('most instances', state.maxCapacity, spec.maxCapacity),
  ],
  async describe({ name }, scope) {
    const state = await observe(name, scope);
    return state && { state };
  },
  async ensure(spec, scope) {
    const { name: resourceId } = this.identify(spec);
    const { minCapacity, maxCapacity } = spec;
    const state = stateOf(resourceId, spec);
    const observed = await observe(resourceId, scope);
    if (observed && this.differences?.(spec, observed, undefined).length === 0) {
      return { outcome: 'unchanged', state };
    }
    const { RegisterScalableTargetCommand } = await import('@aws-sdk/client-application-auto-scaling');
    const autoscaling = await scope.clients.autoscaling();
    await autoscaling.send(
      new RegisterScalableTargetCommand({
        ...variantScaling,
        ResourceId: resourceId,
        MinCapacity: minCapacity,
        MaxCapacity: maxCapacity,
      }),
    );
    return { outcome: observed ? 'updated' : 'created', state };
  },
  async remove({ name }, scope) {
    await deregister(name, scope);
    return 'removed';
  },
};

function stateOf(
  resourceId: string,
  { minCapacity, maxCapacity }: Pick<ScalableTargetSpec, 'minCapacity' | 'maxCapacity'>,
): ScalableTargetState {
  return { resourceId, minCapacity, maxCapacity };
}

/** With it go its policies and their alarms. Nothing happens where none is registered. */
export function deregisterTarget(of: { name: string; variantName: string }, scope: Scope): Promise<void> {
  return deregister(variantResourceId(of.name, of.variantName), scope);
}

async function deregister(resourceId: string, scope: Scope): Promise<void> {
  const { DeregisterScalableTargetCommand } = await import('@aws-sdk/client-application-auto-scaling');
  const autoscaling = await scope.clients.autoscaling();
  await autoscaling
    .send(new DeregisterScalableTargetCommand({ ...variantScaling, ResourceId: resourceId }))
    .catch((error: unknown) => {
      if (!isCloudError(error, 'ObjectNotFoundException')) throw error;
    });
}

async function observe(resourceId: string, scope: Scope): Promise<ScalableTargetState | undefined> {
  const { DescribeScalableTargetsCommand } = await import('@aws-sdk/client-application-auto-scaling');
  const autoscaling = await scope.clients.autoscaling();
  const { ScalableTargets } = await autoscaling.send(
    new DescribeScalableTargetsCommand({ ...variantScaling, ResourceIds: [resourceId] }),
  );
  const target = ScalableTargets?.find((candidate) => candidate.ResourceId === resourceId);
  return target && { resourceId, minCapacity: target.MinCapacity ?? 0, maxCapacity: target.MaxCapacity ?? 0 };
}
