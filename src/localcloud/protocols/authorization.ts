import type { IncomingHttpHeaders } from 'node:http';
import { ServiceError } from '../service/operation.ts';

/**
 * Why a request may not come in: it is not signed at all, or was signed at another time than this. Which key signed it,
 * and whether rightly, is not looked at: the stand-in has no accounts.
 */
export function authorizationProblem(
  headers: IncomingHttpHeaders,
  url: string,
  wallMs: number,
): ServiceError | undefined {
  const presigned = url.includes('X-Amz-Signature=') || url.includes('Signature=');
  if (headers.authorization === undefined && !presigned) {
    return new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
  }
  const signedAt = headers['x-amz-date'];
  if (typeof signedAt !== 'string') return undefined;
  const signedMs = parseAmzDate(signedAt);
  if (signedMs === undefined) {
    return new ServiceError(
      'IncompleteSignatureException',
      `Date must be in ISO-8601 'basic format'. Got '${signedAt}'. See http://en.wikipedia.org/wiki/ISO_8601`,
      403,
    );
  }
  if (signedMs < wallMs - maxSkewMs) return skewed('expired', signedAt, 'earlier', wallMs, -maxSkewMs);
  if (signedMs > wallMs + maxSkewMs) return skewed('not yet current', signedAt, 'later', wallMs, maxSkewMs);
  return undefined;
}

const maxSkewMs = 15 * 60_000;

function skewed(
  what: string,
  signedAt: string,
  relation: string,
  wallMs: number,
  byMs: number,
): ServiceError {
  const sign = byMs < 0 ? '-' : '+';
  return new ServiceError(
    'InvalidSignatureException',
    `Signature ${what}: ${signedAt} is now ${relation} than ${amzDate(wallMs + byMs)} (${amzDate(wallMs)} ${sign} 15 min.)`,
    403,
  );
}

// Thousands of requests a second carry the same second.
let last: { text: string; ms: number | undefined } = { text: '', ms: undefined };

/** `20260131T235959Z` → epoch milliseconds. */
function parseAmzDate(text: string): number | undefined {
  if (last.text === text) return last.ms;
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)?.slice(1).map(Number);
  const [year = 0, month = 1, day = 0, hour = 0, minute = 0, second = 0] = parts ?? [];
  last = { text, ms: parts && Date.UTC(year, month - 1, day, hour, minute, second) };
  return last.ms;
}

function amzDate(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '');
}
