import type { SecureContext } from 'node:tls';
import type { Clock } from '../../../core/clock.ts';
import type { Origin } from '../../request/request-url.ts';
import type { AddressBook } from './address-book.ts';
import type { RequestFailure } from './failure.ts';
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
  /** Which certificates are trusted, and the client's own; made once, since making it costs more than a handshake. Needed by TLS alone. */
  secureContext?: SecureContext;
  /** Certificates are not checked. */
  insecure?: boolean;
  /** The last TLS session, resumed by the next handshake. */
  tlsSession?: Buffer;
  /** Body bytes of all answers so far. */
  bodyBytes: number;
  /** Times that a server sent an answer nobody had asked for, farewells not counted. */
  strayAnswers: number;
  /** How much of each answer's body connections keep; left out: nothing. */
  captureBytes?: number;
  /** The server is known to answer before it is asked: a new connection listens for so long before its first request. */
  listenMs?: number;
  /** With undici: where to ask for a tunnel. */
  proxy?: string;
  /** What to tell it of us. */
  proxyAuthorization?: string;
}

/** Told by a connection, on the clock's monotonic time. After `failed` the connection is closed and may be opened again. */
export interface ConnectionOwner {
  opened(nowMs: number): void;
  answered(nowMs: number, firstByteMs: number, failure: RequestFailure | null): void;
  /** `responseStarted`: some of an answer had come. */
  failed(nowMs: number, failure: RequestFailure, responseStarted: boolean): void;
}
