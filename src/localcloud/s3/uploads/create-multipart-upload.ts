import { newUuid } from '../../../core/random.ts';
import { ServiceError } from '../../service/operation.ts';
import { route, type S3Operation, sendXml } from '../exchange/exchange.ts';
import { checkKey } from '../objects/put-object.ts';
import { objectHeaders } from '../storage/object-headers.ts';
import { parseAlgorithm } from '../storage/receive-content.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */
export const createMultipartUpload: S3Operation = {
  name: 'CreateMultipartUpload',
  matches: route('POST', 'object', 'uploads'),
  handle(exchange) {
    const { store, request, key, bucketName } = exchange;
    const bucket = store.bucket(bucketName);
    checkKey(key);
    if (bucket.uploads.size >= maxUploads)
      throw new ServiceError('SlowDown', 'Too many multipart uploads are open in this bucket.', 503);
    const id = newUuid().replaceAll('-', '');
    const algorithm = request.headers['x-amz-checksum-algorithm'];
    bucket.uploads.set(id, {
      id,
      key,
      startedAt: new Date(store.clock.nowMs()),
      headers: objectHeaders(request.headers),
      checksumAlgorithm: parseAlgorithm(typeof algorithm === 'string' ? algorithm : undefined),
      parts: new Map(),
    });
    sendXml(exchange, [
      'InitiateMultipartUploadResult',
      ['Bucket', bucketName],
      ['Key', key],
      ['UploadId', id],
    ]);
  },
};

const maxUploads = 1_000;
