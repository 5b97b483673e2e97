import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { foreignCaller, type OwnNames } from '../../core/http/foreign-caller.ts';

/** Who may see and steer the live page. */
export interface Access {
  own: Omit<OwnNames, 'remedy'>;
  /** Null on loopback, which other machines cannot reach. */
  token: string | null;
}

export interface Refusal {
  status: 401 | 403;
  reason: string;
}

const namesRemedy = 'through a tunnel keep the port, as in ssh -L 8089:localhost:8089';

const cookieName = 'mlbench-live';

/** @returns null: the request may come in */
export function refusalOf(headers: IncomingHttpHeaders, { own, token }: Access): Refusal | null {
  const foreign = foreignCaller(headers, { ...own, remedy: namesRemedy });
  if (foreign !== undefined) return { status: 403, reason: foreign };
  if (token === null || sameSecret(cookieOf(headers) ?? '', token)) return null;
  return {
    status: 401,
    reason: 'open the page with the whole link that mlbench has printed: its end is the key',
  };
}

/**
 * The page's key comes in the fragment of its URL, which browsers do not send; the page hands it over once, and has a
 * cookie from then on that no script reads.
 */
export function cookieFor(given: string, { token }: Access): string | null {
  if (token === null || !sameSecret(given, token)) return null;
  return `${cookieName}=${token}; HttpOnly; SameSite=Strict; Path=/`;
}

function cookieOf({ cookie = '' }: IncomingHttpHeaders): string | undefined {
  const pairs = cookie.split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${cookieName}=`))?.slice(cookieName.length + 1);
}

/** In a time that does not depend on where the two differ. */
function sameSecret(given: string, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}
