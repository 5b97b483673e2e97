import { ServiceError } from '../../service/operation.ts';
import { route, type S3Operation, sendEmpty } from '../exchange/exchange.ts';
import { invalidArgument } from '../storage/errors.ts';
import { checksumHeader, receiveContent } from '../storage/receive-content.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html */
export const uploadPart: S3Operation = {
  name: 'UploadPart',
  matches: route('PUT', 'object', 'uploadId'),
  async handle(exchange) {
    const { store, request, key, bucketName } = exchange;
    const { query, headers } = exchange.address;
    if (headers['x-amz-copy-source'] !== undefined)
      throw new ServiceError('NotImplemented', 'UploadPartCopy is not available here.', 501);
    const uploadId = query.get('uploadId') ?? '';
    store.upload(bucketName, key, uploadId);
    const number = readPartNumber(query.get('partNumber'));
    const content = await receiveContent(request, store, exchange.caller.chunks);
    try {
      // Looked up again: the upload may have been aborted meanwhile.
      const { parts } = store.upload(bucketName, key, uploadId);
      const before = parts.get(number);
      parts.set(number, content);
      if (before) await store.discard([before.file]);
    } catch (error) {
      await store.discard([content.file]);
      throw error;
    }
    sendEmpty(exchange, 200, {
      etag: `"${content.etag}"`,
      ...(content.checksum && { [checksumHeader(content.checksum.algorithm)]: content.checksum.value }),
    });
  },
};

function readPartNumber(text: string | null): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 10_000)
    throw invalidArgument(
      'Part number must be an integer between 1 and 10000, inclusive',
      'partNumber',
      text ?? '',
    );
  return number;
}
