import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { Clock } from '../../../core/clock.ts';
import type { Origin } from '../../request/request-url.ts';
import type { AddressBook } from './address-book.ts';
import type { RequestFailure } from './failure.ts';
import { maxExcerptBytes } from './limits.ts';
import type { TimerWheel } from './timer-wheel.ts';

/** What all connections of a worker share. */
export interface Transport {
  origin: Origin;
  clock: Clock;
  addresses: AddressBook;
  wheel: TimerWheel;
  /** For the handshake, and again from a request's sending to its last byte. */
  timeoutMs: number;
  headRequest: boolean;
  /** libuv reads into it and hands it over before it reads again, so one is enough for all sockets of a thread. */
  readBuffer: Buffer;
  /**
   * Which certificates are trusted, and the client's own; made once, since making it costs more than a handshake.
   * Needed by TLS alone.
   */
  secureContext?: SecureContext;
  /** Certificates are not checked. */
  insecure?: boolean;
  /** The last TLS session, resumed by the next handshake. */
  tlsSession?: Buffer;
  /** So far, of all connections of the worker. */
  counts: TransportCounts;
  /** How much of each answer's body connections keep; left out: nothing. */
  captureBytes?: number;
  /**
   * The server is known to answer before it is asked: a new connection listens for so long before its first request.
   */
  listenMs?: number;
  /** Each connection carries one request, and is closed. */
  oneRequestEach?: boolean;
  /** With `--debug`: is told of connections, and has answers kept to show. */
  tap?: ConnectionTap;
  /** With undici: where to ask for a tunnel. */
  proxy?: string;
  /** What to tell it of us. */
  proxyAuthorization?: string;
}

export interface ConnectionTap {
  looked(hostname: string, addresses: readonly string[], elapsedMs: number): void;
  opened(socket: Socket, http2: boolean, elapsedMs: number): void;
  closed(requests: number): void;
}

export interface TransportCounts {
  /** Body bytes of all answers. */
  bodyBytes: number;
  /** Requests and answers, heads and bodies as HTTP/1.1 writes them. */
  sentBytes: number;
  receivedBytes: number;
  /** Times that a server sent an answer nobody had asked for, farewells not counted. */
  strayAnswers: number;
  /** Connections that stood, TLS handshake included. */
  connectionsOpened: number;
}

export function noTransportCounts(): TransportCounts {
  return { bodyBytes: 0, sentBytes: 0, receivedBytes: 0, strayAnswers: 0, connectionsOpened: 0 };
}

/**
 * Told by a connection, on the clock's monotonic time. After `failed` the connection is closed and may be opened again.
 */
export interface ConnectionOwner {
  opened(nowMs: number): void;
  answered(nowMs: number, firstByteMs: number, failure: RequestFailure | null): void;
  /** `responseStarted`: some of an answer had come. */
  failed(nowMs: number, failure: RequestFailure, responseStarted: boolean): void;
}

/** Of each answer's body: what somebody reads, or what may be shown. */
export function keptBytesOf({ captureBytes = 0, tap }: Transport): number {
  return tap === undefined ? captureBytes : Math.max(captureBytes, maxExcerptBytes);
}
