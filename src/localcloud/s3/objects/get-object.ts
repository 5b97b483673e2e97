import { createReadStream } from 'node:fs';
import { ServiceError } from '../../service/operation.ts';
import { route, type S3Exchange, type S3Operation, sendEmpty, sendStream } from '../exchange/exchange.ts';
import { preconditionFailed } from '../storage/errors.ts';
import type { StoredObject } from '../storage/object-store.ts';
import { checksumHeader } from '../storage/receive-content.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
export const getObject: S3Operation = {
  name: 'GetObject',
  matches: route('GET', 'object'),
  async handle(exchange) {
    const object = exchange.store.object(exchange.bucketName, exchange.key);
    if (isUnchanged(exchange, object)) {
      sendEmpty(exchange, 304, { etag: `"${object.etag}"` });
      return;
    }
    const range = readRange(exchange.request.headers.range, object.sizeBytes);
    const headers = describeObject(exchange, object, range);
    const content = isEmpty(object)
      ? []
      : createReadStream(object.file, range && { start: range.from, end: range.to });
    await sendStream(exchange, range ? 206 : 200, headers, content as AsyncIterable<Uint8Array>);
  },
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
export const headObject: S3Operation = {
  name: 'HeadObject',
  matches: route('HEAD', 'object'),
  handle(exchange) {
    const object = exchange.store.object(exchange.bucketName, exchange.key);
    if (isUnchanged(exchange, object)) {
      sendEmpty(exchange, 304, { etag: `"${object.etag}"` });
      return;
    }
    const range = readRange(exchange.request.headers.range, object.sizeBytes);
    sendEmpty(exchange, range ? 206 : 200, describeObject(exchange, object, range));
  },
};

interface ByteRange {
  from: number;
  /** Inclusive. */
  to: number;
}

function describeObject(
  exchange: S3Exchange,
  object: StoredObject,
  range: ByteRange | undefined,
): Record<string, string> {
  const wantsChecksum =
    exchange.request.headers['x-amz-checksum-mode']?.toString().toUpperCase() === 'ENABLED';
  return {
    ...object.headers,
    etag: `"${object.etag}"`,
    'last-modified': object.lastModified.toUTCString(),
    'accept-ranges': 'bytes',
    'content-length': String(range ? range.to - range.from + 1 : object.sizeBytes),
    ...(range && { 'content-range': `bytes ${range.from}-${range.to}/${object.sizeBytes}` }),
    // Of the whole object: a caller that reads a part could not check it.
    ...(wantsChecksum &&
      !range &&
      object.checksum && {
        [checksumHeader(object.checksum.algorithm)]: object.checksum.value,
        'x-amz-checksum-type': object.checksum.type,
      }),
  };
}

/** @throws ServiceError PreconditionFailed where the caller wants a version that is not there. */
function isUnchanged(exchange: S3Exchange, object: StoredObject): boolean {
  const { headers } = exchange.request;
  const wanted = headers['if-match'];
  if (wanted !== undefined && !namesEtag(wanted, object.etag)) throw preconditionFailed('If-Match');
  const known = headers['if-none-match'];
  if (known !== undefined) return namesEtag(known, object.etag);
  const since = Date.parse(headers['if-modified-since'] ?? '');
  // HTTP dates have no fractions of a second.
  return !Number.isNaN(since) && Math.floor(object.lastModified.getTime() / 1_000) * 1_000 <= since;
}

function namesEtag(header: string, etag: string): boolean {
  return header
    .split(',')
    .some((each) => each.trim() === '*' || each.trim().replace(/^W\//, '').replaceAll('"', '') === etag);
}

/**
 * `bytes=0-99`, `bytes=100-`, `bytes=-50`; anything else means the whole object (RFC 9110 §14.2).
 * @throws ServiceError InvalidRange where it lies wholly outside.
 */
function readRange(header: string | undefined, sizeBytes: number): ByteRange | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const from = match[1] === '' ? Math.max(0, sizeBytes - Number(match[2])) : Number(match[1]);
  const to = match[1] === '' || match[2] === '' ? sizeBytes - 1 : Math.min(Number(match[2]), sizeBytes - 1);
  if (match[1] !== '' && match[2] !== '' && Number(match[2]) < from) return undefined;
  if (from > to)
    throw new ServiceError('InvalidRange', 'The requested range is not satisfiable', 416, {
      RangeRequested: header,
      ActualObjectSize: sizeBytes,
    });
  return { from, to };
}

function isEmpty(object: StoredObject): boolean {
  return object.sizeBytes === 0;
}
