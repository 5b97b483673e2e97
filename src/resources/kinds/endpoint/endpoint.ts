import { cloudError } from '../../../core/errors.ts';
import { ownCommand } from '../../../core/options/own-command.ts';
import { retryUntilNameKnown } from '../../consistency/passing-refusals.ts';
import type { Remembered, Scope } from '../../engine/resource.ts';
import { isCloudError } from '../../sdk/cloud-errors.ts';
import type { CloudKind } from '../kind/cloud-kind.ts';
import { endpointKindName, namePrefix, namesTagged, nominee } from '../kind/nominee.ts';
import { arnPattern, toFindOrphans } from '../kind/permission.ts';
import { ownerOf, tagsFor } from '../kind/tags.ts';
import { deregisterTarget } from '../scalable-target/scalable-target.ts';
import { endpointHourlyUsd } from './endpoint-cost.ts';
import {
  assertInService,
  describeEndpoint,
  type EndpointState,
  isBroken,
  restingEndpoint,
} from './endpoint-state.ts';

export interface EndpointSpec {
  name: string;
  configName: string;
  variantName: string;
  instanceType: string;
  /** The wish; autoscaling may make more or fewer of it. */
  instances: number;
  /** Below which autoscaling does not go. */
  fewestInstances: number;
}

/**
 * The endpoint. What changed decides how it is brought about:
 *
 *   another model, instance type → UpdateEndpoint to the new configuration (blue/green), keeping the count that autoscaling
 *                                  chose; for another instance type the scalable target is deregistered first (AWS refuses
 *                                  the update otherwise) and registered again by its own resource afterwards
 *   `--instances` alone          → UpdateEndpointWeightsAndCapacities; only where the wish changed, as autoscaling may have
 *                                  moved the count since. Another `--min` alone takes no instance away
 *
 * A broken one is deleted and made anew; what autoscales it goes first, as always before an endpoint.
 */
export const endpointKind: CloudKind<EndpointSpec, EndpointState> = {
  kind: endpointKindName,
  identify: ({ name }) => ({ name }),
  foresee: (spec, { partition, region, accountId }) => ({
    name: spec.name,
    arn: `arn:${partition}:sagemaker:${region}:${accountId}:endpoint/${spec.name}`,
    status: 'InService',
    configName: spec.configName,
    failureReason: undefined,
    variants: [{ name: spec.variantName, current: firstOf(spec), desired: firstOf(spec), weight: 1 }],
  }),
  differences: (spec, state, applied) => alterations(spec, state, applied).map(({ phrase }) => phrase),
  async describe({ name }, scope) {
    const state = await describeEndpoint(name, scope);
    return state && { state, owner: await ownerOf(state.arn, scope) };
  },
  remember: ({ instances, fewestInstances, instanceType }) => ({ instances, fewestInstances, instanceType }),
  async ensure(spec, scope, applied) {
    let observed = await restingEndpoint(spec.name, scope);
    if (observed && isBroken(observed)) {
      await deregisterTarget(spec, scope);
      await deleteEndpoint(spec.name, scope);
      observed = await restingEndpoint(spec.name, scope);
    }
    if (!observed) {
      await createEndpoint(spec, scope);
      return {
        outcome: 'created',
        state: assertInService(await restingEndpoint(spec.name, scope), spec.name),
      };
    }
    const [alteration] = alterations(spec, observed, applied);
    if (!alteration) return { outcome: 'unchanged', state: observed };
    if (alteration.kind === 'count') {
      const { count } = alteration;
      await retryWhileInFlux(spec.name, scope, () => setInstanceCount(spec, count, scope));
    } else {
      if (alteration.kind === 'instance-type') await deregisterTarget(spec, scope);
      const newCount = countIsNew(spec, applied);
      await retryWhileInFlux(spec.name, scope, () => updateEndpoint(spec, !newCount, scope));
    }
    const state = assertInService(await restingEndpoint(spec.name, scope), spec.name);
    if (state.configName !== spec.configName) throw rolledBack(state, alteration.kind === 'instance-type');
    return { outcome: 'updated', state };
  },
  async remove({ name }, scope) {
    const observed = await restingEndpoint(name, scope);
    if (!observed) return 'removed';
    await retryWhileInFlux(name, scope, () => deleteEndpoint(name, scope));
    await restingEndpoint(name, scope);
    return 'removed';
  },
  permissions: [
    {
      actions: [
        'sagemaker:CreateEndpoint',
        'sagemaker:DescribeEndpoint',
        'sagemaker:UpdateEndpoint',
        'sagemaker:UpdateEndpointWeightsAndCapacities',
        'sagemaker:DeleteEndpoint',
        // What an hour of an orphan costs.
        'sagemaker:DescribeEndpointConfig',
        'sagemaker:AddTags',
        'sagemaker:ListTags',
      ],
      // CreateEndpoint and UpdateEndpoint ask for the configuration too.
      resources: [
        arnPattern('sagemaker', 'endpoint/mlbench*'),
        arnPattern('sagemaker', 'endpoint-config/mlbench*'),
      ],
    },
    toFindOrphans('sagemaker:ListEndpoints'),
  ],
  async nominate(search) {
    const { paginateListEndpoints } = await import('@aws-sdk/client-sagemaker');
    const found = namesTagged(search, /:sagemaker:.*:endpoint\/(.+)$/);
    const client = await search.clients.sagemaker();
    for await (const { Endpoints } of paginateListEndpoints({ client }, { NameContains: namePrefix }))
      found.push(...(Endpoints ?? []).flatMap((one) => nominee(one.EndpointName, one.CreationTime)));
    return found;
  },
  hourlyUsd: endpointHourlyUsd,
};

