import { route, type S3Operation, sendEmpty } from '../exchange/exchange.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html */
export const headBucket: S3Operation = {
  name: 'HeadBucket',
  matches: route('HEAD', 'bucket'),
  handle(exchange) {
    const { region } = exchange.store.bucket(exchange.bucketName);
    sendEmpty(exchange, 200, { 'x-amz-bucket-region': region });
  },
};
