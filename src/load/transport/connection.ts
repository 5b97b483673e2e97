import type { Socket } from 'node:net';
import { decodeBody } from './decode-body.ts';
import { dial } from './dial.ts';
import { failureOfResponse, failureOfSocket, type RequestFailure } from './failure.ts';
import { headerLines } from './header-lines.ts';
import type { HttpConnection, ReceivedResponse } from './http-connection.ts';
import type { Http2Answer, OpenHttp2 } from './http2-exchange.ts';
import { skipLeftover } from './leftover.ts';
import { maxExcerptBytes } from './limits.ts';
import { ProtocolError } from './protocol-error.ts';
import { ResponseParser } from './response-parser.ts';
import { noDeadline, type Timed } from './timer-wheel.ts';
import type { ConnectionOwner, Transport } from './transport.ts';
import { awaitFarewell, classifyUnasked } from './unasked.ts';

export type { ConnectionOwner, Transport } from './transport.ts';

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
 *
 * Looked at means: two turns of the event loop have passed, and whatever had already arrived has been read. A new connection
 * is looked at lest an answer that was there before its request be taken for it; and once after its first answer, for servers
 * that close or go on speaking without having said so. Then it is trusted, and a request costs no turn.
 */
export class Connection implements Timed, HttpConnection {
  deadlineMs = noDeadline;
  watched = false;
  readonly #transport: Transport;
  readonly #owner: ConnectionOwner;
  readonly #openHttp2: OpenHttp2 | undefined;
  readonly #parser = new ResponseParser();
  #state: 'closed' | 'opening' | 'idle' | 'busy' | 'looking' = 'closed';
  #socket: Socket | undefined;
  #http2: ReturnType<OpenHttp2> | undefined;
  /** Counts openings: events of a socket given up must not touch its successor. */
  #generation = 0;
  #firstByteMs = 0;
  #requestBytes = 0;
  /** How far opening has come: TCP, then TLS. */
  #connected = false;
  #handshaken = false;
  /** Its server has been seen to keep it open after an answer. */
  #trusted = false;
  /** A server that kept an earlier one open did not mean it. */
  #wary = false;
  /** `open` was called while it was looked at. */
  #awaited = false;
  #giveUpFarewell: (() => void) | undefined;
  #answer: Http2Answer | undefined;
  #body: Buffer = noBytes;

  constructor(transport: Transport, owner: ConnectionOwner, openHttp2?: OpenHttp2) {
    this.#transport = transport;
    this.#owner = owner;
    this.#openHttp2 = openHttp2;
    this.#parser.captureBytes = transport.captureBytes ?? 0;
  }

  get idle(): boolean {
    return this.#state === 'idle';
  }

