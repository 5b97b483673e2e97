import type { Socket } from 'node:net';
import type { Clock } from '../../core/clock.ts';
import { readConnectionOptions } from './http1/connection-options.ts';
import { skipLeftover } from './http1/leftover.ts';

/**
 * What arrived while nothing was asked.
 *
 *   nothing   line ends, an empty chunk: the connection is as good as before
 *   noise     no answer: nobody could take it for one
 *   farewell  a refusal from a server that closes (408, or a status of 400 and above and the end)
 *   refusal   a status of 400 and above from one that does not say so; a farewell if it closes all the same
 *   answer    what would be taken for the next request's
 */
export type Unasked =
  | { kind: 'nothing' | 'noise' }
  | { kind: 'farewell' | 'refusal' | 'answer'; status: number };

export function classifyUnasked(bytes: Buffer, length: number, bodiless: boolean): Unasked {
  const start = skipLeftover(bytes, 0, length, bodiless);
  if (start === length) return { kind: 'nothing' };
  const text = bytes.toString('latin1', start, Math.min(length, start + longestLook));
  const first = /^HTTP\/(\d(?:\.\d)?) +(\d{3})/i.exec(text);
  if (first === null)
    return 'HTTP/'.startsWith(text.slice(0, 5)) ? { kind: 'answer', status: 0 } : { kind: 'noise' };
  const status = Number(first[2]);
  if (status < 400) return { kind: 'answer', status };
  return {
    kind: status === 408 || announcesClose(text, first[1] === '1.0') ? 'farewell' : 'refusal',
    status,
  };
}

/** By what of the head has come: without a length it ends with the connection. */
function announcesClose(text: string, version10: boolean): boolean {
  const [head = ''] = text.split(/\r?\n\r?\n/, 1);
  const said = { keepAlive: !version10, closes: false };
  for (const [, value = ''] of head.matchAll(/^connection:(.*)$/gim)) readConnectionOptions(value, said);
  return said.closes || !said.keepAlive || !/^(content-length|transfer-encoding):/im.test(head);
}

/**
 * Whether a server that refused unasked closes, within a second: then it was a farewell.
 * @returns gives up waiting, which leaves it an answer that nobody asked for
 */
export function awaitFarewell(socket: Socket, clock: Clock, notOne: () => void): () => void {
  const finish = (closed: boolean) => {
    timer.cancel();
    socket.off('end', onEnd).off('close', onEnd);
    socket.destroy();
    if (!closed) notOne();
  };
  const onEnd = () => finish(true);
  const timer = clock.after(farewellWithinMs, () => finish(false), { unref: true });
  socket.once('end', onEnd).once('close', onEnd);
  return () => {
    if (!socket.destroyed) finish(false);
  };
}

const longestLook = 4_096;
const farewellWithinMs = 1_000;
