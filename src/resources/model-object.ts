import { cloudStatusOf, isCloudError } from './cloud-errors.ts';
import type { ResourceKind, Scope } from './resource.ts';

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
export const modelObjectKind: ResourceKind<ModelObjectSpec, ModelObjectState> = {
  kind: 'object',
  identify({ bucket, sha256 }) {
    const key = `models/${sha256}/model.tar.gz`;
    return { name: `s3://${bucket}/${key}`, bucket, key };
  },
  foresee(spec) {
    return { url: this.identify(spec).name };
  },
  async describe({ name, bucket = '', key = '' }, scope) {
    return (await sizeOf(bucket, key, scope)) === undefined ? undefined : { state: { url: name } };
  },
  async ensure(spec, scope) {
    const { name, bucket = '', key = '' } = this.identify(spec);
    const size = await sizeOf(bucket, key, scope);
    if (size === spec.bytes.length) return { outcome: 'unchanged', state: { url: name } };
    const { PutObjectCommand } = await import('@aws-sdk/client-s3');
    const s3 = await scope.clients.s3();
    await s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: spec.bytes, ContentType: 'application/gzip' }),
    );
    return { outcome: size === undefined ? 'created' : 'updated', state: { url: name } };
  },
  async remove({ bucket, key }, scope) {
    const { DeleteObjectCommand } = await import('@aws-sdk/client-s3');
    const s3 = await scope.clients.s3();
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    return 'removed';
  },
};

async function sizeOf(bucket: string, key: string, scope: Scope): Promise<number | undefined> {
  const { HeadObjectCommand } = await import('@aws-sdk/client-s3');
  const s3 = await scope.clients.s3();
  try {
    return (await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))).ContentLength ?? 0;
  } catch (error) {
    if (cloudStatusOf(error) === 404 || isCloudError(error, 'NoSuchBucket')) return undefined;
    throw error;
  }
}