  /** Unless it is open and idle; answers with `opened` or `failed`, never before it returns. */
  open(): void {
    this.#watchFor(this.#transport.clock.monotonicMs());
    this.#awaited = true;
    if (this.#state === 'idle') this.#lookAt();
    else if (this.#state !== 'looking') this.#dial();
  }

  /** From `idle`. */
  send(request: Buffer, nowMs: number, headRequest = this.#transport.headRequest): void {
    this.#state = 'busy';
    this.#firstByteMs = 0;
    this.#watchFor(nowMs);
    if (this.#http2 !== undefined) {
      this.#http2.send(request, headRequest);
      return;
    }
    this.#requestBytes = request.length;
    this.#parser.reset(headRequest);
    this.#socket!.write(request);
  }

  response(): ReceivedResponse {
    const answer = this.#answer;
    return answer === undefined
      ? {
          status: this.#parser.head.status,
          head: this.#parser.captured().head,
          body: this.#body,
          bodyBytes: this.#parser.bodyBytes,
        }
      : {
          status: answer.status,
          head: headerLines(answer.headers),
          body: this.#body,
          bodyBytes: answer.bodyBytes,
        };
  }

  /** Closes without telling the owner. */
  destroy(): void {
    this.#state = 'closed';
    this.deadlineMs = noDeadline;
    this.#generation++;
    this.#giveUpFarewell?.();
    this.#giveUpFarewell = undefined;
    this.#http2?.destroy();
    this.#http2 = undefined;
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  expired(nowMs: number): void {
    const seconds = `${this.#transport.timeoutMs / 1_000} s`;
    const message =
      this.#state === 'busy' ? `no answer within ${seconds}` : `no connection within ${seconds}`;
    this.#fail(nowMs, { kind: 'timeout', status: 0, message });
  }

  #dial(): void {
    const generation = ++this.#generation;
    this.#state = 'opening';
    this.#connected = false;
    this.#handshaken = false;
    this.#trusted = false;
    const { addresses, proxy } = this.#transport;
    const address = proxy === undefined ? addresses.next() : '';
    if (typeof address === 'string') {
      this.#connect(address, generation);
      return;
    }
    address.then(
      (resolved) => this.#connect(resolved, generation),
      (error: Error) => {
        if (generation === this.#generation) this.#broken(error);
      },
    );
  }

  #connect(address: string, generation: number): void {
    if (generation !== this.#generation) return;
    const mine =
      <Parameters extends unknown[]>(action: (...parameters: Parameters) => void) =>
      (...parameters: Parameters) => {
        if (generation === this.#generation) action(...parameters);
      };
    this.#socket = dial(this.#transport, address, this.#openHttp2 !== undefined, {
      received: (bytes, length) => {
        if (generation === this.#generation) this.#received(bytes, length);
      },
      connected: mine(() => {
        this.#connected = true;
      }),
      ready: mine((socket: Socket, http2: boolean) => this.#ready(socket, http2)),
      broken: mine((error: Error) => {
        if (!this.#connected && this.#transport.addresses.reject(address)) this.#dial();
        else this.#broken(error);
      }),
      ended: mine(() => this.#ended()),
    });
  }

  #ready(socket: Socket, http2: boolean): void {
    this.#socket = socket;
    this.#handshaken = true;
    if (http2) this.#http2 = this.#openHttp2!(socket, this.#http2Told(this.#generation));
    const { listenMs, clock } = this.#transport;
    const generation = this.#generation;
    if (listenMs === undefined || http2) this.#lookAt();
    else {
      clock.after(listenMs, () => {
        if (generation === this.#generation) this.#lookAt();
      });
    }
  }

  /** One turn for what is being read already, one for what arrived since. */
  #lookAt(): void {
    const generation = this.#generation;
    if (this.#state === 'idle') this.#state = 'looking';
    setImmediate(() => {
      setImmediate(() => {
        if (generation !== this.#generation || (this.#state !== 'opening' && this.#state !== 'looking'))
          return;
        this.#state = 'idle';
        this.deadlineMs = noDeadline;
        if (!this.#awaited) return;
        this.#awaited = false;
        this.#owner.opened(this.#transport.clock.monotonicMs());
      });
    });
  }

  #received(bytes: Buffer, length: number): void {
    if (this.#state !== 'busy') {
      this.#receivedUnasked(bytes, length);
      return;
    }
    const nowMs = this.#transport.clock.monotonicMs();
    let start = 0;
    if (this.#firstByteMs === 0) {
      // Line ends that follow an answer are not yet the first byte of the next.
      if (bytes[0] !== letterH) start = skipLeftover(bytes, 0, length, this.#parser.bodiless);
      if (start === length) return;
      this.#firstByteMs = nowMs;
    }
    try {
      if (!this.#parser.feed(bytes, start, length)) return;
    } catch (error) {
      this.#failOnProtocol(nowMs, error);
      return;
    }
    this.#complete(nowMs);
  }

  #complete(nowMs: number): void {
    const parser = this.#parser;
    const { head } = parser;
    // A refusal may come while the body is still being sent; a success then would be an answer to something else.
    const unsent = this.#requestBytes > longRequestBytes && this.#socket!.writableLength > 0;
    if (unsent && head.status < 400) {
      this.#failOnProtocol(nowMs, new ProtocolError('response before the request was sent whole'));
      return;
    }
    let failure: RequestFailure | null = null;
    if (head.status >= 400 || parser.captureBytes > 0) {
      this.#answer = undefined;
      const { body } = parser.captured();
      failure = this.#judge(head.status, head.errorType, head.codings, body, parser.bodyBytes);
    }
    this.#transport.bodyBytes += parser.bodyBytes;
    this.#answered(nowMs, head.keepAlive && !unsent, failure);
  }

  #answered(nowMs: number, keep: boolean, failure: RequestFailure | null): void {
    this.deadlineMs = noDeadline;
    if (!keep) this.destroy();
    else {
      this.#state = 'idle';
      if (!this.#trusted) {
        this.#trusted = !this.#wary;
        this.#awaited = false;
        this.#lookAt();
      }
    }
    this.#owner.answered(nowMs, this.#firstByteMs, failure);
  }

  /** What the answer makes of its request; keeps its body, decoded. */
  #judge(
    status: number,
    errorType: string,
    codings: string,
    body: Buffer,
    bodyBytes: number,
  ): RequestFailure | null {
    const most = Math.max(this.#transport.captureBytes ?? 0, maxExcerptBytes);
    const decoded = codings === '' ? body : decodeBody(body, codings, body.length === bodyBytes, most);
    this.#body = decoded ?? body;
    if (status >= 400)
      return failureOfResponse(status, errorType, this.#body.toString('utf8', 0, maxExcerptBytes));
    if (decoded !== null) return null;
    return { kind: 'protocol', status, message: new ProtocolError('body not in the coding it names').fault };
  }

  #http2Told(generation: number): Parameters<OpenHttp2>[1] {
    const { clock } = this.#transport;
    const mine = () => generation === this.#generation;
    return {
      begun: () => {
        if (mine()) this.#firstByteMs ||= clock.monotonicMs();
      },
      answered: (answer) => {
        if (!mine()) return;
        const { status, headers, body, bodyBytes } = answer;
        const errorType = headers['x-amzn-errortype'];
        const codings = headers['content-encoding'] ?? '';
        this.#answer = answer;
        this.#transport.bodyBytes += bodyBytes;
        const failure = this.#judge(status, String(errorType ?? ''), codings, Buffer.concat(body), bodyBytes);
        this.#answered(clock.monotonicMs(), answer.keep, failure);
      },
      failed: (failure) => {
        if (mine()) this.#fail(clock.monotonicMs(), failure);
      },
      gone: () => {
        if (mine() && this.#state !== 'busy') this.#ended();
      },
    };
  }

  #receivedUnasked(bytes: Buffer, length: number): void {
    const unasked = classifyUnasked(bytes, length, this.#parser.bodiless);
    if (unasked.kind === 'nothing') return;
    if (unasked.kind === 'answer') this.#transport.strayAnswers++;
    if (this.#state === 'opening') {
      const status = 'status' in unasked ? unasked.status : 0;
      const fault = new ProtocolError('response before the request was sent');
      const nowMs = this.#transport.clock.monotonicMs();
      // A server that refuses connections says so at once.
      if (status >= 400) this.#fail(nowMs, failureOfResponse(status, '', ''));
      else this.#failOnProtocol(nowMs, fault);
      return;
    }
    const socket = this.#socket!;
    if (unasked.kind === 'refusal') this.#socket = undefined;
    this.#leave();
    if (unasked.kind === 'refusal') {
      this.#giveUpFarewell = awaitFarewell(socket, this.#transport.clock, () => {
        this.#transport.strayAnswers++;
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
    if (this.#state === 'idle' || this.#state === 'looking') {
      this.#leave();
      return;
    }
    const nowMs = this.#transport.clock.monotonicMs();
    if (this.#state === 'opening') {
      const message = this.#handshaken
        ? 'connection closed before an answer'
        : 'connection closed during the handshake';
      this.#fail(nowMs, { kind: 'connection', status: 0, message });
    } else if (this.#http2 !== undefined) {
      // It tells what became of its request.
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

  #broken(error: Error): void {
    if (this.#state === 'idle' || this.#state === 'looking') this.#leave();
    else if (this.#state === 'opening' || this.#http2 === undefined) {
      this.#fail(this.#transport.clock.monotonicMs(), failureOfSocket(error, this.#connected));
    }
  }

  #failOnProtocol(nowMs: number, error: unknown): void {
    if (!(error instanceof ProtocolError)) throw error;
    if (this.#parser.doubled) this.#transport.strayAnswers++;
    this.#fail(nowMs, { kind: 'protocol', status: this.#parser.head.status, message: error.fault });
  }

  #fail(nowMs: number, failure: RequestFailure): void {
    const responseStarted = this.#state === 'busy' && this.#firstByteMs !== 0;
    // Kept open, and gone when it was used.
    if (failure.kind === 'connection' && this.#trusted && !responseStarted) this.#wary = true;
    this.destroy();
    this.#owner.failed(nowMs, failure, responseStarted);
  }

  #watchFor(nowMs: number): void {
    this.deadlineMs = nowMs + this.#transport.timeoutMs;
    if (!this.watched) this.#transport.wheel.watch(this);
  }
}

const noBytes = Buffer.alloc(0);
const letterH = 72;
/**
 * A shorter request leaves in one piece. Of a TLS socket, `writableLength` says so only a turn of the event loop later, by
 * when the answer may be there.
 */
const longRequestBytes = 65_536;
