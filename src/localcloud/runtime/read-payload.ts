import type { IncomingMessage } from 'node:http';
import type { ServiceError } from '../service/operation.ts';
import { payloadTooLarge } from './runtime-errors.ts';

/** SageMaker's limit of an invocation's body. */
const maxPayloadBytes = 6_291_456;

export type Payload =
  | { kind: 'read'; body: Buffer }
  | { kind: 'refused'; error: ServiceError }
  /** The caller went away before its body had arrived. */
  | { kind: 'gone' };

/**
 * Calls back once, with the whole body. One too large is read to its end, unkept, so that the caller gets its answer.
 */
export function readPayload(request: IncomingMessage, done: (payload: Payload) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= maxPayloadBytes) chunks.push(chunk);
    else chunks.length = 0;
    if (bytes > 16 * maxPayloadBytes) request.destroy();
  });
  let ended = false;
  request.on('end', () => {
    ended = true;
    const [only] = chunks;
    if (bytes > maxPayloadBytes) done({ kind: 'refused', error: payloadTooLarge(maxPayloadBytes) });
    else done({ kind: 'read', body: chunks.length === 1 && only ? only : Buffer.concat(chunks) });
  });
  request.on('error', () => {});
  request.on('close', () => {
    if (!ended) done({ kind: 'gone' });
  });
}
