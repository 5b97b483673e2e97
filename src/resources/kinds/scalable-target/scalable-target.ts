import { difference, type Scope } from '../../engine/resource.ts';
import { isCloudError } from '../../sdk/cloud-errors.ts';
import type { CloudKind } from '../kind/cloud-kind.ts';
import type { Nominee, NomineeSearch } from '../kind/nominee.ts';
import { endpointKindName } from '../kind/nominee.ts';
import { everything } from '../kind/permission.ts';

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
export const scalableTargetKind: CloudKind<ScalableTargetSpec, ScalableTargetState> = {
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
  permissions: [
    {
      actions: [
        'application-autoscaling:RegisterScalableTarget',
        'application-autoscaling:DescribeScalableTargets',
        'application-autoscaling:DeregisterScalableTarget',
      ],
      resources: everything,
    },
    {
      // No call: the first target of an account makes AWS's own role for it, which stays.
      actions: ['iam:CreateServiceLinkedRole'],
      resources: [
        'arn:{partition}:iam::{account}:role/aws-service-role/sagemaker.application-autoscaling.amazonaws.com/*',
      ],
    },
  ],
  async nominate(search) {
    const { paginateDescribeScalableTargets } = await import('@aws-sdk/client-application-auto-scaling');
    const client = await search.clients.autoscaling();
    const found: Nominee[] = [];
    for await (const { ScalableTargets } of paginateDescribeScalableTargets({ client }, variantScaling))
      for (const { ResourceId = '', CreationTime } of ScalableTargets ?? [])
        found.push(...nomineeOfEndpoint(ResourceId, { name: ResourceId }, CreationTime, search));
    return found;
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

/**
 * What hangs on an endpoint that is an orphan is one too: it carries no tag.
 * @param resourceId `endpoint/E/variant/V`
 */
export function nomineeOfEndpoint(
  resourceId: string,
  identifiers: Nominee['identifiers'],
  createdAt: Date | undefined,
  { confirmed }: NomineeSearch,
): Nominee[] {
  const endpointName = /^endpoint\/([^/]+)\/variant\//.exec(resourceId)?.[1];
  const endpoint = confirmed.find(({ kind, name }) => kind === endpointKindName && name === endpointName);
  return endpoint ? [{ identifiers, experiment: endpoint.experiment, createdAt }] : [];
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
