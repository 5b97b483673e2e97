import type { BucketLocationConstraint, Tag } from '@aws-sdk/client-s3';
import { cloudError } from '../../../core/errors.ts';
import { waitOut, waitUntil } from '../../consistency/wait.ts';
import type { Observed, Scope } from '../../engine/resource.ts';
import { cloudStatusOf, isCloudError } from '../../sdk/cloud-errors.ts';
import type { Place } from '../../sdk/place.ts';
import type { CloudKind } from '../kind/cloud-kind.ts';
import { type ExperimentNames, namesFor } from '../kind/names.ts';
import { type Nominee, namePrefix } from '../kind/nominee.ts';
import { toFindOrphans } from '../kind/permission.ts';
import { ownerIn, tagsFor } from '../kind/tags.ts';
import { emptyBucket, isEmpty, type OwnedBucket, objectsOfBuckets, ownedBucket } from './bucket-content.ts';

export interface BucketSpec {
  name: string;
}

export interface BucketState {
  name: string;
  isTagged: boolean;
  isPrivate: boolean;
  isEncrypted: boolean;
}

/**
 * Holds the experiment's model archives: private, encrypted, tagged. Its name has the account's id, and every call says
 * that it must belong to that account: a stranger who has guessed the name gets no model of ours.
 */
/** All accounts and regions share the names of buckets. */
export function bucketName({ of }: ExperimentNames, { accountId, region }: Place): string {
  return of(`${accountId}-${region}`);
}

export const bucketKind: CloudKind<BucketSpec, BucketState> = {
  kind: 'bucket',
  identify: ({ name }) => ({ name }),
  foresee: ({ name }) => ({ name, isTagged: true, isPrivate: true, isEncrypted: true }),
  differences: (_, { isTagged, isPrivate, isEncrypted }) => [
    ...(isTagged ? [] : ['the tag of the experiment']),
    ...(isPrivate ? [] : ['public access blocked']),
    ...(isEncrypted ? [] : ['encryption']),
  ],
  describe: ({ name }, scope) => observe(name, scope),
  async ensure({ name }, scope) {
    const before = await observe(name, scope);
    if (!before) await create(name, scope);
    const is = before ?? (await observeMade(name, scope));
    const isAsWanted = this.differences?.({ name }, is.state, undefined).length === 0;
    if (!isAsWanted) await harden(is.state, scope);
    return {
      outcome: !before ? 'created' : isAsWanted ? 'unchanged' : 'updated',
      state: { name, isTagged: true, isPrivate: true, isEncrypted: true },
    };
  },
  async remove({ name }, scope) {
    const { DeleteBucketCommand } = await import('@aws-sdk/client-s3');
    const s3 = await scope.clients.s3();
    const bucket = await ownedBucket(name, scope);
    // S3 removes empty buckets only, and an upload may end after we have looked.
    await waitOut(
      async () => {
        await emptyBucket(bucket, scope);
        await s3.send(new DeleteBucketCommand(bucket));
      },
      (refusal) => (isCloudError(refusal, 'BucketNotEmpty') ? 'being emptied' : undefined),
      scope,
      consistency,
    ).catch((error: unknown) => {
      if (!isCloudError(error, 'NoSuchBucket')) throw error;
    });
    await waitUntil(
      `bucket "${name}"`,
      async () => ((await exists(bucket, scope)) ? { state: 'being removed' } : { done: true }),
      scope,
      consistency,
    );
    return 'removed';
  },
  permissions: [
    {
      actions: [
        's3:CreateBucket',
        's3:DeleteBucket',
        's3:ListBucket',
        's3:ListBucketVersions',
        's3:ListBucketMultipartUploads',
        's3:GetBucketTagging',
        's3:PutBucketTagging',
        // CreateBucket with tags asks for it:
        // https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucketConfiguration.html
        's3:TagResource',
        's3:GetBucketPublicAccessBlock',
        's3:PutBucketPublicAccessBlock',
        's3:GetEncryptionConfiguration',
        's3:PutEncryptionConfiguration',
      ],
      resources: ['arn:{partition}:s3:::mlbench*'],
    },
    {
      // A bucket is emptied before it is removed.
      actions: ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:AbortMultipartUpload'],
      resources: objectsOfBuckets,
    },
    toFindOrphans('s3:ListAllMyBuckets'),
  ],
  async nominate({ clients }) {
    const { paginateListBuckets } = await import('@aws-sdk/client-s3');
    const place = await clients.place();
    const client = await clients.s3();
    const found: Nominee[] = [];
    for await (const { Buckets } of paginateListBuckets({ client }, { Prefix: namePrefix }))
      for (const { Name = '', CreationDate } of Buckets ?? []) {
        // Buckets of all regions are listed; ours are named after account and region.
        const experiment = /^mlbench(?:-(.+?))??-\d{12}-[a-z0-9-]+$/.exec(Name);
        if (experiment === null) continue;
        const owner = experiment[1] ?? 'mlbench';
        if (bucketName(namesFor(owner), place) !== Name) continue;
        found.push({ identifiers: { name: Name }, experiment: owner, createdAt: CreationDate });
      }
    return found;
  },
};

/** S3 tells everywhere that a bucket is made or gone within seconds. */
const consistency = { intervalMs: 2_000, timeoutMs: 60_000 };

