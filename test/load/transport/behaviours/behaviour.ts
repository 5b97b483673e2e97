import type { Socket } from 'node:net';

/**
 * One thing that a server does, and what a caller is to see of it: the outcome of the first request, what becomes of the next
 * request of the same user, and how many answers count as asked for by nobody.
 */
export interface Behaviour {
  /** Begins each title, so that a failing row is found here. */
  name: string;
  /** The document or the server that it is from. */
  from: string;
  /** Bytes for the first request, or what is done on its socket; later requests on any connection get `secondAnswer`. */
  does: string | ((socket: Socket) => void);
  /** After the bytes: `stays` unless said. */
  after?: 'stays' | 'ends' | 'resets';
  /** As soon as somebody connects, before anything is read. */
  onConnect?: (socket: Socket) => void;
  method?: 'HEAD' | 'POST';
  /** Of the request: default 5 s. */
  timeoutMs?: number;
  /** Between the first request and the next. */
  pauseMs?: number;
  /** What it says and does once its answer has been taken and nothing is asked; the next request comes after that. */
  whileIdle?: { says: string; after: 'stays' | 'ends' | 'resets' };
  /** `success 200 ok`: status and body as a scenario sees it; or `kind status: message`. */
  sees: string;
  /** The next request: right on the same connection, right on another, or refused with this outcome. */
  next: 'same' | 'anew' | { refused: string };
  stray?: number;
  /** What curl 7.88 makes of the first answer. */
  curl: 'takes' | 'refuses' | 'not asked';
}

export const secondAnswer = 'HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nsecond';

/** An ordinary answer with a body of its own; `extra` lines end with CRLF. */
export function answer(body = 'ok', extra = '', status = '200 OK'): string {
  return `HTTP/1.1 ${status}\r\n${extra}content-length: ${body.length}\r\n\r\n${body}`;
}

export function chunked(chunks: string, extra = '', version = 'HTTP/1.1'): string {
  return `${version} 200 OK\r\n${extra}transfer-encoding: chunked\r\n\r\n${chunks}`;
}

/** Writes the text piece by piece, each in a read of its own. */
export function inPieces(text: string, size: number): (socket: Socket) => void {
  return (socket) => {
    let at = 0;
    const next = () => {
      if (socket.destroyed || at >= text.length) return;
      socket.write(text.slice(at, at + size), 'latin1');
      at += size;
      // Two turns: the client, in this very process, reads in between.
      setImmediate(() => setImmediate(next));
    };
    next();
  };
}
