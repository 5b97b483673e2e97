import { createHmac, hash } from 'node:crypto';

/**
 * AWS Signature Version 4 for one prepared request, byte for byte what `@smithy/signature-v4` makes of the same headers
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
 */
export interface SignableRequest {
  method: string;
  /** As sent: percent-encoded, without a query. */
  path: string;
  /** Lower-case names; signed all of them. A character of a value is a byte of it, as heads are written. */
  headers: HeaderFields;
  /** Hexadecimal SHA-256 of the body. */
  payloadHash: string;
}

/** A value by name, or several of one name in the order they are sent. */
export type HeaderFields = Readonly<Record<string, string | readonly string[]>>;

export interface SigningCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}

export interface SigningScope {
  region: string;
  service: string;
}

/** @returns the headers to add, in the order the SDK adds them: date, token if any, payload hash, authorization. */
export function signRequest(
  request: SignableRequest,
  scope: SigningScope,
  credentials: SigningCredentials,
  nowMs: number,
): Record<string, string> {
  const longDate = formatLongDate(nowMs);
  const shortDate = longDate.slice(0, 8);
  const added: Record<string, string> = { 'x-amz-date': longDate };
  if (credentials.sessionToken !== undefined) added['x-amz-security-token'] = credentials.sessionToken;
  added['x-amz-content-sha256'] = request.payloadHash;

  const headers: HeaderFields = { ...request.headers, ...added };
  const names = Object.keys(headers).sort();
  const signedHeaders = names.join(';');
  const canonical = canonicalRequest({
    method: request.method,
    path: escapePath(request.path),
    query: '',
    fields: names.map((name) => [name, headers[name]!]),
    payloadHash: request.payloadHash,
  });
  const credentialScope = scopeText(shortDate, scope);
  const key = signingKey(credentials.secretAccessKey, shortDate, scope);
  const signature = signatureOf(key, 'AWS4-HMAC-SHA256', longDate, credentialScope, sha256Hex(canonical));
  added['authorization'] =
    `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${credentialScope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
  return added;
}

/**
 * What is signed, beside date and scope, as bytes: a character of a header's value is a byte, as heads are written.
 * Path and query come escaped and in order.
 */
export function canonicalRequest(request: {
  method: string;
  path: string;
  query: string;
  /** Of the signed headers, in the order of their names. */
  fields: readonly (readonly [name: string, value: string | readonly string[]])[];
  payloadHash: string;
}): Uint8Array {
  const { method, path, query, fields, payloadHash } = request;
  const lines = [
    method,
    path,
    query,
    ...fields.map(([name, value]) => `${name}:${canonicalValue(value)}`),
    '',
    fields.map(([name]) => name).join(';'),
    payloadHash,
  ];
  return Buffer.from(lines.join('\n'), 'latin1');
}

/** `20261122/us-east-1/sagemaker/aws4_request` */
export function scopeText(shortDate: string, { region, service }: SigningScope): string {
  return `${shortDate}/${region}/${service}/aws4_request`;
}

/** @param lines of the string to sign: its algorithm, the date, the scope, and the hashes of what is signed */
export function signatureOf(key: Uint8Array, ...lines: readonly string[]): string {
  return createHmac('sha256', key).update(lines.join('\n')).digest('hex');
}

/** Of several values of one name, a comma between two. */
function canonicalValue(field: string | readonly string[]): string {
  const values = typeof field === 'string' ? [field] : field;
  // Not \s: a byte of a letter in UTF-8 may be Unicode's no-break space.
  return values.map((value) => value.replace(/[\t ]+/g, ' ').replace(/^ | $/g, '')).join(',');
}

export function sha256Hex(data: string | Uint8Array): string {
  return hash('sha256', data);
}

/** RFC 3986, as the AWS SDK escapes a path segment. */
export function escapeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Every service but S3 signs the path escaped a second time, after `.`, `..` and empty segments are resolved. */
export function escapePath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  const normalised = `/${segments.join('/')}${segments.length > 0 && path.endsWith('/') ? '/' : ''}`;
  return normalised.split('/').map(escapeSegment).join('/');
}

/** The key is good for a day, and four of a signature's six digests are spent on it: the last one is kept. */
export function signingKey(secret: string, shortDate: string, { region, service }: SigningScope): Buffer {
  const of = `${secret}\n${shortDate}\n${region}\n${service}`;
  if (lastKey.of === of) return lastKey.key;
  let key: string | Buffer = `AWS4${secret}`;
  for (const part of [shortDate, region, service, 'aws4_request']) {
    key = createHmac('sha256', key).update(part).digest();
  }
  lastKey = { of, key: key as Buffer };
  return lastKey.key;
}

let lastKey: { of: string; key: Buffer } = { of: '', key: Buffer.alloc(0) };

/** `20261122T154641Z` */
function formatLongDate(nowMs: number): string {
  return new Date(nowMs).toISOString().replace(/[-:]|\.\d{3}/g, '');
}
