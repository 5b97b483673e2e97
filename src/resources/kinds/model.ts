import { retryUntilRoleKnown } from '../consistency/passing-refusals.ts';
import type { Observed, Scope } from '../engine/resource.ts';
import { isCloudError } from '../sdk/cloud-errors.ts';
import type { CloudKind } from './kind/cloud-kind.ts';
import { namePrefix, namesTagged, nominee } from './kind/nominee.ts';
import { arnPattern, toFindOrphans } from './kind/permission.ts';
import { ownerOf, tagsFor } from './kind/tags.ts';

export interface ModelSpec {
  /** With a hash of the rest: SageMaker cannot alter a model, so another content is another model. */
  name: string;
  image: string;
  modelDataUrl: string;
  executionRoleArn: string;
}

export interface ModelState {
  name: string;
  arn: string;
}

export const modelKind: CloudKind<ModelSpec, ModelState> = {
  kind: 'model',
  identify: ({ name }) => ({ name }),
  foresee: ({ name }, { partition, region, accountId }) => ({
    name,
    arn: `arn:${partition}:sagemaker:${region}:${accountId}:model/${name}`,
  }),
  describe: ({ name }, scope) => observe(name, scope),
  async ensure(spec, scope) {
    const observed = await observe(spec.name, scope);
    if (observed) return { outcome: 'unchanged', state: observed.state };
    const { CreateModelCommand } = await import('@aws-sdk/client-sagemaker');
    const sagemaker = await scope.clients.sagemaker();
    const command = new CreateModelCommand({
      ModelName: spec.name,
      PrimaryContainer: { Image: spec.image, ModelDataUrl: spec.modelDataUrl },
      ExecutionRoleArn: spec.executionRoleArn,
      Tags: tagsFor(scope.experiment),
    });
    try {
      const { ModelArn = '' } = await retryUntilRoleKnown(() => sagemaker.send(command), scope);
      return { outcome: 'created', state: { name: spec.name, arn: ModelArn } };
    } catch (error) {
      // A create whose answer was lost, and that was tried again.
      const isThere = isCloudError(error, 'ValidationException', /already existing model/i);
      const made = isThere ? await observe(spec.name, scope) : undefined;
      if (made?.owner !== scope.experiment) throw error;
      return { outcome: 'created', state: made.state };
    }
  },
  async remove({ name }, scope) {
    const { DeleteModelCommand } = await import('@aws-sdk/client-sagemaker');
    const sagemaker = await scope.clients.sagemaker();
    await sagemaker.send(new DeleteModelCommand({ ModelName: name })).catch((error: unknown) => {
      if (!isAbsent(error)) throw error;
    });
    return 'removed';
  },
  permissions: [
    {
      actions: [
        'sagemaker:CreateModel',
        'sagemaker:DescribeModel',
        'sagemaker:DeleteModel',
        'sagemaker:AddTags',
        'sagemaker:ListTags',
      ],
      resources: [arnPattern('sagemaker', 'model/mlbench*')],
    },
    toFindOrphans('sagemaker:ListModels'),
  ],
  async nominate(search) {
    const { paginateListModels } = await import('@aws-sdk/client-sagemaker');
    const found = namesTagged(search, /:sagemaker:.*:model\/(.+)$/);
    const client = await search.clients.sagemaker();
    for await (const { Models } of paginateListModels({ client }, { NameContains: namePrefix }))
      found.push(...(Models ?? []).flatMap((one) => nominee(one.ModelName, one.CreationTime)));
    return found;
  },
};

async function observe(name: string, scope: Scope): Promise<Observed<ModelState> | undefined> {
  const { DescribeModelCommand } = await import('@aws-sdk/client-sagemaker');
  const sagemaker = await scope.clients.sagemaker();
  try {
    const { ModelArn = '' } = await sagemaker.send(new DescribeModelCommand({ ModelName: name }));
    return { state: { name, arn: ModelArn }, owner: await ownerOf(ModelArn, scope) };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

function isAbsent(error: unknown): boolean {
  return isCloudError(error, 'ValidationException', /could not find model/i);
}
