import { userError } from '../core/errors.ts';
import { packageVersion } from '../core/package-paths.ts';
import type { LoadPlan, LoadTarget, SigningCredentials } from './plan.ts';
import { escapeSegment, sha256Hex, signRequest } from './signing/sigv4.ts';

/** Where to connect, taken from a URL. */
export interface Origin {
  secure: boolean;
  hostname: string;
  port: number;
  /** The `host` header's value. */
  host: string;
}

/** The bytes of the run's request, head and body, prepared once (signed: once a second) and written many times. */
export interface PreparedRequest {
  readonly origin: Origin;
  /** HEAD: its response has no body whatever its headers say. */
  readonly headRequest: boolean;
  /** @param epochMs wall time, for the signature's date. The same buffer is returned as long as it is valid. */
  bytesAt(epochMs: number): Buffer;
  /** Signs with these from now on; nothing to an unsigned request. */
  useCredentials(credentials: SigningCredentials): void;
}

type RequestPlan = Pick<LoadPlan, 'target' | 'body' | 'contentType' | 'accept'>;

/** @throws MlbenchError for a URL or header that cannot be sent */
export function prepareRequest(plan: RequestPlan): PreparedRequest {
  const url = parseTargetUrl(plan.target.url);
  const origin = originOf(url);
  const { target, body } = plan;
  const method = target.kind === 'url' ? target.method.toUpperCase() : 'POST';
  if (!/^[A-Z]+$/.test(method)) {
    throw userError('bad-method', `"${method}" is not an HTTP method`, 'use --method GET, POST, PUT …');
  }
  const path =
    target.kind === 'runtime'
      ? `${url.pathname.replace(/\/$/, '')}/endpoints/${escapeSegment(target.endpointName)}/invocations`
      : `${url.pathname}${url.search}`;
  const headers = requestHeaders(plan, origin, method);
  const userAgent = headers['user-agent'] ?? `mlbench/${packageVersion}`;
  const startLine = `${method} ${path} HTTP/1.1\r\n`;
  const assemble = (all: Record<string, string>) => {
    const lines = Object.entries({ ...all, 'user-agent': userAgent }).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );
    return Buffer.concat([Buffer.from(`${startLine}${lines.join('')}\r\n`, 'latin1'), body]);
  };
  if (target.kind !== 'runtime') {
    const bytes = assemble(headers);
    return { origin, headRequest: method === 'HEAD', bytesAt: () => bytes, useCredentials: () => {} };
  }
  return signedRequest(target, origin, assemble, { method, path, headers, payloadHash: sha256Hex(body) });
}

/** X-Amz-Date counts whole seconds, so within one second every request of a payload carries the same signature. */
function signedRequest(
  target: LoadTarget & { kind: 'runtime' },
  origin: Origin,
  assemble: (headers: Record<string, string>) => Buffer,
  signable: Parameters<typeof signRequest>[0],
): PreparedRequest {
  const scope = { region: target.region, service: 'sagemaker' };
  let credentials: SigningCredentials | undefined;
  let bytes: Buffer = Buffer.alloc(0);
  let validFromMs = 0;
  let validUntilMs = 0;
  return {
    origin,
    headRequest: false,
    bytesAt(epochMs) {
      if (epochMs >= validUntilMs || epochMs < validFromMs) {
        if (credentials === undefined) throw new Error('asked to sign before there were credentials');
        validFromMs = Math.floor(epochMs / 1_000) * 1_000;
        validUntilMs = validFromMs + 1_000;
        // A new buffer each time: the last one may still wait in a socket's queue.
        bytes = assemble({ ...signable.headers, ...signRequest(signable, scope, credentials, validFromMs) });
      }
      return bytes;
    },
    useCredentials(fresh) {
      credentials = fresh;
      validUntilMs = 0;
    },
  };
}

function requestHeaders(plan: RequestPlan, origin: Origin, method: string): Record<string, string> {
  const headers: Record<string, string> = { host: origin.host };
  if (plan.body.length > 0) headers['content-type'] = plan.contentType;
  if (plan.accept !== '') headers['accept'] = plan.accept;
  if (plan.body.length > 0 || (method !== 'GET' && method !== 'HEAD')) {
    headers['content-length'] = String(plan.body.length);
  }
  for (const [name, value] of Object.entries(plan.target.kind === 'url' ? plan.target.headers : {})) {
    const lower = name.toLowerCase();
    if (!/^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(lower) || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      throw userError(
        'bad-header',
        `the header "${name}: ${value}" cannot be sent`,
        'write it as "name: value"',
      );
    }
    if (lower === 'content-length' || lower === 'transfer-encoding' || lower === 'connection') {
      throw userError(
        'bad-header',
        `the header "${name}" is the load generator's to set`,
        `leave "${name}" out`,
      );
    }
    headers[lower] = value;
  }
  return headers;
}

function parseTargetUrl(text: string): URL {
  if (!URL.canParse(text)) {
    throw userError('bad-url', `"${text}" is not a URL`, 'write it like https://host.example/path');
  }
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw userError('bad-url', `"${text}": ${url.protocol} is not spoken here`, 'use http:// or https://');
  }
  if (url.username !== '' || url.password !== '') {
    throw userError(
      'bad-url',
      `the URL of ${url.host} holds a user name or password`,
      'send an authorization header',
    );
  }
  return url;
}

function originOf(url: URL): Origin {
  const secure = url.protocol === 'https:';
  return {
    secure,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    host: url.host,
  };
}
