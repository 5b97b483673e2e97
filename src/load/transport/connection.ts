import type { Socket } from 'node:net';
import { dial } from './dial.ts';
import { closedBeforeAnswer, type Exchange, type ExchangeTold, timedOut } from './exchange/exchange.ts';
import { failureOfResponse, failureOfSocket, isShortage, type RequestFailure } from './exchange/failure.ts';
import { type HttpConnection, type LastAnswer, partingMs, waryMs } from './exchange/http-connection.ts';
import type { ProtocolFault } from './exchange/protocol-error.ts';
import { noDeadline, type Timed } from './exchange/timer-wheel.ts';
import type { ConnectionOwner, Transport } from './exchange/transport.ts';
import { Http1Exchange } from './http1/http1-exchange.ts';
import { awaitFarewell, classifyUnasked } from './unasked.ts';

export type { ConnectionOwner, Transport } from './exchange/transport.ts';

/** How requests are carried on a socket that negotiated HTTP/2. */
export type OpenHttp2 = (socket: Socket, transport: Transport, told: ExchangeTold) => Exchange;

/**
 * One connection that carries one request at a time: HTTP/1.1, or HTTP/2 where it is given and the server takes it up.
 *
 *   state     on                                         next
 *   closed    open()                                     opening
 *   opening   connected, handshaken, looked at           idle, opened()
 *             error, timeout, end, bytes                 closed, failed()
 *   idle      send()                                     busy
 *             end, error or bytes nobody asked for       closed
 *   busy      the response is whole                      looking, idle or closed, answered()
 *             error, timeout, end, protocol fault        closed, failed()
 *   looking   nothing has come                           idle; opened() if open() was called meanwhile
 *             end, error or bytes nobody asked for       closed; opening if open() was called meanwhile
 *   idle, …   part(), after an answer                    parting
 *   parting   the time is over, end, error, bytes        closed; opening if open() is called
 *
 * Looked at means: two turns of the event loop have passed, and whatever had already arrived has been read. A new
 * connection is looked at lest an answer that was there before its request be taken for it; and once after its first
 * answer, for servers that close or go on speaking without having said so. Then it is trusted, and a request costs no
 * turn. A connection that parts listens a little longer: an answer that comes then was one too many all along, and each
 * request before it had its neighbour's.
 */
export class Connection implements Timed, HttpConnection {
  deadlineMs = noDeadline;
  watched = false;
  readonly #transport: Transport;
  readonly #owner: ConnectionOwner;
  readonly #openHttp2: OpenHttp2 | undefined;
  readonly #told: ExchangeTold;
  readonly #http1: Http1Exchange;
  #exchange: Exchange;
  #state: 'closed' | 'opening' | 'idle' | 'busy' | 'looking' | 'parting' = 'closed';
  #socket: Socket | undefined;
  /** Counts openings: events of a socket given up must not touch its successor. */
  #generation = 0;
  /** How far opening has come: TCP, then TLS. */
  #connected = false;
  #handshaken = false;
  #answers: 'none' | 'one' | 'more' = 'none';
  /** An earlier one was gone when it was to carry its second request. */
  #wary = false;
  /** `open` was called while it was looked at. */
  #awaited = false;
  #giveUpFarewell: (() => void) | undefined;
  #dialledMs = 0;
  #requests = 0;

