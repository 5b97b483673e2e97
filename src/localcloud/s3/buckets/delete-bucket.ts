import { ServiceError } from '../../service/operation.ts';
import { route, type S3Operation, sendEmpty } from '../exchange/exchange.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html */
export const deleteBucket: S3Operation = {
  name: 'DeleteBucket',
  matches: route('DELETE', 'bucket'),
  async handle(exchange) {
    const { store, bucketName } = exchange;
    const bucket = store.bucket(bucketName);
    if (bucket.objects.size > 0)
      throw new ServiceError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409, {
        BucketName: bucketName,
      });
    store.buckets.delete(bucketName);
    for (const upload of bucket.uploads.values())
      await store.discard([...upload.parts.values()].map((part) => part.file));
    sendEmpty(exchange, 204);
  },
};
