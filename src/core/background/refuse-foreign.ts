import type { IncomingMessage, ServerResponse } from 'node:http';
import { foreignCaller, type OwnNames } from '../http/foreign-caller.ts';

/**
 * Answers a request that comes from somebody else's web page: 403, and why in one line. A preflight gets no permission
 * either.
 * @returns false: it does not, and is still to be answered
 */
export function refuseForeign(
  request: IncomingMessage,
  response: ServerResponse,
  names: Omit<OwnNames, 'port'>,
): boolean {
  const reason = foreignCaller(request.headers, { ...names, port: request.socket.localPort ?? null });
  if (reason === undefined) return false;
  const body = `${reason}\n`;
  response.writeHead(403, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'x-content-type-options': 'nosniff',
  });
  response.end(body);
  return true;
}
