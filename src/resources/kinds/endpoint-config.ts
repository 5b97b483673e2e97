import type { ProductionVariantInstanceType } from '@aws-sdk/client-sagemaker';
import { retryUntilNameKnown } from '../consistency/passing-refusals.ts';
import { difference, type Observed, type Scope } from '../engine/resource.ts';
import { isCloudError } from '../sdk/cloud-errors.ts';
import { describeEndpoint } from './endpoint/endpoint-state.ts';
import type { CloudKind } from './kind/cloud-kind.ts';
import { namePrefix, namesTagged, nominee } from './kind/nominee.ts';
import { arnPattern, toFindOrphans } from './kind/permission.ts';
import { ownerOf, tagsFor } from './kind/tags.ts';

export interface EndpointConfigSpec {
  /** With a hash of model and instance type: SageMaker cannot alter a configuration. */
  name: string;
  variantName: string;
  modelName: string;
  instanceType: string;
  /** The endpoint that is to have it. */
  endpointName: string;
  /** Not in the hash: an endpoint that is up is scaled, not replaced, to have more instances. */
  initialInstanceCount: number;
}

export interface EndpointConfigState {
  name: string;
  initialInstanceCount: number;
  /** An endpoint has it, or is on its way to it: it must stay as it is. */
  inUse: boolean;
}

/**
 * What an endpoint is made of. As long as none is, another count is put in its place: an `up` that was refused so many
 * instances must not ask for them again when it is told to want fewer.
 */
export const endpointConfigKind: CloudKind<EndpointConfigSpec, EndpointConfigState> = {
  kind: 'endpoint-config',
  identify: ({ name, endpointName }) => ({ name, endpointName }),
  foresee: ({ name, initialInstanceCount }) => ({ name, initialInstanceCount, inUse: false }),
  differences: ({ initialInstanceCount: wanted }, { initialInstanceCount: is, inUse }) =>
    inUse ? [] : difference('instances to begin with', is, wanted),
  describe: ({ name, endpointName }, scope) => observe(name, endpointName, scope),
  async ensure(spec, scope) {
    const observed = await observe(spec.name, spec.endpointName, scope);
    if (observed && this.differences?.(spec, observed.state, undefined).length === 0) {
      return { outcome: 'unchanged', state: observed.state };
    }
    if (observed) await this.remove(this.identify(spec), scope);
    await create(spec, scope);
    return {
      outcome: observed ? 'updated' : 'created',
      state: { name: spec.name, initialInstanceCount: spec.initialInstanceCount, inUse: false },
    };
  },
  async remove({ name }, scope) {
    const { DeleteEndpointConfigCommand } = await import('@aws-sdk/client-sagemaker');
    const sagemaker = await scope.clients.sagemaker();
    await sagemaker
      .send(new DeleteEndpointConfigCommand({ EndpointConfigName: name }))
      .catch((error: unknown) => {
        if (!isAbsent(error)) throw error;
      });
    return 'removed';
  },
  permissions: [
    {
      actions: [
        'sagemaker:CreateEndpointConfig',
        'sagemaker:DescribeEndpointConfig',
        'sagemaker:DeleteEndpointConfig',
        'sagemaker:AddTags',
        'sagemaker:ListTags',
      ],
      resources: [arnPattern('sagemaker', 'endpoint-config/mlbench*')],
    },
    toFindOrphans('sagemaker:ListEndpointConfigs'),
  ],
  async nominate(search) {
    const { paginateListEndpointConfigs } = await import('@aws-sdk/client-sagemaker');
    const found = namesTagged(search, /:sagemaker:.*:endpoint-config\/(.+)$/);
    const client = await search.clients.sagemaker();
    for await (const { EndpointConfigs } of paginateListEndpointConfigs(
      { client },
      { NameContains: namePrefix },
    ))
      found.push(
        ...(EndpointConfigs ?? []).flatMap((one) => nominee(one.EndpointConfigName, one.CreationTime)),
      );
    return found;
  },
};

async function create(spec: EndpointConfigSpec, scope: Scope): Promise<void> {
  const { CreateEndpointConfigCommand } = await import('@aws-sdk/client-sagemaker');
  const sagemaker = await scope.clients.sagemaker();
  const command = new CreateEndpointConfigCommand({
    EndpointConfigName: spec.name,
    ProductionVariants: [
      {
        VariantName: spec.variantName,
        ModelName: spec.modelName,
        InstanceType: spec.instanceType as ProductionVariantInstanceType,
        InitialInstanceCount: spec.initialInstanceCount,
        InitialVariantWeight: 1,
      },
    ],
    Tags: tagsFor(scope.experiment),
  });
  try {
    await retryUntilNameKnown(() => sagemaker.send(command), 'model', scope);
  } catch (error) {
    // A create whose answer was lost, and that was tried again.
    const isThere = isCloudError(error, 'ValidationException', /already existing endpoint configuration/i);
    const made = isThere ? await observe(spec.name, undefined, scope) : undefined;
    if (made?.owner !== scope.experiment) throw error;
  }
}

/** @param endpointName whose it is, if that is known */
async function observe(
  name: string,
  endpointName: string | undefined,
  scope: Scope,
): Promise<Observed<EndpointConfigState> | undefined> {
  const { DescribeEndpointConfigCommand } = await import('@aws-sdk/client-sagemaker');
  const sagemaker = await scope.clients.sagemaker();
  try {
    const { EndpointConfigArn = '', ProductionVariants } = await sagemaker.send(
      new DescribeEndpointConfigCommand({ EndpointConfigName: name }),
    );
    const owner = await ownerOf(EndpointConfigArn, scope);
    const initialInstanceCount = ProductionVariants?.[0]?.InitialInstanceCount ?? 0;
    return { state: { name, initialInstanceCount, inUse: await isInUse(name, endpointName, scope) }, owner };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** One that failed uses nothing any more; one that is changing may be on its way to any. */
async function isInUse(name: string, endpointName: string | undefined, scope: Scope): Promise<boolean> {
  const endpoint = endpointName === undefined ? undefined : await describeEndpoint(endpointName, scope);
  if (!endpoint || endpoint.status === 'Failed') return false;
  return endpoint.configName === name || endpoint.status !== 'InService';
}

function isAbsent(error: unknown): boolean {
  return isCloudError(error, 'ValidationException', /could not find endpoint configuration/i);
}
