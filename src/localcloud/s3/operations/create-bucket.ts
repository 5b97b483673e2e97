import { ServiceError } from '../../operation.ts';
import { route, type S3Operation, sendEmpty } from '../exchange.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html */
export const createBucket: S3Operation = {
  name: 'CreateBucket',
  matches: route('PUT', 'bucket'),
  handle(exchange) {
    const { store, bucketName: name, region } = exchange;
    if (!isBucketName(name))
      throw new ServiceError('InvalidBucketName', 'The specified bucket is not valid.', 400, {
        BucketName: name,
      });
    // us-east-1 alone lets an owner create a bucket again: S3's own oddity, and tools rely on it.
    if (store.buckets.has(name) && region !== 'us-east-1')
      throw new ServiceError(
        'BucketAlreadyOwnedByYou',
        'Your previous request to create the named bucket succeeded and you already own it.',
        409,
        { BucketName: name },
      );
    if (!store.buckets.has(name) && store.buckets.size >= maxBuckets)
      throw new ServiceError('TooManyBuckets', 'You have attempted to create more buckets than allowed');
    if (!store.buckets.has(name))
      store.buckets.set(name, {
        name,
        region,
        createdAt: new Date(store.clock.nowMs()),
        objects: new Map(),
        uploads: new Map(),
        settings: new Map(),
      });
    sendEmpty(exchange, 200, { location: `/${name}` });
  },
};

const maxBuckets = 1_000;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
function isBucketName(name: string): boolean {
  return (
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
    !name.includes('..') &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name)
  );
}
