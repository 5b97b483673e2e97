import type { Socket } from 'node:net';
import { closedBeforeAnswer, type Exchange, type ExchangeTold } from '../exchange/exchange.ts';
import { failureOfSocket, type RequestFailure } from '../exchange/failure.ts';
import type { ReceivedResponse } from '../exchange/http-connection.ts';
import { judgeAnswer } from '../exchange/judge-answer.ts';
import { ProtocolError } from '../exchange/protocol-error.ts';
import { keptBytesOf, type Transport } from '../exchange/transport.ts';
import { skipLeftover } from './leftover.ts';
import { ResponseParser } from './response-parser.ts';

/** HTTP/1.1 (RFC 9112). One serves all sockets of a connection, one after the other. */
export class Http1Exchange implements Exchange {
  readonly #transport: Transport;
  readonly #told: ExchangeTold;
  readonly #parser = new ResponseParser();
  #socket: Socket | undefined;
  #firstByteMs = 0;
  #requestBytes = 0;
  #body: Buffer = noBytes;

  constructor(transport: Transport, told: ExchangeTold) {
    this.#transport = transport;
    this.#told = told;
    this.#parser.captureBytes = keptBytesOf(transport);
  }

  get begun(): boolean {
    return this.#firstByteMs !== 0;
  }

  get bodiless(): boolean {
    return this.#parser.bodiless;
  }

  send(socket: Socket, request: Buffer, headRequest: boolean): void {
    this.#socket = socket;
    this.#firstByteMs = 0;
    this.#requestBytes = request.length;
    // Whatever line ends or empty chunk still come belong to the answer before.
    this.#parser.reset(headRequest);
    this.#transport.counts.sentBytes += request.length;
    socket.write(request);
  }

  received(bytes: Buffer, length: number): void {
    const nowMs = this.#transport.clock.monotonicMs();
    this.#transport.counts.receivedBytes += length;
    let start = 0;
    if (this.#firstByteMs === 0) {
      // Line ends that follow an answer are not yet the first byte of the next.
      if (bytes[0] !== letterH) start = skipLeftover(bytes, 0, length, this.#parser.afterBodiless);
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

  ended(): void {
    const nowMs = this.#transport.clock.monotonicMs();
    if (!this.begun) {
      this.#told.failed(nowMs, closedBeforeAnswer);
      return;
    }
    try {
      this.#parser.finish();
    } catch (error) {
      this.#failOnProtocol(nowMs, error);
      return;
    }
    this.#complete(nowMs);
  }

  broken(error: Error): void {
    this.#told.failed(this.#transport.clock.monotonicMs(), failureOfSocket(error, true));
  }

  get status(): number {
    return this.#parser.head.status;
  }

  get location(): string {
    return this.#parser.head.location;
  }

  get bodyBytes(): number {
    return this.#parser.bodyBytes;
  }

  response(): ReceivedResponse {
    const { head } = this.#parser;
    return { status: head.status, head: this.#parser.captured().head, body: this.#body };
  }

  destroy(): void {
    this.#socket = undefined;
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
    const { captureBytes = 0, tap } = this.#transport;
    if (tap !== undefined) this.#body = parser.captured().body;
    if (head.status >= 400 || captureBytes > 0) {
      const answer = { ...head, body: parser.captured().body, bodyBytes: parser.bodyBytes };
      const judged = judgeAnswer(answer, captureBytes, this.#transport.clock.nowMs());
      this.#body = judged.body;
      failure = judged.failure;
    }
    this.#transport.counts.bodyBytes += parser.bodyBytes;
    this.#told.answered(nowMs, this.#firstByteMs, head.keepAlive && !unsent, failure);
  }

  #failOnProtocol(nowMs: number, error: unknown): void {
    if (!(error instanceof ProtocolError)) throw error;
    if (this.#parser.doubled) this.#transport.counts.strayAnswers++;
    const { status } = this.#parser.head;
    this.#told.failed(nowMs, { kind: 'protocol', status, message: error.fault });
  }
}

const noBytes = Buffer.alloc(0);
const letterH = 72;
/**
 * A shorter request leaves in one piece. Of a TLS socket, `writableLength` says so only a turn of the event loop later,
 * by when the answer may be there.
 */
const longRequestBytes = 65_536;
