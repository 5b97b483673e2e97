import type { XmlNode } from '../../protocols/xml.ts';
import { invalidArgument } from '../errors.ts';
import { route, type S3Exchange, type S3Operation, sendXml } from '../exchange.ts';
import type { Bucket, StoredObject } from '../object-store.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export const listObjectsV2: S3Operation = {
  name: 'ListObjectsV2',
  matches: (target) => isListing(target) && target.query.get('list-type') === '2',
  handle(exchange) {
    const { query } = exchange.target;
    const token = query.get('continuation-token');
    const after = token === null ? (query.get('start-after') ?? '') : readToken(token);
    const listing = list(exchange, after);
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

/** The older listing, which boto3's resources still use: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html */
export const listObjects: S3Operation = {
  name: 'ListObjects',
  matches: (target) => isListing(target) && target.query.get('list-type') !== '2',
  handle(exchange) {
    const { query } = exchange.target;
    const marker = query.get('marker') ?? '';
    const listing = list(exchange, marker);
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

interface Listing {
  prefix: string;
  delimiter: string | undefined;
  maxKeys: number;
  entries: XmlNode[];
  isTruncated: boolean;
  /** The last key or common prefix listed: the next page starts after it. */
  last: string;
  encode(text: string): string;
}

function list(exchange: S3Exchange, after: string): Listing {
  const { query } = exchange.target;
  const bucket = exchange.store.bucket(exchange.bucketName);
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') || undefined;
  const encode = query.get('encoding-type') === 'url' ? encodeKey : (text: string) => text;
  const maxKeys = readMaxKeys(query.get('max-keys'));

  const objects: XmlNode[] = [];
  const prefixes: XmlNode[] = [];
  let last = '';
  let isTruncated = false;
  for (const object of sortedObjects(bucket, prefix)) {
    const common = commonPrefix(object.key, prefix, delimiter);
    const position = common ?? object.key;
    if (compareKeys(position, after) <= 0 || (common !== undefined && common === last)) continue;
    if (objects.length + prefixes.length >= maxKeys) {
      isTruncated = maxKeys > 0;
      break;
    }
    last = position;
    if (common === undefined) objects.push(describe(object, encode));
    else prefixes.push(['CommonPrefixes', ['Prefix', encode(common)]]);
  }
  return { prefix, delimiter, maxKeys, entries: [...objects, ...prefixes], isTruncated, last, encode };
}

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

function sortedObjects(bucket: Bucket, prefix: string): StoredObject[] {
  return [...bucket.objects.values()]
    .filter(({ key }) => key.startsWith(prefix))
    .sort((a, b) => compareKeys(a.key, b.key));
}

/** S3 sorts by the bytes of UTF-8, which is not the order of JavaScript's UTF-16. */
function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function commonPrefix(key: string, prefix: string, delimiter: string | undefined): string | undefined {
  if (delimiter === undefined) return undefined;
  const end = key.indexOf(delimiter, prefix.length);
  return end < 0 ? undefined : key.slice(0, end + delimiter.length);
}

function readMaxKeys(text: string | null): number {
  if (text === null || text === '') return 1_000;
  if (!/^\d{1,10}$/.test(text))
    throw invalidArgument('Provided max-keys not an integer or within integer range', 'max-keys', text);
  return Math.min(1_000, Number(text));
}

/** Slashes stay readable, as S3 leaves them. */
function encodeKey(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll('%2F', '/');
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

function optional(name: string, value: string | undefined): XmlNode[] {
  return value === undefined ? [] : [[name, value]];
}
