import type { ProductionVariantInstanceType } from '@aws-sdk/client-sagemaker';
import { isCloudError } from './cloud-errors.ts';
import type { Observed, ResourceKind, Scope } from './resource.ts';
import { ownerOf, tagsFor } from './tags.ts';

export interface EndpointConfigSpec {
  /** With a hash of model and instance type: SageMaker cannot alter a configuration. */
  name: string;
  variantName: string;
  modelName: string;
  instanceType: string;
  /** Not in the hash: an endpoint that is up is scaled, not replaced, to have more instances. */
  initialInstanceCount: number;
}

export interface EndpointConfigState {
  name: string;
}

export const endpointConfigKind: ResourceKind<EndpointConfigSpec, EndpointConfigState> = {
  kind: 'endpoint-config',
  identify: ({ name }) => ({ name }),
  foresee: ({ name }) => ({ name }),
  describe: ({ name }, scope) => observe(name, scope),
  async ensure(spec, scope) {
    const observed = await observe(spec.name, scope);
    if (observed) return { outcome: 'unchanged', state: observed.state };
    const { CreateEndpointConfigCommand } = await import('@aws-sdk/client-sagemaker');
    const sagemaker = await scope.clients.sagemaker();
    await sagemaker.send(
      new CreateEndpointConfigCommand({
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
      }),
    );
    return { outcome: 'created', state: { name: spec.name } };
  },
  async remove({ name }, scope) {
    const { DeleteEndpointConfigCommand } = await import('@aws-sdk/client-sagemaker');
    const sagemaker = await scope.clients.sagemaker();
    await sagemaker.send(new DeleteEndpointConfigCommand({ EndpointConfigName: name }));
    return 'removed';
  },
};

async function observe(name: string, scope: Scope): Promise<Observed<EndpointConfigState> | undefined> {
  const { DescribeEndpointConfigCommand } = await import('@aws-sdk/client-sagemaker');
  const sagemaker = await scope.clients.sagemaker();
  try {
    const { EndpointConfigArn = '' } = await sagemaker.send(
      new DescribeEndpointConfigCommand({ EndpointConfigName: name }),
    );
    return { state: { name }, owner: await ownerOf(EndpointConfigArn, scope) };
  } catch (error) {
    if (isCloudError(error, 'ValidationException', /could not find endpoint configuration/i))
      return undefined;
    throw error;
  }
}
