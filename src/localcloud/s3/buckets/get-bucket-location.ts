import { route, type S3Operation, sendXml } from '../exchange/exchange.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html */
export const getBucketLocation: S3Operation = {
  name: 'GetBucketLocation',
  matches: route('GET', 'bucket', 'location'),
  handle(exchange) {
    const { region } = exchange.store.bucket(exchange.bucketName);
    // us-east-1 is written as nothing: older than the regions' names.
    sendXml(exchange, ['LocationConstraint', region === 'us-east-1' ? undefined : region]);
  },
};
