import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { healthPath, type ServiceIdentity } from '../core/background/background-service.ts';
import { refuseConnection } from '../core/background/refuse-connection.ts';
import { refuseForeign } from '../core/background/refuse-foreign.ts';
import { createHeldBodies, type HeldBodies, type HeldBody } from '../core/http/held-bodies.ts';
import { newUuid } from '../core/random.ts';
import { payloadTooLarge, unavailable } from './api-errors.ts';
import { withCrossOrigin } from './cross-origin.ts';
import { type EvaluateDeps, errorResponse, evaluate } from './evaluate.ts';
import { type HttpApiEvent, type HttpApiResponse, isTextType, maxPayloadBytes } from './payload.ts';

/**
 * API Gateway's part, on loopback: turns HTTP into payload 2.0 events, calls the very handler that Lambda runs, and
 * turns its response into HTTP. Also answers at the health path of background processes.
 * @param hosts under which it may be called, beside loopback's names
 */
export function createFront(
  deps: EvaluateDeps,
  identity: ServiceIdentity,
  hosts: readonly string[] = [],
): Server {
  const health = JSON.stringify(identity);
  const bodies = createHeldBodies(deps.clock);
  const server = createServer(
    // A pacing caller may think for longer than Node's 5 s between two requests on one connection.
    { keepAliveTimeout: 75_000, headersTimeout: 10_000, requestTimeout: 30_000 },
    (request, response) => {
      if (refuseForeign(request, response, { hosts, origins: deps.origins })) return;
      if (request.url === healthPath) {
        response.writeHead(200, { 'content-type': 'application/json' }).end(health);
        return;
      }
      serve(request, response, bodies, deps).catch((error: unknown) => {
        deps.log(error instanceof Error ? `${error.stack}` : String(error));
        request.destroy();
      });
    },
  );
  server.maxConnections = 10_000;
  server.on('clientError', (error, socket) => refuseConnection(error, socket, malformed));
  return server;
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  bodies: HeldBodies,
  deps: EvaluateDeps,
): Promise<void> {
  const requestId = newUuid();
  const refuse = (refused: HttpApiResponse) =>
    write(response, withCrossOrigin(refused, request.headers.origin, deps.origins));
  const held = await new Promise<HeldBody>((resolve) =>
    bodies.read(request, response, maxPayloadBytes, resolve),
  );
  switch (held.kind) {
    case 'gone':
      return;
    case 'too-large':
      refuse(errorResponse(requestId, payloadTooLarge()));
      return;
    case 'no-room':
      refuse(errorResponse(requestId, unavailable('Too many large requests at once; try again.')));
      return;
    case 'read':
      write(response, await evaluate(toEvent(request, held.body, requestId, deps.clock.nowMs()), deps));
  }
}

/** @param nowMs epoch milliseconds */
export function toEvent(
  request: Pick<IncomingMessage, 'method' | 'url' | 'headers' | 'httpVersion'> & {
    socket: Pick<Socket, 'remoteAddress'>;
  },
  body: Buffer,
  requestId: string,
  nowMs: number,
): HttpApiEvent {
  const url = request.url ?? '/';
  const queryAt = url.indexOf('?');
  const rawPath = queryAt < 0 ? url : url.slice(0, queryAt);
  const method = request.method ?? 'GET';
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(',') : value;
  }
  const asText = isTextType(headers['content-type'] ?? '');
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString: queryAt < 0 ? '' : url.slice(queryAt + 1),
    headers,
    requestContext: {
      requestId,
      stage: '$default',
      domainName: headers['host'] ?? '',
      timeEpoch: nowMs,
      http: {
        method,
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: headers['user-agent'] ?? '',
      },
    },
    ...(body.length > 0 ? { body: body.toString(asText ? 'utf8' : 'base64') } : {}),
    isBase64Encoded: body.length > 0 && !asText,
  };
}

function write(response: ServerResponse, answer: HttpApiResponse): void {
  if (response.destroyed) return;
  const body = Buffer.from(answer.body, answer.isBase64Encoded ? 'base64' : 'utf8');
  response.writeHead(
    answer.statusCode,
    answer.statusCode === 204 ? answer.headers : { ...answer.headers, 'content-length': body.length },
  );
  response.end(body);
}

const malformed = {
  contentType: 'application/json',
  body: JSON.stringify({ Code: 'BadRequestError', Message: 'The request is not valid HTTP.' }),
};
