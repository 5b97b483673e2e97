import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';

/**
 * Reads the bodies of requests into memory, within two bounds: so many bytes of one, and so many of all that are being
 * read or answered, however many callers there are.
 */
export interface HeldBodies {
  /**
   * Calls back once. A body that is refused is answered at once; Node reads the rest of it, unkept, so that the caller gets
   * to read the answer: closing a socket with unread data resets it. The server's `requestTimeout` bounds that. What is read
   * counts until the response has closed.
   */
  read(
    request: IncomingMessage,
    response: ServerResponse,
    mostBytes: number,
    done: (body: HeldBody) => void,
  ): void;
}

export type HeldBody =
  | { kind: 'read'; body: Buffer }
  | { kind: 'too-large' }
  /** All bodies together leave no room for it. */
  | { kind: 'no-room' }
  /** The caller went away, or sent nothing for too long, before its body had arrived. */
  | { kind: 'gone' };

export interface HeldBodyBounds {
  mostHeldBytes: number;
  /** A body that stands still for so long is given up. */
  idleMs: number;
}

const defaultBounds: HeldBodyBounds = { mostHeldBytes: 268_435_456, idleMs: 20_000 };

export function createHeldBodies(clock: Clock, bounds: HeldBodyBounds = defaultBounds): HeldBodies {
  const reading = new Map<IncomingMessage, number>();
  let heldBytes = 0;
  let sweeping = false;
  const sweep = () => {
    const nowMs = clock.monotonicMs();
    for (const [request, lastMs] of reading) if (nowMs - lastMs > bounds.idleMs) request.destroy();
    sweeping = reading.size > 0;
    if (sweeping) clock.after(bounds.idleMs / 4, sweep, { unref: true });
  };
  const watch = (request: IncomingMessage) => {
    reading.set(request, clock.monotonicMs());
    if (sweeping) return;
    sweeping = true;
    clock.after(bounds.idleMs / 4, sweep, { unref: true });
  };

  return {
    read(request, response, mostBytes, done) {
      const chunks: Buffer[] = [];
      let ownBytes = 0;
      let ended = false;
      const release = () => {
        heldBytes -= ownBytes;
        ownBytes = 0;
      };
      const finish = (body: HeldBody) => {
        if (ended) return;
        ended = true;
        reading.delete(request);
        if (body.kind !== 'read') {
          chunks.length = 0;
          release();
        }
        done(body);
      };
      response.once('close', release);
      watch(request);
      request.on('data', (chunk: Buffer) => {
        if (ended) return;
        reading.set(request, clock.monotonicMs());
        if (ownBytes + chunk.length > mostBytes) finish({ kind: 'too-large' });
        else if (heldBytes + chunk.length > bounds.mostHeldBytes) finish({ kind: 'no-room' });
        else {
          heldBytes += chunk.length;
          ownBytes += chunk.length;
          chunks.push(chunk);
        }
      });
      request.on('end', () => {
        const [only] = chunks;
        finish({ kind: 'read', body: chunks.length === 1 && only ? only : Buffer.concat(chunks) });
      });
      request.on('error', () => {});
      request.on('close', () => finish({ kind: 'gone' }));
      if (Number(request.headers['content-length'] ?? 0) > mostBytes) finish({ kind: 'too-large' });
    },
  };
}
