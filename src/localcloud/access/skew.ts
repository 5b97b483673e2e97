import type { IncomingHttpHeaders } from 'node:http';
import { AccessRefused } from './refusals.ts';
import type { Signature } from './signature.ts';

/**
 * Refuses what was signed at another time than this, as AWS does: whoever's key it is, a clock that is wrong must show
 * before it meets AWS.
 */
export function refuseSkewed(
  signature: Signature | 'other',
  headers: IncomingHttpHeaders,
  wallMs: number,
): void {
  const presigned = signature !== 'other' && signature.place === 'query' ? signature : undefined;
  const signedAt = presigned ? presigned.signedAt : headers['x-amz-date'];
  if (typeof signedAt !== 'string') return;
  const signedMs = parseAmzDate(signedAt);
  if (signedMs === undefined)
    throw new AccessRefused(
      'bad-date',
      `Date must be in ISO-8601 'basic format'. Got '${signedAt}'. See http://en.wikipedia.org/wiki/ISO_8601`,
    );
  if (signedMs > wallMs + maxSkewMs) throw skewed('not yet current', signedAt, 'later', wallMs, maxSkewMs);
  if (presigned) {
    const endMs = signedMs + (presigned.expiresSeconds ?? 0) * 1_000;
    if (endMs < wallMs)
      throw new AccessRefused(
        'expired',
        `Signature expired: ${amzDate(endMs)} is earlier than ${amzDate(wallMs)}`,
      );
    return;
  }
  if (signedMs < wallMs - maxSkewMs) throw skewed('expired', signedAt, 'earlier', wallMs, -maxSkewMs);
}

const maxSkewMs = 15 * 60_000;

function skewed(
  what: string,
  signedAt: string,
  relation: string,
  wallMs: number,
  byMs: number,
): AccessRefused {
  const sign = byMs < 0 ? '-' : '+';
  return new AccessRefused(
    'skewed',
    `Signature ${what}: ${signedAt} is now ${relation} than ${amzDate(wallMs + byMs)} (${amzDate(wallMs)} ${sign} 15 min.)`,
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
