import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
} from 'node:http2';
import type { Socket } from 'node:net';
import { takeApart } from '../../request/request-parts.ts';
import { closedBeforeAnswer, type Exchange, type ExchangeTold } from '../exchange/exchange.ts';
import type { RequestFailure } from '../exchange/failure.ts';
import type { ReceivedResponse } from '../exchange/http-connection.ts';
import { judgeAnswer } from '../exchange/judge-answer.ts';
import { maxBodyBytes, maxExcerptBytes } from '../exchange/limits.ts';
import { keptBytesOf, type Transport } from '../exchange/transport.ts';

/** HTTP/2 (RFC 9113) on a socket that negotiated it: one request at a time. */
export class Http2Exchange implements Exchange {
  readonly bodiless = false;
  readonly #transport: Transport;
  readonly #told: ExchangeTold;
  readonly #session: ClientHttp2Session;
  /** The server takes nothing new (GOAWAY). What it has taken, it may still answer. */
  #leaving = false;
  /** Counts requests: what comes late of an earlier one is not heard. */
  #sent = 0;
  #busy = false;
  #firstByteMs = 0;
  #answer: Answer = noAnswer;

  constructor(socket: Socket, transport: Transport, told: ExchangeTold) {
    this.#transport = transport;
    this.#told = told;
    this.#session = connect(`https://${transport.origin.host}`, {
      createConnection: () => socket,
      settings: { enablePush: false },
    });
    const left = () => {
      if (this.#leaving) return;
      this.#leaving = true;
      if (!this.#busy) told.gone();
    };
    this.#session
      .on('error', () => {})
      .on('goaway', left)
      .on('close', left);
  }

  get begun(): boolean {
    return this.#firstByteMs !== 0;
  }

  send(_: Socket, request: Buffer, headRequest: boolean): void {
    const number = ++this.#sent;
    this.#transport.counts.sentBytes += request.length;
    this.#busy = true;
    this.#firstByteMs = 0;
    this.#answer = { status: 0, headers: {}, body: [], keptBytes: 0, bodyBytes: 0, read: noBytes };
    const { method, path, headers, body } = takeApart(request);
    const { host, ...rest } = headers;
    const head = {
      ...rest,
      ':method': headRequest ? 'HEAD' : method,
      ':path': path,
      ':scheme': 'https',
      ':authority': host ?? this.#transport.origin.host,
    };
    let stream: ClientHttp2Stream;
    try {
      stream = this.#session.request(head, { endStream: body === null });
    } catch {
      // It closed, and we have not heard of it yet.
      setImmediate(() => {
        if (number === this.#sent) this.#finish(closedBeforeAnswer);
      });
      return;
    }
    this.#follow(stream, () => number === this.#sent, headRequest);
    if (body !== null) stream.end(body);
  }

  /** HTTP/2 reads for itself, and its streams say what became of them. */
  received(): void {}
  ended(): void {}
  broken(): void {}

  get status(): number {
    return this.#answer.status;
  }

  get location(): string {
    return this.#answer.headers.location ?? '';
  }

  get bodyBytes(): number {
    return this.#answer.bodyBytes;
  }

  response(): ReceivedResponse {
    const { status, headers, read } = this.#answer;
    return { status, head: headerLines(headers), body: read };
  }

  destroy(): void {
    this.#leaving = true;
    this.#sent++;
    this.#session.destroy();
  }

  #follow(stream: ClientHttp2Stream, mine: () => boolean, headRequest: boolean): void {
    const answer = this.#answer;
    const begin = () => {
      if (mine()) this.#firstByteMs ||= this.#transport.clock.monotonicMs();
    };
    stream.on('headers', begin);
    stream.once('response', (headers) => {
      begin();
      answer.status = headers[':status'] ?? 0;
      answer.headers = headers;
    });
    stream.on('data', (chunk: Buffer) => {
      if (!mine()) return;
      this.#keep(answer, chunk);
      if (answer.bodyBytes <= maxBodyBytes) return;
      stream.close(constants.NGHTTP2_CANCEL);
      this.#finish({ kind: 'protocol', status: answer.status, message: 'body over 256 MiB' });
    });
    stream.once('end', () => {
      const whole = answer.status > 0 && stream.rstCode === 0 && isWhole(answer, headRequest);
      if (mine() && whole) this.#finish(null);
    });
    stream.on('error', () => {});
    stream.once('close', () => {
      if (mine()) this.#finish(failureOf(answer, stream.rstCode ?? 0));
    });
  }

  #keep(answer: Answer, chunk: Buffer): void {
    const captureBytes = keptBytesOf(this.#transport);
    answer.bodyBytes += chunk.length;
    const most = captureBytes > 0 ? captureBytes : answer.status >= 400 ? maxExcerptBytes : 0;
    if (answer.keptBytes >= most) return;
    const piece = chunk.subarray(0, most - answer.keptBytes);
    answer.body.push(piece);
    answer.keptBytes += piece.length;
  }

  #finish(failure: RequestFailure | null): void {
    const nowMs = this.#transport.clock.monotonicMs();
    const answer = this.#answer;
    this.#sent++;
    this.#busy = false;
    if (failure !== null) {
      this.#told.failed(nowMs, failure);
      return;
    }
    const { headers, bodyBytes } = answer;
    const { captureBytes = 0, tap } = this.#transport;
    const kept = Buffer.concat(answer.body);
    // What is kept to be shown alone decides nothing.
    const isRead = captureBytes > 0 || answer.status >= 400;
    const judged = judgeAnswer(
      {
        ...answer,
        errorType: String(headers['x-amzn-errortype'] ?? ''),
        codings: headers['content-encoding'] ?? '',
        date: headers.date ?? '',
        body: isRead ? kept : noBytes,
      },
      captureBytes,
      this.#transport.clock.nowMs(),
    );
    answer.read = tap === undefined || isRead ? judged.body : kept;
    this.#transport.counts.bodyBytes += bodyBytes;
    this.#transport.counts.receivedBytes += headerLines(headers).length + headEndBytes + bodyBytes;
    const keep = !this.#leaving && !this.#session.closed;
    this.#told.answered(nowMs, this.#firstByteMs, keep, judged.failure);
  }
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  /** As much of it as is kept. */
  body: Buffer[];
  keptBytes: number;
  bodyBytes: number;
  /** What is kept, decoded. */
  read: Buffer;
}

