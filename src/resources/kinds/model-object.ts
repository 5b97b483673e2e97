import type { Scope } from '../engine/resource.ts';
import { cloudStatusOf, isCloudError } from '../sdk/cloud-errors.ts';
import { abortUploads, type OwnedBucket, objectsOfBuckets, ownedBucket } from './bucket/bucket-content.ts';
import type { CloudKind } from './kind/cloud-kind.ts';

export interface ModelObjectSpec {
  bucket: string;
  bytes: Uint8Array;
  /** Hex; part of the key, so that an object never changes under a model that uses it. */
  sha256: string;
}

export interface ModelObjectState {
  /** `s3://bucket/models/<sha256>/model.tar.gz` */
  url: string;
}

/** The model archive in the experiment's bucket. */
export const modelObjectKind: CloudKind<ModelObjectSpec, ModelObjectState> = {
  kind: 'object',
  identify({ bucket, sha256 }) {
    const key = `models/${sha256}/model.tar.gz`;
    return { name: `s3://${bucket}/${key}`, bucket, key };
  },
  foresee(spec) {
    return { url: this.identify(spec).name };
  },
  async describe({ name, bucket = '', key = '' }, scope) {
    const size = await sizeOf(await ownedBucket(bucket, scope), key, scope);
    return size === undefined ? undefined : { state: { url: name } };
  },
  async ensure(spec, scope) {
    const { name, key = '' } = this.identify(spec);
    const bucket = await ownedBucket(spec.bucket, scope);
    const size = await sizeOf(bucket, key, scope);
    if (size === spec.bytes.length) return { outcome: 'unchanged', state: { url: name } };
    const send = spec.bytes.length < multipartFromBytes ? sendWhole : sendInParts;
    await send({ ...bucket, Key: key, Body: spec.bytes, ContentType: 'application/gzip' }, scope);
    return { outcome: size === undefined ? 'created' : 'updated', state: { url: name } };
  },
  async remove({ bucket = '', key = '' }, scope) {
    const { DeleteObjectCommand } = await import('@aws-sdk/client-s3');
    const s3 = await scope.clients.s3();
    const owned = await ownedBucket(bucket, scope);
    await s3.send(new DeleteObjectCommand({ ...owned, Key: key })).catch((error: unknown) => {
      if (!isCloudError(error, 'NoSuchBucket')) throw error;
    });
    return 'removed';
  },
  permissions: [
    {
      actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
      resources: objectsOfBuckets,
    },
  ],
  // It goes with its bucket.
  nominate: null,
};

/** A smaller one goes in one piece: fewer calls, and nothing half sent to clear away. */
export const multipartFromBytes = 64 * 1_024 ** 2;

/** One part must get through within a call's timeout (70 s) on a slow line, four side by side. */
const partBytes = 8 * 1_024 ** 2;

interface Upload extends OwnedBucket {
  Key: string;
  Body: Uint8Array;
  ContentType: string;
}

async function sendWhole(upload: Upload, scope: Scope): Promise<void> {
  const { PutObjectCommand } = await import('@aws-sdk/client-s3');
  await (await scope.clients.s3()).send(new PutObjectCommand(upload));
}

/**
 * An upload that fails or is interrupted is aborted; one that was killed is, here, before the next, or with its bucket.
 */
async function sendInParts(params: Upload, scope: Scope): Promise<void> {
  const { Upload } = await import('@aws-sdk/lib-storage');
  const { Key, Body } = params;
  const bucket = { Bucket: params.Bucket, ExpectedBucketOwner: params.ExpectedBucketOwner };
  await abortUploads(bucket, Key, scope);
  const client = await scope.clients.s3();
  const upload = new Upload({ client, params, partSize: partBytes, queueSize: 4 });
  upload.on('httpUploadProgress', ({ loaded = 0 }) =>
    scope.waiting(`uploading ${Math.floor((loaded / Body.length) * 100)} %`),
  );
  const abort = () => void upload.abort();
  scope.signal.addEventListener('abort', abort, { once: true });
  try {
    scope.signal.throwIfAborted();
    await upload.done();
  } catch (error) {
    if (!scope.signal.aborted) throw error;
    // The library does so too, but only when its parts under way have ended, and the process may not wait for that.
    await abortUploads(bucket, Key, scope).catch(() => {});
    throw scope.signal.reason;
  } finally {
    scope.signal.removeEventListener('abort', abort);
  }
}

async function sizeOf(bucket: OwnedBucket, Key: string, scope: Scope): Promise<number | undefined> {
  const { HeadObjectCommand } = await import('@aws-sdk/client-s3');
  const s3 = await scope.clients.s3();
  try {
    return (await s3.send(new HeadObjectCommand({ ...bucket, Key }))).ContentLength ?? 0;
  } catch (error) {
    if (cloudStatusOf(error) === 404 || isCloudError(error, 'NoSuchBucket')) return undefined;
    throw error;
  }
}