async function observe(name: string, scope: Scope): Promise<Observed<BucketState> | undefined> {
  const { GetBucketEncryptionCommand, GetBucketTaggingCommand, GetPublicAccessBlockCommand } = await import(
    '@aws-sdk/client-s3'
  );
  const s3 = await scope.clients.s3();
  const bucket = await ownedBucket(name, scope);
  if (!(await exists(bucket, scope))) return undefined;
  const tags = await unlessUnset(s3.send(new GetBucketTaggingCommand(bucket)));
  const access = await unlessUnset(s3.send(new GetPublicAccessBlockCommand(bucket)));
  const encryption = await unlessUnset(s3.send(new GetBucketEncryptionCommand(bucket)));
  const blocked = access?.PublicAccessBlockConfiguration;
  const owner = ownerIn(tags?.TagSet);
  const state = {
    name,
    isTagged: owner === scope.experiment,
    isPrivate: Object.keys(nothingPublic).every((right) => blocked?.[right as keyof typeof nothingPublic]),
    isEncrypted: (encryption?.ServerSideEncryptionConfiguration?.Rules?.length ?? 0) > 0,
  };
  // Of ours, only one that a killed process has just made has no tag yet, and that one is empty: it may be taken.
  if (owner === null && (await isEmpty(bucket, scope))) return { state };
  return { state, owner };
}

/** A bucket made a moment ago may not be found yet. */
function observeMade(name: string, scope: Scope): Promise<Observed<BucketState>> {
  return waitUntil(
    `bucket "${name}"`,
    async () => {
      const made = await observe(name, scope);
      return made ? { done: made } : { state: 'being made' };
    },
    scope,
    consistency,
  );
}

async function exists(bucket: OwnedBucket, scope: Scope): Promise<boolean> {
  const { HeadBucketCommand } = await import('@aws-sdk/client-s3');
  const s3 = await scope.clients.s3();
  try {
    await s3.send(new HeadBucketCommand(bucket));
    return true;
  } catch (error) {
    if (cloudStatusOf(error) === 404) return false;
    // HEAD has no body, so that S3 cannot say why.
    if (cloudStatusOf(error) === 403) throw refused(bucket, error);
    throw error;
  }
}

async function create(Bucket: string, scope: Scope): Promise<void> {
  const { CreateBucketCommand } = await import('@aws-sdk/client-s3');
  const { region } = scope.clients;
  // us-east-1 is the one region that S3 refuses as a location.
  const location = region === 'us-east-1' ? {} : { LocationConstraint: region as BucketLocationConstraint };
  const command = new CreateBucketCommand({
    Bucket,
    CreateBucketConfiguration: { ...location, Tags: tagsFor(scope.experiment) },
  });
  const s3 = await scope.clients.s3();
  await waitOut(
    () => s3.send(command),
    // For minutes after a bucket of that name was removed.
    (refusal) =>
      isCloudError(refusal, 'OperationAborted')
        ? 'waiting for S3 to forget the bucket that had this name'
        : undefined,
    scope,
    { intervalMs: 10_000, timeoutMs: 600_000 },
  ).catch((error: unknown) => {
    // A create whose answer was lost, and that was tried again.
    if (!isCloudError(error, 'BucketAlreadyOwnedByYou')) throw error;
  });
}

const nothingPublic = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

/** Sets what is not set; the tag last, because what has it is taken for finished. */
async function harden({ name, isTagged, isPrivate, isEncrypted }: BucketState, scope: Scope): Promise<void> {
  const { PutBucketEncryptionCommand, PutBucketTaggingCommand, PutPublicAccessBlockCommand } = await import(
    '@aws-sdk/client-s3'
  );
  const s3 = await scope.clients.s3();
  const bucket = await ownedBucket(name, scope);
  if (!isPrivate) {
    await s3.send(
      new PutPublicAccessBlockCommand({ ...bucket, PublicAccessBlockConfiguration: nothingPublic }),
    );
  }
  if (!isEncrypted) {
    const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' as const } }];
    await s3.send(
      new PutBucketEncryptionCommand({ ...bucket, ServerSideEncryptionConfiguration: { Rules } }),
    );
  }
  if (isTagged) return;
  const TagSet = [...(await tagsOfOthers(bucket, scope)), ...tagsFor(scope.experiment)];
  await s3.send(new PutBucketTaggingCommand({ ...bucket, Tagging: { TagSet } }));
}

/** The call to tag a bucket replaces all its tags, and an account may tag what is made there by itself. */
async function tagsOfOthers(bucket: OwnedBucket, scope: Scope): Promise<Tag[]> {
  const { GetBucketTaggingCommand } = await import('@aws-sdk/client-s3');
  const s3 = await scope.clients.s3();
  const { TagSet = [] } = (await unlessUnset(s3.send(new GetBucketTaggingCommand(bucket)))) ?? {};
  const ours = tagsFor(scope.experiment).map(({ Key }) => Key);
  return TagSet.filter(({ Key }) => Key !== undefined && !ours.includes(Key));
}

/** Each setting has an error of its own that says that it is not set, all of them 404. */
async function unlessUnset<Result>(asking: Promise<Result>): Promise<Result | undefined> {
  return asking.catch((error: unknown) => {
    if (cloudStatusOf(error) === 404) return undefined;
    throw error;
  });
}

function refused({ Bucket, ExpectedBucketOwner }: OwnedBucket, cause: unknown) {
  return cloudError(
    'bucket-refused',
    `S3 HeadBucket: access to the bucket "${Bucket}" is refused: it belongs to another account than ${ExpectedBucketOwner}, or s3:ListBucket is not allowed`,
    'choose another --name, or let an administrator allow it: {"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"}',
    cause,
  );
}
