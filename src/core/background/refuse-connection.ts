import type { Duplex } from 'node:stream';
import { systemErrorCode } from '../errors.ts';

/** What is said to a caller whose bytes were no request: a body, and its type. */
export interface Refusal {
  contentType: string;
  body: string;
}

/**
 * For `clientError` of an HTTP server. A connection that has asked nothing in time, or not all of it, is bidden
 * farewell with 408 (RFC 9110 §15.5.9): to a caller who keeps connections ready, 400 would be an answer to a request
 * that was never made.
 */
export function refuseConnection(error: Error, socket: Duplex, malformed?: Refusal): void {
  const code = systemErrorCode(error) ?? '';
  if (!socket.writable || code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status = statuses[code] ?? '400 Bad Request';
  const { contentType, body } = (status === '400 Bad Request' ? malformed : undefined) ?? nothing;
  const type = contentType === '' ? '' : `content-type: ${contentType}\r\n`;
  socket.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\n${type}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

const nothing: Refusal = { contentType: '', body: '' };

/** As Node says it by itself, where nobody listens to `clientError`. */
const statuses: Record<string, string> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
};
