import { z } from 'zod';
import { writeXml, type XmlNode } from '../../protocols/xml.ts';
import { ServiceError } from '../../service/operation.ts';
import { readSmallBody, route, type S3Operation, s3Namespace, sendEmpty } from '../exchange/exchange.ts';
import { readXml } from '../exchange/read-xml.ts';
import { malformedXml } from '../storage/errors.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html */
export const createBucket: S3Operation = {
  name: 'CreateBucket',
  matches: route('PUT', 'bucket'),
  async handle(exchange) {
    const { store, bucketName: name, region } = exchange;
    if (!isBucketName(name))
      throw new ServiceError('InvalidBucketName', 'The specified bucket is not valid.', 400, {
        BucketName: name,
      });
    const tags = readTags(await readSmallBody(exchange));
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
        settings: new Map(tags.length > 0 ? [['tagging', writeTags(tags)]] : []),
      });
    sendEmpty(exchange, 200, { location: `/${name}` });
  },
};

const configuration = z.object({
  CreateBucketConfiguration: z.object({
    Tags: z.object({ Tag: z.array(z.object({ Key: z.string().min(1), Value: z.string() })) }).optional(),
  }),
});

type BucketTag = { Key: string; Value: string };

/** The body, if there is one, says where and with which tags; the region is the one that the request is signed for. */
function readTags(document: string): BucketTag[] {
  if (document === '') return [];
  const parsed = configuration.safeParse(readXml(document, ['Tag']));
  if (!parsed.success) throw malformedXml();
  return parsed.data.CreateBucketConfiguration.Tags?.Tag ?? [];
}

/** As PutBucketTagging takes them, and GetBucketTagging gives them back. */
function writeTags(tags: readonly BucketTag[]): string {
  const nodes = tags.map(({ Key, Value }): XmlNode => ['Tag', ['Key', Key], ['Value', Value]]);
  return writeXml(['Tagging', ['TagSet', ...nodes]], s3Namespace);
}

const maxBuckets = 1_000;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
function isBucketName(name: string): boolean {
  return (
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
    !name.includes('..') &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name)
  );
}