type Alteration = { phrase: string } & (
  | { kind: 'instance-type' | 'configuration' }
  | { kind: 'count'; count: number }
);

/** The one call that brings the endpoint to its spec; none where it is there. */
function alterations(
  spec: EndpointSpec,
  observed: EndpointState,
  applied: Remembered | undefined,
): Alteration[] {
  if (isBroken(observed))
    return [{ kind: 'configuration', phrase: `${observed.status}: deleted and made anew` }];
  if (observed.configName !== spec.configName) {
    const otherType = applied === undefined || applied['instanceType'] !== spec.instanceType;
    return [
      {
        kind: otherType ? 'instance-type' : 'configuration',
        phrase: `configuration ${observed.configName} → ${spec.configName}, blue/green${otherType ? '; taken off autoscaling for it, and put back' : ''}`,
      },
    ];
  }
  const desired = observed.variants[0]?.desired ?? 0;
  const count = countIsNew(spec, applied) ? firstOf(spec) : Math.max(desired, spec.fewestInstances);
  return desired === count ? [] : [{ kind: 'count', phrase: `instances ${desired} → ${count}`, count }];
}

/** As many as a new one has. */
function firstOf({ instances, fewestInstances }: EndpointSpec): number {
  return Math.max(instances, fewestInstances);
}

/**
 * Another wish than last time: where it is the old one, autoscaling may have moved the count since. Nothing applied: an
 * `up` was killed before autoscaling could, and it may have wanted another count.
 */
function countIsNew(spec: EndpointSpec, applied: Remembered | undefined): boolean {
  return applied === undefined || applied['instances'] !== spec.instances;
}

async function createEndpoint(spec: EndpointSpec, scope: Scope): Promise<void> {
  const { CreateEndpointCommand } = await import('@aws-sdk/client-sagemaker');
  const sagemaker = await scope.clients.sagemaker();
  const command = new CreateEndpointCommand({
    EndpointName: spec.name,
    EndpointConfigName: spec.configName,
    Tags: tagsFor(scope.experiment),
  });
  await retryUntilNameKnown(() => sagemaker.send(command), 'endpoint configuration', scope).catch(
    (error: unknown) => {
      // A create that was cut off and tried again.
      if (!isCloudError(error, 'ValidationException', /already existing endpoint/i)) throw error;
    },
  );
}

async function updateEndpoint(spec: EndpointSpec, keepCount: boolean, scope: Scope): Promise<void> {
  const { UpdateEndpointCommand } = await import('@aws-sdk/client-sagemaker');
  const sagemaker = await scope.clients.sagemaker();
  const command = new UpdateEndpointCommand({
    EndpointName: spec.name,
    EndpointConfigName: spec.configName,
    RetainAllVariantProperties: keepCount,
  });
  await retryUntilNameKnown(() => sagemaker.send(command), 'endpoint configuration', scope);
}

async function setInstanceCount(spec: EndpointSpec, count: number, scope: Scope): Promise<void> {
  const { UpdateEndpointWeightsAndCapacitiesCommand } = await import('@aws-sdk/client-sagemaker');
  const sagemaker = await scope.clients.sagemaker();
  await sagemaker.send(
    new UpdateEndpointWeightsAndCapacitiesCommand({
      EndpointName: spec.name,
      DesiredWeightsAndCapacities: [{ VariantName: spec.variantName, DesiredInstanceCount: count }],
    }),
  );
}

async function deleteEndpoint(name: string, scope: Scope): Promise<void> {
  const { DeleteEndpointCommand } = await import('@aws-sdk/client-sagemaker');
  await (await scope.clients.sagemaker()).send(new DeleteEndpointCommand({ EndpointName: name }));
}

/** Autoscaling may start a change between our look and our call: wait it out and call again, a few times. */
async function retryWhileInFlux(name: string, scope: Scope, call: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt === 5 || !isCloudError(error, 'ValidationException', /cannot update in-progress/i))
        throw error;
      await restingEndpoint(name, scope);
    }
  }
}

function rolledBack(state: EndpointState, offAutoscaling: boolean) {
  return cloudError(
    'endpoint-rolled-back',
    `endpoint "${state.name}" went back to its old configuration "${state.configName}"${state.failureReason ? `: ${state.failureReason}` : ''}`,
    `the old one still serves${offAutoscaling ? ', off autoscaling until an up completes' : ''}; mend what the reason names and run ${ownCommand('up')} again`,
  );
}
