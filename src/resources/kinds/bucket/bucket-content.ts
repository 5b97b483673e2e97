import { cloudError } from '../../../core/errors.ts';
import { ownCommand } from '../../../core/options/own-command.ts';
import type { Scope } from '../../engine/resource.ts';
import { isCloudError } from '../../sdk/cloud-errors.ts';

/** A bucket, and the account that it must belong to: names are the world's, and anybody may have taken one first. */
export interface OwnedBucket {
  Bucket: string;
  ExpectedBucketOwner: string;
}

/** What lies in buckets of ours. */
export const objectsOfBuckets = ['arn:{partition}:s3:::mlbench*/*'];

export async function ownedBucket(name: string, scope: Scope): Promise<OwnedBucket> {
  return { Bucket: name, ExpectedBucketOwner: (await scope.clients.place()).accountId };
}

/** Whether nothing was ever put there, or all of it was removed for good. */
export async function isEmpty(bucket: OwnedBucket, scope: Scope): Promise<boolean> {
  const { ListObjectVersionsCommand } = await import('@aws-sdk/client-s3');
  const s3 = await scope.clients.s3();
  const { Versions, DeleteMarkers } = await s3.send(new ListObjectVersionsCommand({ ...bucket, MaxKeys: 1 }));
  return !Versions?.length && !DeleteMarkers?.length;
}

/** Everything: uploads that were never completed, and every version of every object. */
export async function emptyBucket(bucket: OwnedBucket, scope: Scope): Promise<void> {
  await abortUploads(bucket, '', scope);
  await deleteVersions(bucket, scope);
}

/**
 * Uploads in parts that a killed process left: they show in no listing of objects, and are paid for until aborted.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
 * @param prefix of their keys
 */
export async function abortUploads(bucket: OwnedBucket, prefix: string, scope: Scope): Promise<void> {
  const { AbortMultipartUploadCommand, ListMultipartUploadsCommand } = await import('@aws-sdk/client-s3');
  const s3 = await scope.clients.s3();
  let after: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {};
  for (;;) {
    const page = await s3.send(new ListMultipartUploadsCommand({ ...bucket, Prefix: prefix, ...after }));
    for (const { Key, UploadId } of page.Uploads ?? []) {
      await s3.send(new AbortMultipartUploadCommand({ ...bucket, Key, UploadId })).catch((error: unknown) => {
        if (!isCloudError(error, 'NoSuchUpload')) throw error;
      });
    }
    if (!page.IsTruncated) return;
    after = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
  }
}

/** A bucket without versions has one of each object, called `null`. */
async function deleteVersions(bucket: OwnedBucket, scope: Scope): Promise<void> {
  const { DeleteObjectsCommand, ListObjectVersionsCommand } = await import('@aws-sdk/client-s3');
  const s3 = await scope.clients.s3();
  let after: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
  for (;;) {
    const page = await s3.send(new ListObjectVersionsCommand({ ...bucket, ...after }));
    const Objects = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({
      Key,
      VersionId,
    }));
    if (Objects.length > 0) {
      // A page holds a thousand at most, and so does this call.
      const { Errors = [] } = await s3.send(
        new DeleteObjectsCommand({ ...bucket, Delete: { Objects, Quiet: true } }),
      );
      if (Errors[0]) throw notDeleted(bucket.Bucket, Errors[0], Errors.length);
    }
    if (!page.IsTruncated) return;
    after = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
}

/** This call succeeds, and then says which objects it has failed for. */
function notDeleted(
  bucket: string,
  first: { Key?: string | undefined; Code?: string | undefined; Message?: string | undefined },
  count: number,
) {
  const others = count > 1 ? ` and ${count - 1} more` : '';
  return cloudError(
    'objects-not-deleted',
    `S3 DeleteObjects: s3://${bucket}/${first.Key}${others} cannot be deleted: ${first.Message} (${first.Code})`,
    first.Code === 'AccessDenied'
      ? 'let an administrator allow it: {"Effect":"Allow","Action":["s3:DeleteObject","s3:DeleteObjectVersion"],"Resource":"*"}'
      : `remove what protects it, then ${ownCommand('down')} again`,
  );
}
