import { connect as connectTcp, isIP, type NetConnectOpts, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type SecureContext } from 'node:tls';
import type { Clock } from '../../core/clock.ts';
import type { Origin } from '../request/request.ts';
import type { AddressBook } from './address-book.ts';
import { failureOfResponse, failureOfSocket, type RequestFailure } from './failure.ts';
import type { HttpConnection, ReceivedResponse } from './http-connection.ts';
import { ProtocolError } from './protocol-error.ts';
import { ResponseParser } from './response-parser.ts';
import { noDeadline, type Timed, type TimerWheel } from './timer-wheel.ts';

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
  /** Which certificates are trusted; made once, since making it costs more than a handshake. Needed by TLS alone. */
  secureContext?: SecureContext;
  /** The last TLS session, resumed by the next handshake. */
  tlsSession?: Buffer;
  /** Body bytes of all answers so far. */
  bodyBytes: number;
  /** Times that a server sent something nobody had asked for, other than that it will close (408). */
  strayAnswers: number;
  /** How much of each answer's body connections keep; left out: nothing. */
  captureBytes?: number;
  /** With undici: where to ask for a tunnel. */
  proxy?: string;
}

/** Told by a connection, on the clock's monotonic time. After `failed` the connection is closed and may be opened again. */
export interface ConnectionOwner {
  opened(nowMs: number): void;
  answered(nowMs: number, firstByteMs: number, failure: RequestFailure | null): void;
  /** `responseStarted`: some of an answer had come. */
  failed(nowMs: number, failure: RequestFailure, responseStarted: boolean): void;
}

/**
 * One HTTP/1.1 connection that carries one request at a time.
 *
 *   state     on                                         next
 *   closed    open()                                     opening
 *   opening   connected and handshaken                   idle, opened()
 *             error, timeout                             closed, failed()
 *   idle      send()                                     busy
 *             end, error or bytes nobody asked for       closed
 *   busy      the response is whole                      idle or closed, answered()
 *             error, timeout, end, protocol fault        closed, failed()
 */
export class Connection implements Timed, HttpConnection {
  deadlineMs = noDeadline;
  watched = false;
  readonly #transport: Transport;
  readonly #owner: ConnectionOwner;
  readonly #parser = new ResponseParser();
  #state: 'closed' | 'opening' | 'idle' | 'busy' = 'closed';
  #socket: Socket | undefined;
  /** Counts openings: events of a socket given up must not touch its successor. */
  #generation = 0;
  #firstByteMs = 0;
  #requestBytes = 0;
  #connected = false;

  constructor(transport: Transport, owner: ConnectionOwner) {
    this.#transport = transport;
    this.#owner = owner;
    this.#parser.captureBytes = transport.captureBytes ?? 0;
  }

  get idle(): boolean {
    return this.#state === 'idle';
  }

  /** From `closed`; answers with `opened` or `failed`, never before it returns. */
  open(): void {
    this.#state = 'opening';
    this.#connected = false;
    this.#watchFor(this.#transport.clock.monotonicMs());
    this.#connectToNext();
  }

  /** From `idle`. */
  send(request: Buffer, nowMs: number, headRequest = this.#transport.headRequest): void {
    this.#state = 'busy';
    this.#firstByteMs = 0;
    this.#requestBytes = request.length;
    this.#parser.reset(headRequest);
    this.#watchFor(nowMs);
    this.#socket!.write(request);
  }

  get bodyBytes(): number {
    return this.#parser.bodyBytes;
  }

