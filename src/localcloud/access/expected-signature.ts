import {
  canonicalRequest,
  escapePath,
  escapeSegment,
  scopeText,
  sha256Hex,
  signatureOf,
  signingKey,
} from '../../core/sigv4.ts';
import type { Signature, SignedRequest } from './signature.ts';

/**
 * The signatures that this request may carry if it was signed with that secret. Two for S3: some clients put characters
 * on the request line that they escape where they sign.
 * @param payloadHash hexadecimal, or a word of S3's: `UNSIGNED-PAYLOAD`
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function expectedSignatures(
  request: SignedRequest,
  signature: Signature,
  secretAccessKey: string,
  payloadHash: string,
): string[] {
  const { url = '/', method = 'GET' } = request;
  const start = url.indexOf('?');
  const path = start < 0 ? url : url.slice(0, start);
  const { shortDate, signedAt = '' } = signature;
  const key = signingKey(secretAccessKey, shortDate, signature);
  const scope = scopeText(shortDate, signature);
  const parts = {
    method,
    query: canonicalQuery(start < 0 ? '' : url.slice(start + 1)),
    fields: signedFields(request, signature.signedHeaders),
    payloadHash,
  };
  const paths = signature.service === 's3' ? [path, escapedOnce(path)] : [escapePath(path)];
  return [...new Set(paths)].map((signedPath) =>
    signatureOf(
      key,
      'AWS4-HMAC-SHA256',
      signedAt,
      scope,
      sha256Hex(canonicalRequest({ ...parts, path: signedPath })),
    ),
  );
}

/** By name, and by value where a name comes twice; without the signature itself. */
function canonicalQuery(query: string): string {
  return query
    .split('&')
    .filter((part) => part !== '' && !part.startsWith('X-Amz-Signature='))
    .map((part) => {
      const equals = part.indexOf('=');
      const [name, value] = equals < 0 ? [part, ''] : [part.slice(0, equals), part.slice(equals + 1)];
      return [escapedAnew(name), escapedAnew(value)] as const;
    })
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function signedFields(
  { rawHeaders }: SignedRequest,
  names: readonly string[],
): [name: string, values: string[]][] {
  const values = new Map<string, string[]>(names.map((name) => [name, []]));
  for (let i = 0; i + 1 < rawHeaders.length; i += 2)
    values.get(rawHeaders[i]!.toLowerCase())?.push(rawHeaders[i + 1]!);
  return [...values].sort(([a], [b]) => (a < b ? -1 : 1));
}

function escapedOnce(path: string): string {
  return path.split('/').map(escapedAnew).join('/');
}

/** Half an escape stands for itself. */
function escapedAnew(text: string): string {
  try {
    return escapeSegment(decodeURIComponent(text));
  } catch {
    return text;
  }
}
