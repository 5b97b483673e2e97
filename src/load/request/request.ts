import { bytesOfContent, type ContentPlaces } from '../../core/content.ts';
import { userError } from '../../core/errors.ts';
import { packageVersion } from '../../core/package-paths.ts';
import type { SigningCredentials } from '../../core/sigv4.ts';
import { escapeSegment, sha256Hex, signRequest } from '../../core/sigv4.ts';
import type { PayloadSource } from '../payloads/payload-source.ts';
import type { Destination, LoadPlan } from '../plan/plan.ts';
import { checkHeader, type HeaderFields, namesType, valuesOf, withHeaders } from './headers.ts';
import { type Origin, originOf, parseDestinationUrl, pathOf, queryOf } from './request-url.ts';

/**
 * The bytes of the run's requests, head and body, prepared (signed: once a payload and second) and written many times.
 */
export interface PreparedRequest {
  readonly origin: Origin;
  /** HEAD: its response has no body whatever its headers say. */
  readonly headRequest: boolean;
  /**
   * The next request's. Of the run's only body, the same buffer is returned as long as it is valid.
   * @param epochMs wall time, for the signature's date
   * @param record the payload to send, by its number from 1; left out or null: the next in order
   */
  bytesAt(epochMs: number, record?: string | null): Buffer;
  /** Any other request to the same service, signed if the destination is. */
  bytesOf(request: RequestShape, body: Uint8Array, epochMs: number): Buffer;
  /**
   * Another request that is sent many times, prepared as the run's own are.
   * @param body null: the run's payloads, or its one body
   * @returns what `bytesAt` is to the run's own
   */
  template(request: RequestShape, body: Uint8Array | null): PreparedRequest['bytesAt'];
  /** What a request is unless something else is asked for. */
  readonly usual: RequestShape;
  /** The next payload in order. */
  nextBody(): Uint8Array;
  /** Signs with these from now on; nothing to an unsigned request. */
  useCredentials(credentials: SigningCredentials): void;
}

export interface RequestShape {
  method: string;
  /** As sent: percent-encoded, with its query if it has one. */
  path: string;
  /** Lower-case names, in the order they are sent; without content-length. */
  headers: HeaderFields;
  /** Somebody asked for its content type: it is sent without a body, too. */
  keepsType?: boolean;
}

type RequestPlan = Pick<LoadPlan, 'destination' | 'body' | 'contentType' | 'accept' | 'keepAlive'>;

/**
 * @param contents where the plan's body is
 * @param payloads instead of the plan's one body
 * @param authorization of a URL that named a user
 * @throws MlbenchError for a URL, header or body that cannot be sent
 */
export function prepareRequest(
  plan: RequestPlan,
  contents: ContentPlaces,
  payloads?: PayloadSource,
  authorization?: string,
): PreparedRequest {
  const url = parseDestinationUrl(plan.destination.url);
  const origin = originOf(url);
  const { destination } = plan;
  const ownBody = plan.body === null ? noBody : bytesOfContent(contents, plan.body);
  const shape = usualShape(plan, url, payloads !== undefined || ownBody.length > 0);
  const usual: RequestShape =
    authorization === undefined ? shape : { ...shape, headers: { ...shape.headers, authorization } };
  checkBodySize(destination, ownBody.length);
  const sign = destination.kind === 'runtime' ? createSigner(destination) : undefined;
  const bytesOf = (shape: RequestShape, body: Uint8Array, epochMs: number) => {
    const headers = withLength(shape, body.length);
    const signed = sign === undefined ? headers : sign.headers(shape, headers, body, epochMs);
    return assemble(shape, plan.keepAlive ? signed : { ...signed, connection: 'close' }, body);
  };
  const held: HeldBytes = { bytes: 0 };
  const caches: PreparedCache[] = [];
  const template = (shape: RequestShape, body: Uint8Array | null): PreparedRequest['bytesAt'] => {
    const make = (index: number, epochMs: number) =>
      bytesOf(shape, body ?? payloads?.bodyAt(index) ?? ownBody, epochMs);
    const cache = createPreparedCache(sign !== undefined, held, make);
    caches.push(cache);
    if (body !== null || payloads === undefined) return (epochMs) => cache.at(0, epochMs);
    return (epochMs, record = null) =>
      cache.at(record === null ? payloads.nextIndex() : payloads.indexOf(record), epochMs);
  };
  return {
    origin,
    usual,
    headRequest: usual.method === 'HEAD',
    bytesAt: template(usual, null),
    bytesOf,
    template,
    nextBody: () => (payloads === undefined ? ownBody : payloads.bodyAt(payloads.nextIndex())),
    useCredentials(fresh) {
      sign?.use(fresh);
      for (const cache of caches) cache.clear();
    },
  };
}

const noBody = new Uint8Array();

/**
 * InvokeEndpoint takes no more
 * (https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html).
 */
export const mostRuntimeBytes = 6_291_456;

/** What all caches of a worker hold together. */
interface HeldBytes {
  bytes: number;
}

