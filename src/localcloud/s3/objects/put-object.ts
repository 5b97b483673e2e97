import { ServiceError } from '../../service/operation.ts';
import { route, type S3Exchange, type S3Operation, sendEmpty } from '../exchange/exchange.ts';
import { preconditionFailed } from '../storage/errors.ts';
import { objectHeaders } from '../storage/object-headers.ts';
import { checksumHeader, receiveContent } from '../storage/receive-content.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export const putObject: S3Operation = {
  name: 'PutObject',
  matches: (address) => route('PUT', 'object')(address) && address.headers['x-amz-copy-source'] === undefined,
  async handle(exchange) {
    const { store, request, key, bucketName, caller } = exchange;
    store.bucket(bucketName);
    checkKey(key);
    checkConditions(exchange);
    const content = await receiveContent(request, store, caller.chunks);
    try {
      // Looked at again: both may have changed while the body came in.
      checkConditions(exchange);
      store.commit(store.bucket(bucketName), {
        ...content,
        key,
        lastModified: new Date(store.clock.nowMs()),
        headers: objectHeaders(request.headers),
        isUsers: caller.isUser,
      });
    } catch (error) {
      await store.discard([content.file]);
      throw error;
    }
    sendEmpty(exchange, 200, {
      etag: `"${content.etag}"`,
      ...(content.checksum && {
        [checksumHeader(content.checksum.algorithm)]: content.checksum.value,
        'x-amz-checksum-type': content.checksum.type,
      }),
    });
  },
};

/** `If-None-Match: *` writes only what is not there yet; `If-Match` only over the version that the caller knows. */
export function checkConditions(exchange: S3Exchange): void {
  const { headers } = exchange.request;
  const existing = exchange.store.bucket(exchange.bucketName).objects.get(exchange.key);
  if (headers['if-none-match'] === '*' && existing) throw preconditionFailed('If-None-Match');
  const wanted = headers['if-match'];
  if (wanted !== undefined && wanted.replaceAll('"', '') !== existing?.etag)
    throw preconditionFailed('If-Match');
}

export function checkKey(key: string): void {
  if (Buffer.byteLength(key) > 1_024) throw new ServiceError('KeyTooLongError', 'Your key is too long');
}
