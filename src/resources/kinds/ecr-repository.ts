import type { Observed, Scope } from '../engine/resource.ts';
import { isCloudError } from '../sdk/cloud-errors.ts';
import type { CloudKind } from './kind/cloud-kind.ts';
import { namePrefix, namesTagged, nominee } from './kind/nominee.ts';
import { arnPattern, everything } from './kind/permission.ts';
import { ownerIn, tagsFor } from './kind/tags.ts';

export interface EcrRepositorySpec {
  name: string;
}

export interface EcrRepositoryState {
  name: string;
  arn: string;
  /** `ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME` */
  uri: string;
}

/** Repositories of ours, and the images in them. */
export const repositories = [arnPattern('ecr', 'repository/mlbench*')];

/** Holds the experiment's serving image. Tags cannot be moved: each names one content for good. */
export const ecrRepositoryKind: CloudKind<EcrRepositorySpec, EcrRepositoryState> = {
  kind: 'ecr-repository',
  identify: ({ name }) => ({ name }),
  foresee: ({ name }, { partition, region, accountId }) => ({
    name,
    arn: `arn:${partition}:ecr:${region}:${accountId}:repository/${name}`,
    uri: `${accountId}.dkr.ecr.${region}.${partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'}/${name}`,
  }),
  describe: ({ name }, scope) => observe(name, scope),
  async ensure({ name }, scope) {
    const observed = await observe(name, scope);
    if (observed) return { outcome: 'unchanged', state: observed.state };
    const { CreateRepositoryCommand } = await import('@aws-sdk/client-ecr');
    const ecr = await scope.clients.ecr();
    try {
      const { repository } = await ecr.send(
        new CreateRepositoryCommand({
          repositoryName: name,
          imageTagMutability: 'IMMUTABLE',
          // Basic scanning and ECR's own key: neither costs anything.
          imageScanningConfiguration: { scanOnPush: true },
          encryptionConfiguration: { encryptionType: 'AES256' },
          tags: tagsFor(scope.experiment),
        }),
      );
      return { outcome: 'created', state: stateOf(name, repository) };
    } catch (error) {
      // A create that was cut off and tried again.
      if (!isCloudError(error, 'RepositoryAlreadyExistsException')) throw error;
      const made = await observe(name, scope);
      if (!made) throw error;
      return { outcome: 'created', state: made.state };
    }
  },
  async remove({ name }, scope) {
    const { DeleteRepositoryCommand } = await import('@aws-sdk/client-ecr');
    const ecr = await scope.clients.ecr();
    // With its images: one whose push was cut off before it was on record among them.
    await ecr
      .send(new DeleteRepositoryCommand({ repositoryName: name, force: true }))
      .catch((error: unknown) => {
        if (!isCloudError(error, 'RepositoryNotFoundException')) throw error;
      });
    return 'removed';
  },
  permissions: [
    {
      actions: [
        'ecr:CreateRepository',
        'ecr:DeleteRepository',
        'ecr:ListTagsForResource',
        // Tags given to a call that makes something need a right of their own, here and in other kinds.
        'ecr:TagResource',
      ],
      resources: repositories,
    },
    { actions: ['ecr:DescribeRepositories'], resources: everything },
  ],
  async nominate(search) {
    const { paginateDescribeRepositories } = await import('@aws-sdk/client-ecr');
    const client = await search.clients.ecr();
    const found = namesTagged(search, /:ecr:.*:repository\/(.+)$/);
    for await (const { repositories: listed } of paginateDescribeRepositories({ client }, {}))
      for (const { repositoryName, createdAt } of listed ?? [])
        if (repositoryName?.startsWith(namePrefix)) found.push(...nominee(repositoryName, createdAt));
    return found;
  },
};

async function observe(name: string, scope: Scope): Promise<Observed<EcrRepositoryState> | undefined> {
  const { DescribeRepositoriesCommand, ListTagsForResourceCommand } = await import('@aws-sdk/client-ecr');
  const ecr = await scope.clients.ecr();
  try {
    const { repositories } = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [name] }));
    const state = stateOf(name, repositories?.[0]);
    const { tags } = await ecr.send(new ListTagsForResourceCommand({ resourceArn: state.arn }));
    return { state, owner: ownerIn(tags) };
  } catch (error) {
    if (isCloudError(error, 'RepositoryNotFoundException')) return undefined;
    throw error;
  }
}

function stateOf(
  name: string,
  repository: { repositoryArn?: string | undefined; repositoryUri?: string | undefined } | undefined,
): EcrRepositoryState {
  return { name, arn: repository?.repositoryArn ?? '', uri: repository?.repositoryUri ?? '' };
}
