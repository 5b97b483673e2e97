import type { IncomingMessage } from 'node:http';

export type SignedRequest = Pick<IncomingMessage, 'method' | 'url' | 'headers' | 'rawHeaders'>;

/** A signature of version 4, as a request carries it. */
export interface Signature {
  /** In the `Authorization` header, or in the query string of a presigned URL. */
  place: 'header' | 'query';
  accessKeyId: string;
  /** Of the scope: `20261122`. */
  shortDate: string;
  region: string;
  service: string;
  /** `20261122T154641Z`; undefined where none was sent. */
  signedAt: string | undefined;
  /** Lower case, as they were listed; empty where none were. */
  signedHeaders: readonly string[];
  /** Hexadecimal. */
  signature: string;
  sessionToken: string | undefined;
  /** Of a presigned URL: how long it holds. */
  expiresSeconds: number | undefined;
}

export type ReadSignature =
  | Signature
  /** Nothing that signs. */
  | 'none'
  /** Signed otherwise: an older version, or a header of somebody's own. Any will do where nobody must be known. */
  | 'other'
  /** Parts of a presigned URL. */
  | 'incomplete';

export function readSignature({ headers, url = '' }: SignedRequest): ReadSignature {
  if (headers.authorization !== undefined) return readHeader(headers.authorization, headers);
  const start = url.indexOf('?');
  if (start < 0 || !url.includes('Signature=', start)) return 'none';
  const query = new URLSearchParams(url.slice(start + 1));
  if (query.has('X-Amz-Signature')) return readQuery(query);
  return isOlderQuery(query) ? 'other' : 'none';
}

function readHeader(header: string, headers: IncomingMessage['headers']): ReadSignature {
  const [, accessKeyId, shortDate, region, service] =
    /Credential=([^/,\s]+)\/(\d{8})\/([^/,]+)\/([^/,]+)\/aws4_request/.exec(header) ?? [];
  if (accessKeyId === undefined) return 'other';
  return {
    place: 'header',
    accessKeyId,
    shortDate: shortDate!,
    region: region!,
    service: service!,
    signedAt: textOf(headers['x-amz-date']),
    signedHeaders: /SignedHeaders=([^,\s]+)/.exec(header)?.[1]?.split(';') ?? [],
    signature: /Signature=([^,\s]+)/.exec(header)?.[1] ?? '',
    sessionToken: textOf(headers['x-amz-security-token']),
    expiresSeconds: undefined,
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html: all of them, or it is none. */
function readQuery(query: URLSearchParams): ReadSignature {
  const of = (name: string) => query.get(`X-Amz-${name}`) ?? '';
  const [, accessKeyId, shortDate, region, service] =
    /^([\w+=@.-]{1,128})\/(\d{8})\/([\w-]+)\/([\w-]+)\/aws4_request$/.exec(of('Credential')) ?? [];
  const expires = of('Expires');
  const signedHeaders = of('SignedHeaders').split(';');
  const isWhole =
    of('Algorithm') === 'AWS4-HMAC-SHA256' &&
    accessKeyId !== undefined &&
    /^\d{8}T\d{6}Z$/.test(of('Date')) &&
    /^\d{1,6}$/.test(expires) &&
    Number(expires) >= 1 &&
    Number(expires) <= maxExpiresSeconds &&
    signedHeaders.includes('host') &&
    /^[0-9a-f]{64}$/.test(of('Signature'));
  if (!isWhole) return 'incomplete';
  return {
    place: 'query',
    accessKeyId,
    shortDate: shortDate!,
    region: region!,
    service: service!,
    signedAt: of('Date'),
    signedHeaders,
    signature: of('Signature'),
    sessionToken: query.get('X-Amz-Security-Token') ?? undefined,
    expiresSeconds: Number(expires),
  };
}

/** A week. */
const maxExpiresSeconds = 604_800;

/** S3's presigned URLs of version 2, which boto3 still makes unless told otherwise. */
function isOlderQuery(query: URLSearchParams): boolean {
  return (
    /^[\w+=@.-]{1,128}$/.test(query.get('AWSAccessKeyId') ?? '') &&
    /^\d{1,12}$/.test(query.get('Expires') ?? '') &&
    /^[A-Za-z0-9+/]{27}=$/.test(query.get('Signature') ?? '')
  );
}

function textOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(',') : value;
}
