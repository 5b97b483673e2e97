import { userError } from '../../core/errors.ts';
import { hideUserinfo } from '../../core/redact.ts';

/** Where to connect, taken from a URL. */
export interface Origin {
  secure: boolean;
  hostname: string;
  port: number;
  /** The `host` header's value. */
  host: string;
}

/** @throws MlbenchError `bad-url` */
export function parseDestinationUrl(text: string): URL {
  if (!URL.canParse(text)) {
    throw userError(
      'bad-url',
      `"${hideUserinfo(text)}" is not a URL`,
      'write it like https://host.example/path',
    );
  }
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw userError(
      'bad-url',
      `"${hideUserinfo(text)}": ${url.protocol} is not spoken here`,
      'use http:// or https://',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw userError(
      'bad-url',
      `the URL of ${url.host} holds a user name or password`,
      'take them out before it is planned with',
    );
  }
  return url;
}

/**
 * Takes user and password out of a URL, so that it may be shown and kept.
 * @returns the rest of it, and what says the same in a header (RFC 7617); what is no URL comes back as it is
 * @throws MlbenchError `bad-url`
 */
export function splitUserinfo(text: string): { url: string; authorization?: string } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.username === '' && url.password === '')) return { url: text };
  let user: string;
  try {
    user = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  } catch {
    throw userError(
      'bad-url',
      `"${hideUserinfo(text)}": its user or password is not percent-encoded text`,
      'write each % in it as %25',
    );
  }
  // Cut out of the text: to write the URL anew would change how the rest of it is encoded.
  const bare = asOneLine(text).replace(/^([a-z]+:[\\/]*)[^/\\\\?#]*@/i, '$1');
  return { url: bare, authorization: `Basic ${Buffer.from(user).toString('base64')}` };
}

export function originOf(url: URL): Origin {
  const secure = url.protocol === 'https:';
  return {
    secure,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    host: url.host,
  };
}

/**
 * The query of a URL as it was given, from its `?` on; what cannot stand in a request's first line is percent-encoded.
 * (`URL` itself would write %27 for an apostrophe, and more.)
 */
export function queryOf(text: string): string {
  const [whole = ''] = asOneLine(text).split('#', 1);
  const at = whole.indexOf('?');
  if (at < 0) return '';
  return whole.slice(at).replace(/[^\x21-\x7e]+/g, (part) => encodeURIComponent(part.toWellFormed()));
}

/**
 * The path of a URL as it was given: `.` and `..` stay, which `URL` would take out. In all else it is what `URL` makes
 * of it: what cannot stand in a request's first line is percent-encoded.
 */
export function pathOf(text: string): string {
  const bare = asOneLine(text).replace(/[?#].*$/s, '');
  const path = bare.replace(/^[a-z][a-z0-9+.-]*:[\\/]*[^\\/]*/i, '').replaceAll('\\', '/');
  const segments = path.split('/').map((segment) => (isDots(segment) ? segment : encodedSegment(segment)));
  return path === '' ? '/' : segments.join('/');
}

/** `.` or `..`, its dots percent-encoded or not. */
function isDots(segment: string): boolean {
  return /^(?:\.|%2e){1,2}$/i.test(segment);
}

/** Between slashes, for `URL` takes blanks off a URL's end. */
function encodedSegment(segment: string): string {
  return new URL(`http://h/${segment}/`).pathname.slice(1, -1);
}

/** As `URL` reads it: without tabs and line ends, and without blanks around it. */
function asOneLine(text: string): string {
  return text.replace(/[\t\n\r]/g, '').trim();
}
