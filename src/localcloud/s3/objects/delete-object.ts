import { route, type S3Operation, sendEmpty } from '../exchange/exchange.ts';

/** Deleting what is not there succeeds too: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export const deleteObject: S3Operation = {
  name: 'DeleteObject',
  matches: route('DELETE', 'object'),
  handle(exchange) {
    const { store, bucketName, key } = exchange;
    store.remove(store.bucket(bucketName), key);
    sendEmpty(exchange, 204);
  },
};
