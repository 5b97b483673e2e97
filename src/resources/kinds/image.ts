import type { Clock } from '../../core/clock.ts';
import { cloudError } from '../../core/errors.ts';
import { ownCommand } from '../../core/options/own-command.ts';
import { waitUntil } from '../consistency/wait.ts';
import type { Scope } from '../engine/resource.ts';
import { isCloudError } from '../sdk/cloud-errors.ts';
import { repositories } from './ecr-repository.ts';
import type { CloudKind } from './kind/cloud-kind.ts';
import { everything } from './kind/permission.ts';

/** What an image is made of, and how it gets to a registry; handed in by whoever knows container engines. */
export interface ImageSource {
  /** 64 hex digits; the image's tag. */
  contentHash: string;
  /**
   * Builds it and pushes it as `reference` (`REPOSITORY:TAG`).
   * @param login for the registry's host; kept nowhere
   */
  publish(reference: string, login: RegistryLogin, around: PublishSurroundings): Promise<void>;
}

interface RegistryLogin {
  /** Host, with its port if it has one. */
  server: string;
  username: string;
  password: string;
}

interface PublishSurroundings {
  clock: Clock;
  signal: AbortSignal;
  progress(doing: string): void;
}

export interface ImageSpec {
  repository: { name: string; uri: string };
  source: ImageSource;
}

export interface ImageState {
  /** `REPOSITORY@sha256:…`: what a model names, since it can mean nothing else later. As planned: with the tag. */
  uri: string;
  /** Of its manifest. */
  mediaType: string;
}

/** An image in ECR under the hash of its content: built and pushed only if there is none under that tag. */
export const imageKind: CloudKind<ImageSpec, ImageState> = {
  kind: 'image',
  identify: ({ repository, source }) => ({
    name: `${repository.name}:${source.contentHash}`,
    repository: repository.name,
    tag: source.contentHash,
    uri: repository.uri,
  }),
  // The digest is the registry's to tell.
  foresee: ({ repository, source }) => ({
    uri: `${repository.uri}:${source.contentHash}`,
    mediaType: hostableMediaType,
  }),
  differences: (_, { mediaType }) =>
    mediaType === hostableMediaType ? [] : [`pushed anew: SageMaker hosts no ${mediaType}`],
  async describe({ repository = '', tag = '', uri = '' }, scope) {
    const state = await look({ name: repository, uri }, tag, scope);
    return state && { state };
  },
  async ensure({ repository, source }, scope) {
    const { name } = repository;
    const tag = source.contentHash;
    const standing = await look(repository, tag, scope);
    if (standing && isHostable(standing)) return { outcome: 'unchanged', state: standing };
    // Tags cannot be moved, so what no endpoint could run makes room first.
    if (standing) await removeImage(name, tag, scope);
    await publish(source, repository, scope);
    const pushed = await waitUntil(
      `the pushed image ${name}:${tag}`,
      async () => {
        const found = await look(repository, tag, scope);
        return found ? { done: found } : { state: 'not in the repository yet' };
      },
      scope,
      { intervalMs: 2_000, timeoutMs: 60_000 },
    );
    if (!isHostable(pushed)) {
      await removeImage(name, tag, scope);
      throw wrongManifest(`${name}:${tag}`, pushed.mediaType);
    }
    return { outcome: standing ? 'updated' : 'created', state: pushed };
  },
  async remove({ repository = '', tag = '' }, scope) {
    await removeImage(repository, tag, scope);
    return 'removed';
  },
  permissions: [
    {
      actions: [
        'ecr:DescribeImages',
        'ecr:BatchDeleteImage',
        // The container engine's: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
        'ecr:BatchCheckLayerAvailability',
        'ecr:BatchGetImage',
        'ecr:InitiateLayerUpload',
        'ecr:UploadLayerPart',
        'ecr:CompleteLayerUpload',
        'ecr:PutImage',
      ],
      resources: repositories,
    },
    { actions: ['ecr:GetAuthorizationToken'], resources: everything },
  ],
  // It goes with its repository.
  nominate: null,
};

/** AWS refuses an OCI index, which BuildKit makes where it adds attestations. */
const hostableMediaType = 'application/vnd.docker.distribution.manifest.v2+json';

function isHostable({ mediaType }: ImageState): boolean {
  return mediaType === hostableMediaType;
}

async function look(
  { name: repositoryName, uri }: ImageSpec['repository'],
  imageTag: string,
  scope: Scope,
): Promise<ImageState | undefined> {
  const { DescribeImagesCommand } = await import('@aws-sdk/client-ecr');
  const ecr = await scope.clients.ecr();
  try {
    const { imageDetails } = await ecr.send(
      new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag }] }),
    );
    const [image] = imageDetails ?? [];
    if (!image?.imageDigest) return undefined;
    return { uri: `${uri}@${image.imageDigest}`, mediaType: image.imageManifestMediaType ?? '' };
  } catch (error) {
    if (isCloudError(error, /^(?:ImageNotFound|RepositoryNotFound)Exception$/)) return undefined;
    throw error;
  }
}

async function publish(
  source: ImageSource,
  repository: ImageSpec['repository'],
  scope: Scope,
): Promise<void> {
  const reference = `${repository.uri}:${source.contentHash}`;
  const login = await loginFor(reference, scope);
  const { clock, signal } = scope;
  try {
    await source.publish(reference, login, { clock, signal, progress: (doing) => scope.waiting(doing) });
  } catch (error) {
    signal.throwIfAborted();
    // A push whose last answer was lost has arrived all the same, and the tag cannot be pushed again.
    if (!(await look(repository, source.contentHash, scope))) throw error;
  }
}

async function loginFor(reference: string, scope: Scope): Promise<RegistryLogin> {
  const { GetAuthorizationTokenCommand } = await import('@aws-sdk/client-ecr');
  const ecr = await scope.clients.ecr();
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  // `AWS:password`, good for 12 hours.
  const token = Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64').toString('utf8');
  const colon = token.indexOf(':');
  return {
    server: reference.slice(0, reference.indexOf('/')),
    username: token.slice(0, colon),
    password: token.slice(colon + 1),
  };
}

async function removeImage(repositoryName: string, imageTag: string, scope: Scope): Promise<void> {
  const { BatchDeleteImageCommand } = await import('@aws-sdk/client-ecr');
  const ecr = await scope.clients.ecr();
  try {
    const { failures } = await ecr.send(
      new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageTag }] }),
    );
    const failure = failures?.find(({ failureCode }) => failureCode !== 'ImageNotFound');
    if (failure) throw cannotDelete(`${repositoryName}:${imageTag}`, failure);
  } catch (error) {
    if (!isCloudError(error, 'RepositoryNotFoundException')) throw error;
  }
}

function cannotDelete(
  name: string,
  failure: { failureCode?: string | undefined; failureReason?: string | undefined },
) {
  return cloudError(
    'image-not-deleted',
    `ECR BatchDeleteImage: ${name} was not deleted: ${failure.failureReason ?? ''} (${failure.failureCode})`,
    `run ${ownCommand('down')} again; the repository goes with all its images`,
  );
}

function wrongManifest(name: string, mediaType: string) {
  return cloudError(
    'image-manifest',
    `the container engine pushed ${name} as ${mediaType}, and SageMaker takes ${hostableMediaType} alone; it was removed again`,
    'build with another container engine (MLBENCH_CONTAINER_ENGINE=docker|podman|finch), or bring an image with --image URI',
  );
}
