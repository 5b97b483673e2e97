import type { IncomingMessage } from 'node:http';
import type { Ticket } from './admission.ts';
import { badRequest, RequestError } from './request-error.ts';

/** The announced size of a body; 0 where none is announced. @throws RequestError 413 before a byte of it is read */
export function announcedBytes(request: IncomingMessage, maxBodyBytes: number): number {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > maxBodyBytes) throw tooLarge(maxBodyBytes);
  return announced;
}

/**
 * Reads a body as UTF-8, never more than `maxBodyBytes`. That it arrives in time at all is the server's
 * `requestTimeout`. @throws RequestError 400, 413, 415, 503
 */
export async function readBody(
  request: IncomingMessage,
  maxBodyBytes: number,
  ticket: Ticket,
): Promise<{ text: string; bytes: number }> {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new RequestError(415, `content encoding "${encoding}" is not supported; send the body as it is`);
  }
  const bytes = await readBytes(request, maxBodyBytes, ticket);
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), bytes: bytes.length };
  } catch {
    throw badRequest('the body is not UTF-8');
  }
}

/**
 * Takes what is still coming of a body that nobody wants, so that the caller gets to read the answer: closing a socket
 * with unread data resets it. Gives up beyond `limitBytes`; the server's `requestTimeout` bounds the wait.
 */
export function discardBody(request: IncomingMessage, limitBytes: number): Promise<void> {
  if (request.complete || request.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= limitBytes) return;
      request.pause();
      resolve();
    });
    request.once('end', () => resolve());
    request.once('close', () => resolve());
    request.resume();
  });
}

/** By events: leaving a `for await` over the request early would destroy the socket, and the answer with it. */
function readBytes(request: IncomingMessage, maxBodyBytes: number, ticket: Ticket): Promise<Buffer> {
  const isCounted = request.headers['content-length'] !== undefined;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const stop = (error: unknown) => {
      request.removeAllListeners('data');
      reject(error);
    };
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBodyBytes) return stop(tooLarge(maxBodyBytes));
      try {
        if (!isCounted) ticket.grow(chunk.length);
      } catch (error) {
        return stop(error);
      }
      chunks.push(chunk);
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('close', () => reject(badRequest('the caller went away before the body was complete')));
    request.once('error', (error) => reject(badRequest(`the body broke off: ${error.message}`)));
  });
}

function tooLarge(maxBodyBytes: number): RequestError {
  return new RequestError(413, `the body is larger than ${maxBodyBytes} bytes`);
}
