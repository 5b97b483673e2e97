import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
} from 'node:http2';
import type { Socket } from 'node:net';
import type { RequestFailure } from './failure.ts';
import { maxBodyBytes, maxExcerptBytes } from './limits.ts';
import { takeApart } from './request-parts.ts';
import type { Transport } from './transport.ts';

/** How a connection carries requests on a socket that negotiated HTTP/2. */
export type OpenHttp2 = (socket: Socket, told: Http2Told) => Pick<Http2Exchange, 'send' | 'destroy'>;

export interface Http2Told {
  /** Of the answer, its first bytes are here. */
  begun(): void;
  answered(answer: Http2Answer): void;
  failed(failure: RequestFailure): void;
  /** While nothing was asked. */
  gone(): void;
}

export interface Http2Answer {
  status: number;
  headers: IncomingHttpHeaders;
  /** As much of it as is kept. */
  body: Buffer[];
  bodyBytes: number;
  /** The connection takes another request. */
  keep: boolean;
}

/** HTTP/2 (RFC 9113) on a socket that negotiated it: one request at a time. */
export class Http2Exchange {
  readonly #transport: Transport;
  readonly #told: Http2Told;
  readonly #session: ClientHttp2Session;
  /** The server takes nothing new (GOAWAY). What it has taken, it may still answer. */
  #leaving = false;
  /** Counts requests: what comes late of an earlier one is not heard. */
  #sent = 0;
  #stream: ClientHttp2Stream | undefined;

  constructor(socket: Socket, transport: Transport, told: Http2Told) {
    this.#transport = transport;
    this.#told = told;
    this.#session = connect(`https://${transport.origin.host}`, {
      createConnection: () => socket,
      settings: { enablePush: false },
    });
    const left = () => {
      this.#leaving = true;
      if (this.#stream === undefined) told.gone();
    };
    this.#session
      .on('error', () => {})
      .on('goaway', left)
      .on('close', left);
  }

  send(request: Buffer, headRequest: boolean): void {
    const number = ++this.#sent;
    const { method, path, headers, body } = takeApart(request);
    const { host, ...rest } = headers;
    let stream: ClientHttp2Stream;
    try {
      stream = this.#session.request(
        {
          ...rest,
          ':method': headRequest ? 'HEAD' : method,
          ':path': path,
          ':scheme': 'https',
          ':authority': host ?? this.#transport.origin.host,
        },
        { endStream: body === null },
      );
    } catch {
      // It closed without our having heard of it yet.
      setImmediate(() => {
        if (number === this.#sent) this.#told.failed(closedBefore);
      });
      return;
    }
    this.#stream = stream;
    this.#follow(stream, () => number === this.#sent, headRequest);
    if (body !== null) stream.end(body);
  }

  destroy(): void {
    this.#sent++;
    this.#stream = undefined;
    this.#session.destroy();
  }

  #follow(stream: ClientHttp2Stream, mine: () => boolean, headRequest: boolean): void {
    const { captureBytes = 0 } = this.#transport;
    const answer: Http2Answer = { status: 0, headers: {}, body: [], bodyBytes: 0, keep: false };
    let kept = 0;
    const settle = (failure: RequestFailure | null) => {
      if (!mine()) return;
      this.#sent++;
      this.#stream = undefined;
      answer.keep = !this.#leaving && !this.#session.closed;
      if (failure === null) this.#told.answered(answer);
      else this.#told.failed(failure);
    };
    stream.on('headers', () => {
      if (mine()) this.#told.begun();
    });
    stream.once('response', (headers) => {
      if (!mine()) return;
      this.#told.begun();
      answer.status = headers[':status'] ?? 0;
      answer.headers = headers;
    });
    stream.on('data', (chunk: Buffer) => {
      answer.bodyBytes += chunk.length;
      if (answer.bodyBytes > maxBodyBytes) {
        settle({ kind: 'protocol', status: answer.status, message: 'body over 256 MiB' });
        stream.close(constants.NGHTTP2_CANCEL);
        return;
      }
      const most = captureBytes > 0 ? captureBytes : answer.status >= 400 ? maxExcerptBytes : 0;
      if (kept >= most) return;
      const piece = chunk.subarray(0, most - kept);
      answer.body.push(piece);
      kept += piece.length;
    });
    stream.once('end', () => {
      if (answer.status > 0 && stream.rstCode === 0 && isWhole(answer, headRequest)) settle(null);
    });
    stream.on('error', () => {});
    stream.once('close', () => settle(failureOf(answer, stream.rstCode ?? 0)));
  }
}

function isWhole({ status, headers, bodyBytes }: Http2Answer, headRequest: boolean): boolean {
  const length = headers['content-length'];
  return length === undefined || headRequest || status === 304 || Number(length) === bodyBytes;
}

const closedBefore: RequestFailure = {
  kind: 'connection',
  status: 0,
  message: 'connection closed before an answer',
};

function failureOf({ status }: Http2Answer, code: number): RequestFailure {
  // CANCEL is how Node ends the streams of a connection that is gone.
  if (code !== constants.NGHTTP2_NO_ERROR && code !== constants.NGHTTP2_CANCEL) {
    return { kind: 'protocol', status, message: `HTTP/2 stream reset: ${resetName(code)}` };
  }
  return status === 0
    ? closedBefore
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
