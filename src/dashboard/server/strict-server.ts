import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { Duplex } from 'node:stream';
import { systemErrorCode } from '../../core/errors.ts';
import { securityHeaders } from './page-files.ts';

/**
 * A server for a few browsers, within bounds whoever calls: of connections, of headers, and of the time that a request
 * may take to arrive. Each answer carries the headers of `page-files.ts`, those of Node's own refusals too.
 */
export function createStrictServer(
  serve: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  const server = createServer({
    maxHeaderSize: 16_384,
    headersTimeout: 10_000,
    requestTimeout: 15_000,
    connectionsCheckingInterval: 2_000,
    keepAliveTimeout: 5_000,
  });
  server.maxConnections = mostConnections;
  server.on('request', (request, response) => {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    // A socket that is cut is no failure of ours.
    request.on('error', () => {});
    response.on('error', () => {});
    serve(request, response);
  });
  server.on('clientError', (error, socket) => refuse(socket, statusOf(error)));
  server.on('checkExpectation', (_request, response: ServerResponse) => {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    response.writeHead(417, { connection: 'close' }).end();
  });
  server.on('connect', (_request, socket) => refuse(socket, 405));
  return server;
}

/** A page has one for its stream, and a few for its files. */
const mostConnections = 512;

function statusOf(error: Error): number {
  switch (systemErrorCode(error)) {
    case 'HPE_HEADER_OVERFLOW':
      return 431;
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 408;
    default:
      return 400;
  }
}

/** What Node would answer without any of our headers. */
function refuse(socket: Duplex, status: number): void {
  socket.on('error', () => {});
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const headers = Object.entries({ ...securityHeaders, 'content-length': '0', connection: 'close' });
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ];
  // Whoever goes on sending after that is not waited for.
  socket.end(`${lines.join('\r\n')}\r\n\r\n`, () => socket.destroy());
}
