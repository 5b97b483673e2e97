import type { XmlNode } from '../../protocols/xml.ts';
import type { S3Exchange } from '../exchange/exchange.ts';
import { invalidArgument } from '../storage/errors.ts';
import type { Bucket, StoredObject } from '../storage/object-store.ts';

/** One page of a bucket's keys. */
export interface Listing {
  prefix: string;
  delimiter: string | undefined;
  maxKeys: number;
  entries: XmlNode[];
  isTruncated: boolean;
  /** The last key or common prefix listed: the next page starts after it. */
  last: string;
  encode(text: string): string;
}

/**
 * @param after the key or common prefix that ended the page before
 * @param describe an object's entry; names are written by `encode`
 */
export function listPage(
  exchange: S3Exchange,
  after: string,
  describe: (object: StoredObject, encode: (text: string) => string) => XmlNode,
): Listing {
  const { query } = exchange.address;
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

function sortedObjects(bucket: Bucket, prefix: string): StoredObject[] {
  return [...bucket.objects.values()]
    .filter(({ key }) => key.startsWith(prefix))
    .sort((a, b) => compareKeys(a.key, b.key));
}

/** S3 sorts by the bytes of UTF-8, which is not the order of JavaScript's UTF-16. */
export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function commonPrefix(key: string, prefix: string, delimiter: string | undefined): string | undefined {
  if (delimiter === undefined) return undefined;
  const end = key.indexOf(delimiter, prefix.length);
  return end < 0 ? undefined : key.slice(0, end + delimiter.length);
}

/** S3's page has a thousand entries at most. */
export function readMaxKeys(text: string | null): number {
  if (text === null || text === '') return 1_000;
  if (!/^\d{1,10}$/.test(text))
    throw invalidArgument('Provided max-keys not an integer or within integer range', 'max-keys', text);
  return Math.min(1_000, Number(text));
}

/** Slashes stay readable, as S3 leaves them. */
function encodeKey(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll('%2F', '/');
}

/** An element that is left out where it has no value. */
export function optional(name: string, value: string | undefined): XmlNode[] {
  return value === undefined ? [] : [[name, value]];
}
