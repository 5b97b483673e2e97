import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { healthPath } from '../core/background/background-service.ts';
import { refuseConnection } from '../core/background/refuse-connection.ts';
import { refuseForeign } from '../core/background/refuse-foreign.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import { cloudTimeHeader } from '../core/cloud-time.ts';
import { createHeldBodies, type HeldBodies, type HeldBody } from '../core/http/held-bodies.ts';
import { newUuid } from '../core/random.ts';
import { sha256Hex } from '../core/sigv4.ts';
import type { Access } from './access/access.ts';
import { asServiceError } from './access/refusals.ts';
import type { ProtocolCodec, WireRequest, WireResponse } from './protocols/codec.ts';
import type { Runtime } from './runtime/invoke-endpoint.ts';
import type { S3Service } from './s3/service.ts';
import type { Caller } from './service/caller.ts';
import { noRoom, ServiceError, type TargetedService } from './service/operation.ts';

export interface ServerParts {
  access: Access;
  cloudClock: Clock;
  runtime: Runtime;
  services: readonly TargetedService[];
  /** Asked in this order. */
  codecs: readonly ProtocolCodec[];
  /** Comes first with what is signed for S3, and last with what nothing else took: any path may be a bucket's. */
  objects: S3Service;
  /** Under which it may be called, beside loopback's names. */
  hosts: readonly string[];
  /** Default: its own. */
  bodies?: HeldBodies;
  health(): object;
  log(line: string): void;
}

/** The stand-in's one HTTP server: finds out which service a request is for, by header, path or form. */
export function createCloudServer(parts: ServerParts): Server {
  const bodies = parts.bodies ?? createHeldBodies(systemClock);
  const server = createServer(
    {
      // Longer than any client keeps its idle connections: none should meet one that is just closing.
      keepAliveTimeout: 120_000,
      requestTimeout: 300_000,
      maxHeaderSize: 65_536,
    },
    (request, response) => {
      const requestId = newUuid();
      response.setHeader('x-amzn-requestid', requestId);
      response.setHeader(cloudTimeHeader, Math.round(parts.cloudClock.nowMs()));
      response.on('error', () => {});
      dispatch(parts, bodies, request, response, requestId).catch((error: unknown) => {
        parts.log(
          `${requestId} ${request.method} ${request.url}: ${error instanceof Error ? error.stack : error}`,
        );
        sendInternalFailure(response);
      });
    },
  );
  server.on('clientError', (error, socket) => refuseConnection(error, socket));
  return server;
}

const maxBodyBytes = 4_194_304;
const maxUnpackedBytes = maxBodyBytes;

async function dispatch(
  parts: ServerParts,
  bodies: HeldBodies,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
): Promise<void> {
  if (refuseForeign(request, response, { hosts: parts.hosts })) return;
  if (parts.runtime.handle(request, response)) return;
  const url = request.url ?? '/';
  if (url.startsWith('/_mlbench/')) {
    sendInternal(parts, response, url);
    return;
  }
  const head: WireRequest = {
    method: request.method ?? 'GET',
    url,
    headers: request.headers,
    body: new Uint8Array(),
    requestId,
  };
  const codec = parts.objects.matches(request) ? undefined : parts.codecs.find((one) => one.matches(head));
  if (!codec) {
    await parts.objects.handle(request, response, requestId);
    return;
  }
  let wire = head;
  try {
    const { sent, body } = await readBody(bodies, request, response);
    wire = { ...head, body };
    const caller = parts.access.admit(request, () => sha256Hex(sent));
    send(response, await codec.handle(wire, calledBy(caller, parts.services)));
  } catch (thrown) {
    const error = asServiceError(thrown);
    if (!(error instanceof ServiceError)) throw error;
    send(response, await codec.handle(wire, refusing(parts.services, error)));
  }
}

/** The same services, told who calls them. */
function calledBy(caller: Caller, services: readonly TargetedService[]): TargetedService[] {
  return services.map((service) => ({
    ...service,
    find(operationName) {
      const operation = service.find(operationName);
      return operation && { invoke: (input) => operation.invoke(input, caller) };
    },
  }));
}

/** The same services, but every call ends in the error: so it is worded in the caller's protocol. */
function refusing(services: readonly TargetedService[], error: ServiceError): TargetedService[] {
  return services.map((service) => ({
    ...service,
    find: (operationName) => service.find(operationName) && { invoke: () => Promise.reject(error) },
  }));
}

/** @returns as it was sent, which is what is signed, and unpacked */
async function readBody(
  bodies: HeldBodies,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<{ sent: Uint8Array; body: Uint8Array }> {
  const held = await new Promise<HeldBody>((resolve) =>
    bodies.read(request, response, maxBodyBytes, resolve),
  );
  if (held.kind === 'no-room') throw noRoom();
  if (held.kind === 'gone') throw new ServiceError('IncompleteBody', 'The request body broke off.');
  if (held.kind === 'too-large')
    throw new ServiceError(
      'RequestEntityTooLargeException',
      `The request body exceeds ${maxBodyBytes} bytes.`,
      413,
    );
  const { body: sent } = held;
  const encoding = request.headers['content-encoding'];
  if (encoding !== 'gzip') return { sent, body: sent };
  try {
    return { sent, body: await promisify(gunzip)(sent, { maxOutputLength: maxUnpackedBytes }) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ServiceError('SerializationException', `The gzip body cannot be unpacked: ${reason}`);
  }
}

function sendInternal(parts: ServerParts, response: ServerResponse, url: string): void {
  const isHealth = url === healthPath;
  send(response, {
    status: isHealth ? 200 : 404,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(isHealth ? parts.health() : { message: `there is no ${url}` }),
  });
}

function send(response: ServerResponse, { status, headers, body }: WireResponse): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function sendInternalFailure(response: ServerResponse): void {
  send(response, {
    status: 500,
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amzn-errortype': 'InternalFailure',
    },
    body: '{"__type":"InternalFailure","message":"The request processing has failed because of an unknown error, exception or failure."}',
  });
}
