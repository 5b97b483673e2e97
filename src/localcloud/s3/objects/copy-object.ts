import { constants, copyFile } from 'node:fs/promises';
import { route, type S3Operation, sendXml } from '../exchange/exchange.ts';
import { invalidArgument } from '../storage/errors.ts';
import { objectHeaders } from '../storage/object-headers.ts';
import { checkConditions, checkKey } from './put-object.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
export const copyObject: S3Operation = {
  name: 'CopyObject',
  matches: (address) => route('PUT', 'object')(address) && address.headers['x-amz-copy-source'] !== undefined,
  async handle(exchange) {
    const { store, request, key, bucketName } = exchange;
    checkKey(key);
    checkConditions(exchange);
    const { bucket: fromBucket, key: fromKey } = readSource(String(request.headers['x-amz-copy-source']));
    const source = store.object(fromBucket, fromKey);
    const file = store.newFile();
    await copyFile(source.file, file, constants.COPYFILE_EXCL);
    const replaces = request.headers['x-amz-metadata-directive'] === 'REPLACE';
    const copy = {
      ...source,
      key,
      file,
      lastModified: new Date(store.clock.nowMs()),
      isUsers: exchange.caller.isUser,
      headers: replaces ? objectHeaders(request.headers) : source.headers,
    };
    try {
      store.commit(store.bucket(bucketName), copy);
    } catch (error) {
      await store.discard([file]);
      throw error;
    }
    sendXml(exchange, ['CopyObjectResult', ['LastModified', copy.lastModified], ['ETag', `"${copy.etag}"`]]);
  },
};

/** `/bucket/key` or `bucket/key`, percent-encoded, perhaps with `?versionId=null`. */
function readSource(header: string): { bucket: string; key: string } {
  const match = /^\/?([^/]+)\/([^?]+)(?:\?versionId=.*)?$/.exec(header);
  try {
    if (match) return { bucket: decodeURIComponent(match[1]!), key: decodeURIComponent(match[2]!) };
  } catch {
    // Falls through: half a percent escape is no source.
  }
  throw invalidArgument(
    'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
    'x-amz-copy-source',
    header,
  );
}
