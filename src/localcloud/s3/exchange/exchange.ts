import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { HeldBodies, HeldBody } from '../../../core/http/held-bodies.ts';
import { sha256Hex } from '../../../core/sigv4.ts';
import type { StreamingCaller } from '../../access/access.ts';
import { writeXml, type XmlNode } from '../../protocols/xml.ts';
import { noRoom, ServiceError } from '../../service/operation.ts';
import { hashMismatch, malformedXml } from '../storage/errors.ts';
import type { ObjectStore } from '../storage/object-store.ts';

/** One operation of S3: a method and a sub-resource of the service, a bucket or an object. */
export interface S3Operation {
  name: string;
  matches(address: S3Address): boolean;
  handle(exchange: S3Exchange): Promise<void> | void;
}

export interface S3Address {
  method: string;
  /** Path style: `/bucket/key`. Both decoded; keys keep their slashes and dots. */
  bucket: string | undefined;
  key: string | undefined;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
}

/** A request being answered. */
export interface S3Exchange {
  address: S3Address;
  /** Present, because the operation matched only with them; empty text otherwise. */
  bucketName: string;
  key: string;
  request: IncomingMessage;
  response: ServerResponse;
  caller: StreamingCaller;
  store: ObjectStore;
  bodies: HeldBodies;
  region: string;
}

/**
 * The request line's URL taken apart by hand: a URL parser would resolve the `..` of a key.
 * @throws ServiceError InvalidURI
 */
export function readAddress(request: IncomingMessage): S3Address {
  const url = request.url ?? '/';
  const queryStart = url.indexOf('?');
  const path = queryStart < 0 ? url : url.slice(0, queryStart);
  const slash = path.indexOf('/', 1);
  const bucket = slash < 0 ? path.slice(1) : path.slice(1, slash);
  const key = slash < 0 ? '' : path.slice(slash + 1);
  return {
    method: request.method ?? 'GET',
    bucket: decode(bucket),
    key: decode(key),
    query: new URLSearchParams(queryStart < 0 ? '' : url.slice(queryStart + 1)),
    headers: request.headers,
  };
}

/** Matches a method on the service (`null` bucket), a bucket or an object, with or without a sub-resource. */
export function route(method: string, level: 'service' | 'bucket' | 'object', subResource?: string) {
  return (address: S3Address): boolean =>
    address.method === method &&
    levelOf(address) === level &&
    (subResource === undefined
      ? !subResources.some((name) => address.query.has(name))
      : address.query.has(subResource));
}

export function sendXml(exchange: S3Exchange, document: XmlNode, headers: Record<string, string> = {}): void {
  exchange.response.writeHead(200, { 'content-type': 'application/xml', ...headers });
  exchange.response.end(writeXml(document, s3Namespace));
}

export function sendEmpty(exchange: S3Exchange, status: number, headers: Record<string, string> = {}): void {
  exchange.response.writeHead(status, status === 204 ? headers : { 'content-length': '0', ...headers });
  exchange.response.end();
}

export async function sendStream(
  exchange: S3Exchange,
  status: number,
  headers: Record<string, string>,
  content: AsyncIterable<Uint8Array>,
): Promise<void> {
  exchange.response.writeHead(status, headers);
  // A caller that hangs up in the middle is nothing to report.
  await pipeline(content, exchange.response).catch(() => exchange.response.destroy());
}

/** A small body: an XML document of a bucket's or an upload's. */
export async function readSmallBody({ bodies, request, response }: S3Exchange): Promise<string> {
  const held = await new Promise<HeldBody>((resolve) =>
    bodies.read(request, response, maxDocumentBytes, resolve),
  );
  if (held.kind === 'no-room') throw noRoom();
  if (held.kind !== 'read') throw malformedXml();
  const named = request.headers['x-amz-content-sha256'];
  if (typeof named === 'string' && isSha256(named) && named !== sha256Hex(held.body)) throw hashMismatch();
  return held.body.toString('utf8');
}

/** And no word of S3's, such as `UNSIGNED-PAYLOAD`. */
function isSha256(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

export const s3Namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** A thousand keys of 1,024 bytes each, written as entities, fit. */
const maxDocumentBytes = 8 * 1_024 ** 2;

/** Query parameters that make another operation of a request; the others are an operation's own. */
const subResources = [
  ...['accelerate', 'acl', 'analytics', 'attributes', 'cors', 'delete', 'encryption', 'intelligent-tiering'],
  ...[
    'inventory',
    'legal-hold',
    'lifecycle',
    'location',
    'logging',
    'metrics',
    'notification',
    'object-lock',
  ],
  ...['ownershipControls', 'policy', 'policyStatus', 'publicAccessBlock', 'replication', 'requestPayment'],
  ...[
    'restore',
    'retention',
    'select',
    'tagging',
    'torrent',
    'uploads',
    'uploadId',
    'versioning',
    'versions',
  ],
  ...['website'],
];

function levelOf({ bucket, key }: S3Address): 'service' | 'bucket' | 'object' {
  if (bucket === undefined || bucket === '') return 'service';
  return key === undefined || key === '' ? 'bucket' : 'object';
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ServiceError('InvalidURI', "Couldn't parse the specified URI.");
  }
}
