import type { RequestParts } from '../request/request-parts.ts';
import { originOf } from '../request/request-url.ts';

/** A request and where it goes. */
export interface Addressed extends RequestParts {
  url: URL;
}

/** Of a status that points elsewhere (RFC 9110 §15.4); 304 and 300 do not. */
export function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

/**
 * What to ask next.
 *
 *   303         GET without a body; HEAD stays HEAD
 *   301, 302    so for POST, as every client does (RFC 9110 §15.4.2); else as it was
 *   307, 308    as it was, body and all
 *
 * Another origin gets of the headers only what says how to read and answer the request: none that says who asks, be it
 * authorization, a signature, a cookie or a key under a name of its own.
 * @param location as the answer has it: relative to the request's own URL, perhaps
 * @returns the next request, or what is wrong with the location
 */
export function redirected(request: Addressed, status: number, location: string): Addressed | string {
  if (!URL.canParse(location, request.url.href)) return 'a redirect to what is no URL';
  const url = new URL(location, request.url);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return 'a redirect to what is neither http nor https';
  url.username = '';
  url.password = '';
  url.hash = '';
  const { method } = request;
  const toGet = status === 303 ? method !== 'HEAD' : (status === 301 || status === 302) && method === 'POST';
  const body = toGet ? null : request.body;
  const sameOrigin = url.origin === request.url.origin;
  const kept = Object.entries(request.headers).filter(([name]) => {
    if (name === 'host') return false;
    if (body === null && /^content-/.test(name)) return false;
    return sameOrigin || impersonal.has(name);
  });
  return {
    url,
    method: toGet ? 'GET' : method,
    path: `${url.pathname}${url.search}`,
    headers: { host: originOf(url).host, ...Object.fromEntries(kept) },
    body,
  };
}

const impersonal = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'connection',
  'content-encoding',
  'content-language',
  'content-length',
  'content-type',
  'user-agent',
]);
