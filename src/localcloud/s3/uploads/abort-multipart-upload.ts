import { route, type S3Operation, sendEmpty } from '../exchange/exchange.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html */
export const abortMultipartUpload: S3Operation = {
  name: 'AbortMultipartUpload',
  matches: route('DELETE', 'object', 'uploadId'),
  async handle(exchange) {
    const { store, bucketName, key } = exchange;
    const upload = store.upload(bucketName, key, exchange.address.query.get('uploadId') ?? '');
    store.bucket(bucketName).uploads.delete(upload.id);
    await store.discard([...upload.parts.values()].map((part) => part.file));
    sendEmpty(exchange, 204);
  },
};
