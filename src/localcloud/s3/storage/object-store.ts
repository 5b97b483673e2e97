import { rmSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../../core/clock.ts';
import { makeFolder } from '../../../core/files/folder.ts';
import { newUuid } from '../../../core/random.ts';
import { ServiceError } from '../../service/operation.ts';
import type { ChecksumAlgorithm } from './checksums.ts';
import { noSuchBucket, noSuchKey, noSuchUpload } from './errors.ts';

/**
 * Buckets and objects. Contents are files under the store's folder, named by ourselves: a key (`../../etc/passwd`)
 * never becomes a path. What is known of them lives in memory, as long as the stand-in does.
 */
export interface ObjectStore {
  readonly clock: Clock;
  readonly buckets: Map<string, Bucket>;
  /** @throws ServiceError NoSuchBucket */
  bucket(name: string): Bucket;
  /** @throws ServiceError NoSuchBucket, NoSuchKey */
  object(bucket: string, key: string): StoredObject;
  /** @throws ServiceError NoSuchUpload */
  upload(bucket: string, key: string, uploadId: string): MultipartUpload;
  /** Where a new content may be written. */
  newFile(): string;
  /** Puts an object in its place; the content of the one before goes. */
  commit(bucket: Bucket, object: StoredObject): void;
  remove(bucket: Bucket, key: string): void;
  discard(files: Iterable<string>): Promise<void>;
  /** @param s3Uri `s3://bucket/key` */
  exists(s3Uri: string): boolean;
  /** Whether the user has put it there. @param s3Uri `s3://bucket/key` */
  isUsers(s3Uri: string): boolean;
  /**
   * The whole object: what an instance starts with.
   * @param s3Uri `s3://bucket/key`
   * @throws ServiceError NoSuchBucket, NoSuchKey, InvalidURI
   */
  read(s3Uri: string): Promise<Uint8Array>;
}

export interface Bucket {
  name: string;
  region: string;
  createdAt: Date;
  objects: Map<string, StoredObject>;
  uploads: Map<string, MultipartUpload>;
  /** Settings as the caller sent them (XML), by sub-resource: `tagging`, `encryption`, `publicAccessBlock`. */
  settings: Map<string, string>;
}

export interface StoredObject extends StoredContent {
  key: string;
  lastModified: Date;
  /** Lower-case names: `content-type`, `cache-control`, `x-amz-meta-…`. */
  headers: Record<string, string>;
  /** Put there by the user, as was proved. */
  isUsers: boolean;
}

export interface StoredContent {
  file: string;
  sizeBytes: number;
  /** Without its quotes. */
  etag: string;
  checksum?: StoredChecksum | undefined;
}

export interface StoredChecksum {
  algorithm: ChecksumAlgorithm;
  /** Base64; of a multipart upload `…-N`. */
  value: string;
  type: 'FULL_OBJECT' | 'COMPOSITE';
}

export interface MultipartUpload {
  id: string;
  key: string;
  startedAt: Date;
  headers: Record<string, string>;
  checksumAlgorithm: ChecksumAlgorithm | undefined;
  parts: Map<number, StoredContent>;
}

/** @param options.folder belongs to the store alone: what an earlier stand-in left in it is removed. */
export function createObjectStore(options: { folder: string; clock: Clock }): ObjectStore {
  const { folder, clock } = options;
  const buckets = new Map<string, Bucket>();
  rmSync(folder, { recursive: true, force: true });
  makeFolder(folder);

  const find = (s3Uri: string): StoredObject | undefined => {
    const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(s3Uri) ?? [];
    return buckets.get(bucket ?? '')?.objects.get(key ?? '');
  };
  const store: ObjectStore = {
    clock,
    buckets,
    bucket(name) {
      const bucket = buckets.get(name);
      if (!bucket) throw noSuchBucket(name);
      return bucket;
    },
    object(bucketName, key) {
      const object = store.bucket(bucketName).objects.get(key);
      if (!object) throw noSuchKey(key);
      return object;
    },
    upload(bucketName, key, uploadId) {
      const upload = store.bucket(bucketName).uploads.get(uploadId);
      if (!upload || upload.key !== key) throw noSuchUpload(uploadId);
      return upload;
    },
    newFile: () => join(folder, newUuid()),
    commit(bucket, object) {
      const before = bucket.objects.get(object.key);
      bucket.objects.set(object.key, object);
      if (before) void store.discard([before.file]);
    },
    remove(bucket, key) {
      const object = bucket.objects.get(key);
      if (!object) return;
      bucket.objects.delete(key);
      void store.discard([object.file]);
    },
    async discard(files) {
      await Promise.all([...files].map((file) => rm(file, { force: true }).catch(() => {})));
    },
    exists: (s3Uri) => find(s3Uri) !== undefined,
    isUsers: (s3Uri) => find(s3Uri)?.isUsers === true,
    async read(s3Uri) {
      const location = /^s3:\/\/([^/]+)\/(.+)$/s.exec(s3Uri);
      if (!location) throw new ServiceError('InvalidURI', `Could not parse the specified URI "${s3Uri}".`);
      return readFile(store.object(location[1]!, location[2]!).file);
    },
  };
  return store;
}
