import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/** What a server on loopback calls its own. */
export interface OwnNames {
  /** The port in its URLs; null: whoever publishes the server chose another one, as a container engine does. */
  port: number | null;
  /** Further hosts under which it may be called: `host.docker.internal`, or `gateway:8080` with that port alone. */
  hosts?: readonly string[];
  /** Addresses are names of it, too: whoever calls it by one has a key, and no page's own name is an address. */
  isCalledByAddress?: boolean;
  /** What else there is to do about a name that is not its own. */
  remedy?: string;
  /** Origins of web pages that may call it: `http://localhost:3000`; `*` is every page. */
  origins?: readonly string[];
}

/**
 * Whether a request comes from somebody else's web page. A browser sends requests to loopback for any page that asks;
 * the headers say whose page it was, and a page cannot change them:
 *
 *   Host            another name than loopback's: a page whose own name was made to point here (DNS rebinding)
 *   Origin          of whoever posts, or wants to read: of a sandboxed page or of a file it is `null`
 *   Sec-Fetch-Site  also with images, links and scripts, which carry no Origin (https://www.w3.org/TR/fetch-metadata/)
 *
 * Programs other than browsers send the first alone.
 * @returns the reason in one line; undefined: the request may come in
 */
export function foreignCaller(headers: IncomingHttpHeaders, own: OwnNames): string | undefined {
  const { host, origin } = headers;
  if (host !== undefined && !isOwnHost(host, own)) return foreignHost(host, own);
  if (origin !== undefined) {
    const isOwn = host !== undefined && origin.toLowerCase() === `http://${host.toLowerCase()}`;
    if (isOwn || allows(own, origin)) return undefined;
    return `the web page at ${shown(origin)} may not call this server`;
  }
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none' || own.origins?.includes('*'))
    return undefined;
  return `a web page of another origin (Sec-Fetch-Site: ${shown(String(site))}) may not call this server`;
}

/** Whether a page of that origin was given leave. */
function allows({ origins = [] }: OwnNames, origin: string): boolean {
  return origins.includes('*') || origins.some((one) => one.toLowerCase() === origin.toLowerCase());
}

function isOwnHost(host: string, own: OwnNames): boolean {
  const [, name, port] = /^(\[[\da-f:.]+\]|[^\s:/@[\]]+)(?::(\d{1,5}))?$/i.exec(host) ?? [];
  if (name === undefined) return false;
  if (isLoopbackName(name) && (own.port === null || Number(port ?? httpPort) === own.port)) return true;
  if (own.isCalledByAddress && isIP(name.replace(/^\[|\]$/g, '')) !== 0) return true;
  return (own.hosts ?? []).some((one) =>
    [name, host].some((given) => given.toLowerCase() === one.toLowerCase()),
  );
}

/** Without a port in it, a URL means this one. */
const httpPort = 80;

/** Browsers resolve all names below `localhost` to loopback by themselves (RFC 6761 §6.3): buckets have such names. */
function isLoopbackName(name: string): boolean {
  return /^(?:127(?:\.\d{1,3}){3}|\[::1\]|(?:[\w.-]+\.)?localhost\.?)$/i.test(name);
}

function foreignHost(host: string, { port, hosts = [], remedy }: OwnNames): string {
  const own = port === null ? 'localhost and 127.0.0.1' : `localhost:${port} and 127.0.0.1:${port}`;
  const further = remedy === undefined ? ['what --allow-host adds'] : hosts;
  const names = [own, ...further].join(', and ');
  return `this server is not called ${shown(host)}: its names are ${names}${remedy === undefined ? '' : `; ${remedy}`}`;
}

function shown(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