interface PreparedCache {
  at(index: number, epochMs: number): Buffer;
  clear(): void;
}

/**
 * Whole requests by payload, made once and (signed) once a second: X-Amz-Date counts whole seconds. All caches together
 * hold at most 32 MiB, and each one request at least; beyond that requests are made anew each time.
 */
function createPreparedCache(
  signed: boolean,
  together: HeldBytes,
  make: (index: number, epochMs: number) => Buffer,
): PreparedCache {
  const held = new Map<number, Buffer>();
  let heldBytes = 0;
  let validFromMs = 0;
  let validUntilMs = signed ? 0 : Number.POSITIVE_INFINITY;
  const clear = () => {
    held.clear();
    together.bytes -= heldBytes;
    heldBytes = 0;
    if (signed) validUntilMs = 0;
  };
  return {
    clear,
    at(index, epochMs) {
      if (epochMs >= validUntilMs || epochMs < validFromMs) {
        clear();
        validFromMs = signed ? Math.floor(epochMs / 1_000) * 1_000 : 0;
        validUntilMs = signed ? validFromMs + 1_000 : Number.POSITIVE_INFINITY;
      }
      const found = held.get(index);
      if (found !== undefined) return found;
      // A new buffer each time: the last one may still wait in a socket's queue.
      const made = make(index, epochMs);
      if (together.bytes + made.length <= mostHeldBytes || held.size === 0) {
        held.set(index, made);
        heldBytes += made.length;
        together.bytes += made.length;
      }
      return made;
    },
  };
}

const mostHeldBytes = 33_554_432;

function createSigner(destination: Destination & { kind: 'runtime' }) {
  const scope = { region: destination.region, service: 'sagemaker' };
  let credentials: SigningCredentials | undefined;
  return {
    use(fresh: SigningCredentials) {
      credentials = fresh;
    },
    headers(shape: RequestShape, headers: HeaderFields, body: Uint8Array, epochMs: number) {
      if (credentials === undefined) throw new Error('asked to sign before there were credentials');
      // As the SDK: a proxy may put its own name there.
      const { 'user-agent': _, ...signed } = headers;
      const signable = {
        method: shape.method,
        path: shape.path,
        headers: signed,
        payloadHash: sha256Hex(body),
      };
      return {
        ...headers,
        ...signRequest(signable, scope, credentials, Math.floor(epochMs / 1_000) * 1_000),
      };
    },
  };
}

function assemble(shape: RequestShape, headers: HeaderFields, body: Uint8Array): Buffer {
  let head = `${shape.method} ${shape.path} HTTP/1.1\r\n`;
  for (const name in headers) {
    if (name === 'user-agent') continue;
    const field = headers[name]!;
    if (typeof field === 'string') head += `${name}: ${field}\r\n`;
    else for (const value of valuesOf(field)) head += `${name}: ${value}\r\n`;
  }
  head += `user-agent: ${headers['user-agent'] ?? `mlbench/${packageVersion}`}\r\n\r\n`;
  // A small one out of Node's pool: a scenario makes one for each request.
  const bytes = Buffer.allocUnsafe(head.length + body.length);
  bytes.write(head, 0, 'latin1');
  bytes.set(body, head.length);
  return bytes;
}

function withLength({ method, headers, keepsType }: RequestShape, length: number): HeaderFields {
  const all: Record<string, string | readonly string[]> = { ...headers };
  if (length === 0 && keepsType !== true) delete all['content-type'];
  if (length > 0 || (method !== 'GET' && method !== 'HEAD')) all['content-length'] = String(length);
  return all;
}

function usualShape(plan: RequestPlan, url: URL, hasBody: boolean): RequestShape {
  const { destination } = plan;
  const method = destination.kind === 'url' ? destination.method.toUpperCase() : 'POST';
  if (!/^[A-Z]+$/.test(method)) {
    throw userError('bad-method', `"${method}" is not an HTTP method`, 'use --method GET, POST, PUT …');
  }
  const path =
    destination.kind === 'runtime'
      ? `${url.pathname.replace(/\/$/, '')}/endpoints/${escapeSegment(destination.endpointName)}/invocations`
      : `${pathOf(destination.url)}${queryOf(destination.url)}`;
  const headers: Record<string, string> = { host: url.host };
  if (hasBody) headers['content-type'] = checkHeader('content-type', plan.contentType);
  if (plan.accept !== '') headers['accept'] = checkHeader('accept', plan.accept);
  const { headers: own = {}, kind } = destination;
  return {
    method,
    path,
    headers: withHeaders(headers, own, kind === 'runtime'),
    keepsType: namesType(own),
  };
}

function checkBodySize(destination: Destination, length: number): void {
  if (destination.kind !== 'runtime' || length <= mostRuntimeBytes) return;
  throw userError(
    'body-too-large',
    `the body has ${length} bytes, and InvokeEndpoint takes at most ${mostRuntimeBytes}`,
    'send a smaller body',
  );
}