  response(): ReceivedResponse {
    const { head, body } = this.#parser.captured();
    return { status: this.#parser.head.status, head, body };
  }

  /** Closes without telling the owner. */
  destroy(): void {
    this.#state = 'closed';
    this.deadlineMs = noDeadline;
    this.#generation++;
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  expired(nowMs: number): void {
    const seconds = `${this.#transport.timeoutMs / 1_000} s`;
    const message =
      this.#state === 'opening' ? `no connection within ${seconds}` : `no answer within ${seconds}`;
    this.#fail(nowMs, { kind: 'timeout', status: 0, message });
  }

  #connectToNext(): void {
    const generation = ++this.#generation;
    const address = this.#transport.addresses.next();
    if (typeof address === 'string') {
      this.#connect(address, generation);
      return;
    }
    address.then(
      (resolved) => this.#connect(resolved, generation),
      (error: Error) => this.#broken(error, generation),
    );
  }

  #connect(address: string, generation: number): void {
    if (generation !== this.#generation) return;
    const { origin, clock } = this.#transport;
    const options: NetConnectOpts = {
      host: address,
      port: origin.port,
      noDelay: true,
      onread: {
        buffer: this.#transport.readBuffer,
        callback: (length, bytes) => {
          if (generation === this.#generation) this.#received(bytes as Buffer, length);
          return true;
        },
      },
    };
    const socket = origin.secure ? connectTls(this.#tlsOptions(options)) : connectTcp(options);
    this.#socket = socket;
    socket.once('connect', () => {
      this.#connected = true;
    });
    socket.once(origin.secure ? 'secureConnect' : 'connect', () => {
      if (generation !== this.#generation) return;
      this.#state = 'idle';
      this.deadlineMs = noDeadline;
      this.#owner.opened(clock.monotonicMs());
    });
    socket.on('error', (error) => {
      if (generation !== this.#generation) return;
      if (!this.#connected && this.#transport.addresses.reject(address)) this.#connectToNext();
      else this.#broken(error, generation);
    });
    socket.once('end', () => this.#ended(generation));
    socket.once('close', () => this.#ended(generation));
    if (origin.secure) {
      socket.on('session', (session: Buffer) => {
        this.#transport.tlsSession = session;
      });
    }
  }

  #tlsOptions(options: NetConnectOpts): ConnectionOptions {
    const { origin, secureContext, tlsSession } = this.#transport;
    return {
      ...(options as ConnectionOptions),
      // Server Name Indication names hosts, not addresses (RFC 6066 §3); the certificate is checked against either.
      ...(isIP(origin.hostname) === 0 ? { servername: origin.hostname } : {}),
      ALPNProtocols: ['http/1.1'],
      ...(secureContext === undefined ? {} : { secureContext }),
      ...(tlsSession === undefined ? {} : { session: tlsSession }),
    };
  }

  #received(bytes: Buffer, length: number): void {
    if (this.#state !== 'busy') {
      // Nobody asked: a 408 before closing, or an answer slipped in ahead of its request. Neither may meet the next one.
      if (!/^HTTP\/1\.[01] 408/.test(bytes.toString('latin1', 0, Math.min(length, 12)))) {
        this.#transport.strayAnswers++;
      }
      this.destroy();
      return;
    }
    const nowMs = this.#transport.clock.monotonicMs();
    const first = this.#firstByteMs === 0;
    if (first) this.#firstByteMs = nowMs;
    try {
      if (!this.#parser.feed(bytes, 0, length)) return;
    } catch (error) {
      this.#failOnProtocol(nowMs, error);
      return;
    }
    this.#complete(nowMs);
  }

  #complete(nowMs: number): void {
    const { head } = this.#parser;
    // A refusal may come while the body is still being sent; a success then would be an answer to something else.
    const unsent = this.#requestBytes > longRequestBytes && this.#socket!.writableLength > 0;
    if (unsent && head.status < 400) {
      this.#failOnProtocol(nowMs, new ProtocolError('response before the request was sent whole'));
      return;
    }
    const failure =
      head.status >= 400 ? failureOfResponse(head.status, head.errorType, this.#parser.excerpt()) : null;
    this.#transport.bodyBytes += this.#parser.bodyBytes;
    this.deadlineMs = noDeadline;
    if (head.keepAlive && !unsent) this.#state = 'idle';
    else this.destroy();
    this.#owner.answered(nowMs, this.#firstByteMs, failure);
  }

  #ended(generation: number): void {
    if (generation !== this.#generation) return;
    if (this.#state === 'idle') {
      this.destroy();
      return;
    }
    const nowMs = this.#transport.clock.monotonicMs();
    if (this.#state === 'opening') {
      this.#fail(nowMs, { kind: 'connection', status: 0, message: 'connection closed during the handshake' });
    } else if (this.#firstByteMs === 0) {
      this.#fail(nowMs, { kind: 'connection', status: 0, message: 'connection closed before an answer' });
    } else {
      try {
        this.#parser.finish();
      } catch (error) {
        this.#failOnProtocol(nowMs, error);
        return;
      }
      this.#complete(nowMs);
    }
  }

  #broken(error: Error, generation: number): void {
    if (generation !== this.#generation) return;
    if (this.#state === 'idle') this.destroy();
    else this.#fail(this.#transport.clock.monotonicMs(), failureOfSocket(error, this.#connected));
  }

  #failOnProtocol(nowMs: number, error: unknown): void {
    if (!(error instanceof ProtocolError)) throw error;
    this.#fail(nowMs, { kind: 'protocol', status: this.#parser.head.status, message: error.fault });
  }

  #fail(nowMs: number, failure: RequestFailure): void {
    const responseStarted = this.#state === 'busy' && this.#firstByteMs !== 0;
    this.destroy();
    this.#owner.failed(nowMs, failure, responseStarted);
  }

  #watchFor(nowMs: number): void {
    this.deadlineMs = nowMs + this.#transport.timeoutMs;
    if (!this.watched) this.#transport.wheel.watch(this);
  }
}

/**
 * A shorter request leaves in one piece. Of a TLS socket, `writableLength` says so only a turn of the event loop later, by
 * when the answer may be there.
 */
const longRequestBytes = 65_536;
