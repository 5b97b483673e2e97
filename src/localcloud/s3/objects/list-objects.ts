import type { XmlNode } from '../../protocols/xml.ts';
import { route, type S3Operation, sendXml } from '../exchange/exchange.ts';
import { invalidArgument } from '../storage/errors.ts';
import type { StoredObject } from '../storage/object-store.ts';
import { listPage, optional } from './object-listing.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export const listObjectsV2: S3Operation = {
  name: 'ListObjectsV2',
  matches: (address) => isListing(address) && address.query.get('list-type') === '2',
  handle(exchange) {
    const { query } = exchange.address;
    const token = query.get('continuation-token');
    const after = token === null ? (query.get('start-after') ?? '') : readToken(token);
    const listing = listPage(exchange, after, describe);
    sendXml(exchange, [
      'ListBucketResult',
      ['Name', exchange.bucketName],
      ['Prefix', listing.encode(listing.prefix)],
      ['KeyCount', listing.entries.length],
      ['MaxKeys', listing.maxKeys],
      ...optional('Delimiter', listing.delimiter && listing.encode(listing.delimiter)),
      ...optional('EncodingType', query.get('encoding-type') ?? undefined),
      ...optional('ContinuationToken', token ?? undefined),
      ...optional('StartAfter', query.get('start-after') ?? undefined),
      ['IsTruncated', listing.isTruncated],
      ...optional('NextContinuationToken', listing.isTruncated ? writeToken(listing.last) : undefined),
      ...listing.entries,
    ]);
  },
};

/**
 * The older listing, which boto3's resources still use:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html
 */
export const listObjects: S3Operation = {
  name: 'ListObjects',
  matches: (address) => isListing(address) && address.query.get('list-type') !== '2',
  handle(exchange) {
    const { query } = exchange.address;
    const marker = query.get('marker') ?? '';
    const listing = listPage(exchange, marker, describe);
    sendXml(exchange, [
      'ListBucketResult',
      ['Name', exchange.bucketName],
      ['Prefix', listing.encode(listing.prefix)],
      ['Marker', listing.encode(marker)],
      ['MaxKeys', listing.maxKeys],
      ...optional('Delimiter', listing.delimiter && listing.encode(listing.delimiter)),
      ...optional('EncodingType', query.get('encoding-type') ?? undefined),
      ['IsTruncated', listing.isTruncated],
      ...optional('NextMarker', listing.isTruncated ? listing.encode(listing.last) : undefined),
      ...listing.entries,
    ]);
  },
};

const isListing = route('GET', 'bucket');

function describe(object: StoredObject, encode: (text: string) => string): XmlNode {
  return [
    'Contents',
    ['Key', encode(object.key)],
    ['LastModified', object.lastModified],
    ['ETag', `"${object.etag}"`],
    ['Size', object.sizeBytes],
    ['StorageClass', 'STANDARD'],
  ];
}

function writeToken(last: string): string {
  return Buffer.from(`1:${last}`).toString('base64url');
}

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString('utf8');
  if (!text.startsWith('1:'))
    throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token);
  return text.slice(2);
}