  constructor(transport: Transport, owner: ConnectionOwner, openHttp2?: OpenHttp2) {
    this.#transport = transport;
    this.#owner = owner;
    this.#openHttp2 = openHttp2;
    this.#told = {
      answered: (nowMs, firstByteMs, keep, failure) => this.#answered(nowMs, firstByteMs, keep, failure),
      failed: (nowMs, failure) => this.#fail(nowMs, failure),
      gone: () => this.#ended(),
    };
    this.#http1 = new Http1Exchange(transport, this.#told);
    this.#exchange = this.#http1;
  }

  get idle(): boolean {
    return this.#state === 'idle';
  }

  open(): void {
    if (this.#state === 'parting') this.destroy();
    this.#watchFor(this.#transport.clock.monotonicMs());
    this.#awaited = true;
    if (this.#state === 'idle') this.#lookAt();
    else if (this.#state !== 'looking') this.#dial();
  }

  send(request: Buffer, nowMs: number, headRequest = this.#transport.headRequest): void {
    this.#state = 'busy';
    this.#requests++;
    this.#watchFor(nowMs);
    this.#exchange.send(this.#socket!, request, headRequest);
  }

  get answer(): LastAnswer {
    return this.#exchange;
  }

  part(): void {
    const [resting, generation] = [['idle', 'looking'].includes(this.#state), this.#generation];
    if (!resting || this.#answers === 'none' || this.#exchange !== this.#http1) this.destroy();
    else {
      const close = () => generation === this.#generation && this.destroy();
      this.#state = 'parting';
      this.#awaited = false;
      this.deadlineMs = noDeadline;
      this.#transport.clock.after(partingMs, close, { unref: true });
    }
  }

  destroy(): void {
    if (this.#handshaken) this.#transport.tap?.closed(this.#requests);
    this.#handshaken = false;
    this.#state = 'closed';
    this.deadlineMs = noDeadline;
    this.#generation++;
    this.#giveUpFarewell?.();
    this.#giveUpFarewell = undefined;
    this.#exchange.destroy();
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  expired(nowMs: number): void {
    this.#fail(nowMs, timedOut(this.#state === 'busy' ? 'answer' : 'connection', this.#transport.timeoutMs));
  }

  #dial(): void {
    const generation = ++this.#generation;
    this.#state = 'opening';
    this.#connected = false;
    this.#handshaken = false;
    this.#answers = 'none';
    this.#requests = 0;
    this.#dialledMs = this.#transport.clock.monotonicMs();
    const { addresses, proxy } = this.#transport;
    // A proxy looks the host up.
    const address = proxy === undefined ? addresses.next() : '';
    if (typeof address === 'string') {
      this.#connect(address, generation);
      return;
    }
    address.then(
      (resolved) => {
        if (generation === this.#generation) this.#connect(resolved, generation);
      },
      (error: Error) => {
        if (generation === this.#generation) this.#broken(error);
      },
    );
  }

  #connect(address: string, generation: number): void {
    const mine = () => generation === this.#generation;
    this.#socket = dial(this.#transport, address, this.#openHttp2 !== undefined, {
      received: (bytes, length) => {
        if (generation !== this.#generation) return;
        if (this.#state === 'busy') this.#exchange.received(bytes, length);
        else this.#receivedUnasked(bytes, length);
      },
      connected: () => {
        if (mine()) this.#connected = true;
      },
      ready: (socket, http2) => {
        if (mine()) this.#ready(socket, http2);
      },
      broken: (error) => {
        if (!mine()) return;
        // Without a descriptor no address is any better.
        const blamed = !this.#connected && !isShortage(error);
        if (blamed && this.#transport.addresses.reject(address)) this.#dial();
        else this.#broken(error);
      },
      ended: () => {
        if (mine()) this.#ended();
      },
    });
  }

  #ready(socket: Socket, http2: boolean): void {
    this.#socket = socket;
    this.#handshaken = true;
    this.#transport.counts.connectionsOpened++;
    this.#transport.tap?.opened(socket, http2, this.#transport.clock.monotonicMs() - this.#dialledMs);
    this.#exchange = http2 ? this.#openHttp2!(socket, this.#transport, this.#told) : this.#http1;
    this.#lookAt(http2 ? 0 : this.#transport.listenMs);
  }

  /** One turn for what is being read already, one for what arrived since. */
  #lookAt(forMs = 0): void {
    const generation = this.#generation;
    const { clock } = this.#transport;
    if (this.#state === 'idle') this.#state = 'looking';
    if (forMs > 0) {
      clock.after(forMs, () => {
        if (generation === this.#generation) this.#lookAt();
      });
      return;
    }
    setImmediate(() => {
      setImmediate(() => {
        if (generation === this.#generation) this.#lookedAt(clock.monotonicMs());
      });
    });
  }

  #lookedAt(nowMs: number): void {
    if (this.#state !== 'opening' && this.#state !== 'looking') return;
    this.#state = 'idle';
    this.deadlineMs = noDeadline;
    if (!this.#awaited) return;
    this.#awaited = false;
    this.#owner.opened(nowMs);
  }

  #answered(nowMs: number, firstByteMs: number, keep: boolean, failure: RequestFailure | null): void {
    this.deadlineMs = noDeadline;
    if (!keep || this.#transport.oneRequestEach) this.destroy();
    else {
      this.#state = 'idle';
      if (this.#answers !== 'more') this.#keep();
    }
    this.#owner.answered(nowMs, firstByteMs, failure);
  }

  #keep(): void {
    if (this.#answers === 'one') {
      this.#answers = 'more';
      this.#wary = false;
      return;
    }
    this.#answers = 'one';
    this.#awaited = false;
    this.#lookAt(this.#wary ? waryMs : 0);
  }

  #receivedUnasked(bytes: Buffer, length: number): void {
    const unasked = classifyUnasked(bytes, length, this.#http1.bodiless);
    if (unasked.kind === 'nothing') return;
    if (unasked.kind === 'answer') this.#transport.counts.strayAnswers++;
    if (this.#state === 'opening') {
      const status = 'status' in unasked ? unasked.status : 0;
      const message: ProtocolFault = 'response before the request was sent';
      // A server that refuses connections says so at once.
      const refused = status >= 400 ? failureOfResponse(status, '', '') : null;
      this.#fail(this.#transport.clock.monotonicMs(), refused ?? { kind: 'protocol', status: 0, message });
      return;
    }
    const socket = this.#socket!;
    const mayBeFarewell = unasked.kind === 'refusal';
    if (mayBeFarewell) this.#socket = undefined;
    this.#leave();
    if (mayBeFarewell) {
      this.#giveUpFarewell = awaitFarewell(socket, this.#transport.clock, () => {
        this.#transport.counts.strayAnswers++;
      });
    }
  }

  /** From `idle` or `looking`: nothing was asked, so nobody has lost anything. */
  #leave(): void {
    const again = this.#state === 'looking' && this.#awaited;
    const { deadlineMs } = this;
    this.destroy();
    if (!again) return;
    this.deadlineMs = deadlineMs;
    this.#dial();
  }

  #ended(): void {
    if (this.#state === 'busy') this.#exchange.ended();
    else if (this.#state === 'opening') {
      const message = 'connection closed during the handshake';
      const nowMs = this.#transport.clock.monotonicMs();
      this.#fail(nowMs, this.#handshaken ? closedBeforeAnswer : { ...closedBeforeAnswer, message });
    } else if (this.#state !== 'closed') this.#leave();
  }

  #broken(error: Error): void {
    if (this.#state === 'busy') this.#exchange.broken(error);
    else if (this.#state === 'opening') {
      this.#fail(this.#transport.clock.monotonicMs(), failureOfSocket(error, this.#connected));
    } else this.#leave();
  }

  #fail(nowMs: number, failure: RequestFailure): void {
    const responseStarted = this.#state === 'busy' && this.#exchange.begun;
    if (failure.kind === 'connection' && this.#answers === 'one' && !responseStarted) this.#wary = true;
    this.destroy();
    this.#owner.failed(nowMs, failure, responseStarted);
  }

  #watchFor(nowMs: number): void {
    this.deadlineMs = nowMs + this.#transport.timeoutMs;
    if (!this.watched) this.#transport.wheel.watch(this);
  }
}