const noBytes = Buffer.alloc(0);
/** `HTTP/1.1 200` before the head, and the empty line behind it. */
const headEndBytes = 16;
const noAnswer: Answer = { status: 0, headers: {}, body: [], keptBytes: 0, bodyBytes: 0, read: noBytes };

function isWhole({ status, headers, bodyBytes }: Answer, headRequest: boolean): boolean {
  const length = headers['content-length'];
  return length === undefined || headRequest || status === 304 || Number(length) === bodyBytes;
}

function failureOf({ status }: Answer, code: number): RequestFailure {
  // CANCEL is how Node ends the streams of a connection that is gone.
  if (code !== constants.NGHTTP2_NO_ERROR && code !== constants.NGHTTP2_CANCEL) {
    return { kind: 'protocol', status, message: `HTTP/2 stream reset: ${resetName(code)}` };
  }
  return status === 0
    ? closedBeforeAnswer
    : { kind: 'protocol', status, message: 'closed before the response was whole' };
}

/** RFC 9113 §7. */
function resetName(code: number): string {
  const names = [
    'NO_ERROR',
    'PROTOCOL_ERROR',
    'INTERNAL_ERROR',
    'FLOW_CONTROL_ERROR',
    'SETTINGS_TIMEOUT',
    'STREAM_CLOSED',
    'FRAME_SIZE_ERROR',
    'REFUSED_STREAM',
    'CANCEL',
    'COMPRESSION_ERROR',
    'CONNECT_ERROR',
    'ENHANCE_YOUR_CALM',
    'INADEQUATE_SECURITY',
    'HTTP_1_1_REQUIRED',
  ];
  return names[code] ?? String(code);
}

/** HTTP/2's headers as HTTP/1.1 would write them, behind the line where that has its status. */
function headerLines(headers: IncomingHttpHeaders): string {
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith(':') ? [] : [value ?? ''].flat().map((one) => `${name}: ${one}`),
  );
  return ['', ...lines].join('\r\n');
}
