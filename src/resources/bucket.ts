import type { BucketLocationConstraint } from '@aws-sdk/client-s3';
import { cloudStatusOf, isCloudError } from './cloud-errors.ts';
import type { ResourceKind, Scope } from './resource.ts';

export interface BucketSpec {
  name: string;
}

export interface BucketState {
  name: string;
}

/** Holds the experiment's model archives. Its name has the account's id, so nobody else's is taken for it. */
export const bucketKind: ResourceKind<BucketSpec, BucketState> = {
  kind: 'bucket',
  identify: ({ name }) => ({ name }),
  foresee: ({ name }) => ({ name }),
  async describe({ name }, scope) {
    return (await exists(name, scope)) ? { state: { name } } : undefined;
  },
  async ensure({ name }, scope) {
    if (await exists(name, scope)) return { outcome: 'unchanged', state: { name } };
    const { CreateBucketCommand } = await import('@aws-sdk/client-s3');
    const { region } = scope.clients;
    // us-east-1 is the one region that S3 refuses as a location.
    const location =
      region === 'us-east-1'
        ? {}
        : { CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint } };
    const s3 = await scope.clients.s3();
    await s3.send(new CreateBucketCommand({ Bucket: name, ...location })).catch((error: unknown) => {
      // A create that was cut off and tried again.
      if (!isCloudError(error, 'BucketAlreadyOwnedByYou')) throw error;
    });
    return { outcome: 'created', state: { name } };
  },
  async remove({ name }, scope) {
    const s3 = await scope.clients.s3();
    const { DeleteBucketCommand, DeleteObjectCommand, ListObjectsV2Command } = await import(
      '@aws-sdk/client-s3'
    );
    // S3 removes empty buckets only; an upload that a crash cut off the record may have left an object.
    for (;;) {
      const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: name }));
      if (!Contents?.length) break;
      for (const { Key } of Contents) await s3.send(new DeleteObjectCommand({ Bucket: name, Key }));
    }
    await s3.send(new DeleteBucketCommand({ Bucket: name }));
    return 'removed';
  },
};

async function exists(name: string, scope: Scope): Promise<boolean> {
  const { HeadBucketCommand } = await import('@aws-sdk/client-s3');
  const s3 = await scope.clients.s3();
  try {
    await s3.send(new HeadBucketCommand({ Bucket: name }));
    return true;
  } catch (error) {
    if (cloudStatusOf(error) === 404) return false;
    throw error;
  }
}
