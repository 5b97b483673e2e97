import type { Socket } from 'node:net';
import { isIP } from 'node:net';
import { buildConnector, Client, type Dispatcher } from 'undici';
import type { ConnectionOwner, Transport } from './connection.ts';
import { failureOfResponse, failureOfSocket, type RequestFailure } from './failure.ts';
import type { HttpConnection, ReceivedResponse } from './http-connection.ts';
import { openTunnel } from './proxy.ts';
import { noDeadline, type Timed } from './timer-wheel.ts';
import { takeApart } from './undici-request.ts';

/**
 * The same as `Connection`, through undici: HTTP/2 where the server offers it, and proxies. One connection, one request at a
 * time; opened apart from the first request, so that pool wait and service time mean the same.
 *
 *   state     on                                   next
 *   closed    open()                               opening
 *   opening   socket ready / error, timeout        idle / closed
 *   idle      send() / the socket closes           busy / closed
 *   busy      the response is whole / fails        idle or closed
 */
export class UndiciConnection implements HttpConnection, Timed {
  deadlineMs = noDeadline;
  watched = false;
  readonly #transport: Transport;
  readonly #owner: ConnectionOwner;
  #state: 'closed' | 'opening' | 'idle' | 'busy' = 'closed';
  /** Counts openings and requests: what comes late from an earlier one is not heard. */
  #generation = 0;
  #socket: Socket | undefined;
  #client: Client | undefined;
  #status = 0;
  #headers: Record<string, string | string[] | undefined> = {};
  #body: Buffer[] = [];
  #keptBytes = 0;
  #bodyBytes = 0;
  #firstByteMs = 0;

  constructor(transport: Transport, owner: ConnectionOwner) {
    this.#transport = transport;
    this.#owner = owner;
  }

  get idle(): boolean {
    return this.#state === 'idle';
  }

  open(): void {
    const { clock, origin, proxy } = this.#transport;
    const generation = ++this.#generation;
    this.#state = 'opening';
    this.#watch(clock.monotonicMs());
    const ready = (error: Error | null, socket: Socket | null) => {
      if (generation !== this.#generation) {
        socket?.destroy();
        return;
      }
      if (socket === null) this.#fail(failureOfSocket(error ?? new Error('no connection'), false));
      else this.#opened(socket);
    };
    if (proxy === undefined) this.#connect(undefined, ready);
    else {
      this.#socket = openTunnel(proxy, `${bracketed(origin.hostname)}:${origin.port}`, (error, tunnel) => {
        if (error !== null || tunnel === null || !origin.secure) ready(error, tunnel);
        else this.#connect(tunnel, ready);
      });
    }
  }

  send(request: Buffer, nowMs: number, headRequest = this.#transport.headRequest): void {
    const generation = ++this.#generation;
    const { method, path, headers, body } = takeApart(request);
    this.#state = 'busy';
    this.#status = 0;
    this.#body = [];
    this.#keptBytes = 0;
    this.#bodyBytes = 0;
    this.#firstByteMs = 0;
    this.#watch(nowMs);
    const { clock, captureBytes = 0 } = this.#transport;
    const mine = () => generation === this.#generation;
    const options = {
      method: headRequest ? 'HEAD' : method,
      path,
      headers,
      body,
    } as Dispatcher.DispatchOptions;
    this.#client!.dispatch(options, {
      onRequestStart: () => {},
      onResponseStart: (_, status, responseHeaders) => {
        if (!mine()) return;
        this.#firstByteMs ||= clock.monotonicMs();
        this.#status = status;
        this.#headers = responseHeaders;
      },
      onResponseData: (_, chunk) => {
        if (!mine()) return;
        this.#bodyBytes += chunk.length;
        const most = captureBytes > 0 ? captureBytes : this.#status >= 400 ? mostExcerptBytes : 0;
        if (this.#keptBytes >= most) return;
        const piece = chunk.subarray(0, most - this.#keptBytes);
        this.#body.push(Buffer.from(piece));
        this.#keptBytes += piece.length;
      },
      onResponseEnd: () => {
        if (mine()) this.#complete();
      },
      onResponseError: (_, error) => {
        if (mine()) this.#fail(failureOf(error, this.#status));
      },
    });
  }

  get bodyBytes(): number {
    return this.#bodyBytes;
  }

  response(): ReceivedResponse {
    const lines = Object.entries(this.#headers).flatMap(([name, value]) =>
      [value ?? ''].flat().map((one) => `${name}: ${one}`),
    );
    return {
      status: this.#status,
      head: ['', ...lines].join('\r\n'),
      body: Buffer.concat(this.#body),
    };
  }

  destroy(): void {
    this.#state = 'closed';
    this.deadlineMs = noDeadline;
    this.#generation++;
    this.#client?.destroy().catch(() => {});
    this.#client = undefined;
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  expired(): void {
    const seconds = `${this.#transport.timeoutMs / 1_000} s`;
    const message =
      this.#state === 'opening' ? `no connection within ${seconds}` : `no answer within ${seconds}`;
    this.#fail({ kind: 'timeout', status: 0, message });
  }

  #connect(tunnel: Socket | undefined, ready: (error: Error | null, socket: Socket | null) => void): void {
    const { origin, secureContext } = this.#transport;
    // The wheel watches the time.
    const connector = buildConnector({
      allowH2: true,
      timeout: 0,
      ...(secureContext === undefined ? {} : { secureContext }),
    });
    connector(
      {
        hostname: origin.hostname,
        host: origin.host,
        protocol: origin.secure ? 'https:' : 'http:',
        port: String(origin.port),
        ...(isIP(origin.hostname) === 0 ? { servername: origin.hostname } : {}),
        ...(tunnel === undefined ? {} : { httpSocket: tunnel as never }),
      },
      (...[error, socket]) => ready(error, socket ?? null),
    );
  }

  #opened(socket: Socket): void {
    const { origin, clock } = this.#transport;
    this.#socket = socket;
    let stashed: Socket | undefined = socket;
    const client = new Client(`${origin.secure ? 'https' : 'http'}://${origin.host}`, {
      // One socket a client: when it is gone, this connection is closed, and opens another with its time measured.
      connect: (_, callback) => {
        const given = stashed;
        stashed = undefined;
        // Within this call undici would not notice that it may send.
        queueMicrotask(() => {
          if (given === undefined) callback(new Error('connection closed before an answer'), null);
          else callback(null, given);
        });
      },
      allowH2: true,
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: longestIdleMs,
      keepAliveMaxTimeout: longestIdleMs,
    });
    this.#client = client;
    socket.once('error', () => {});
    socket.once('close', () => {
      if (this.#client === client && this.#state === 'idle') this.destroy();
    });
    this.#state = 'idle';
    this.deadlineMs = noDeadline;
    this.#owner.opened(clock.monotonicMs());
  }

  #complete(): void {
    const nowMs = this.#transport.clock.monotonicMs();
    const firstByteMs = this.#firstByteMs || nowMs;
    const status = this.#status;
    const errorType = this.#headers['x-amzn-errortype'];
    const failure =
      status >= 400
        ? failureOfResponse(
            status,
            typeof errorType === 'string' ? errorType : '',
            Buffer.concat(this.#body).toString('utf8', 0, mostExcerptBytes),
          )
        : null;
    this.#transport.bodyBytes += this.#bodyBytes;
    this.deadlineMs = noDeadline;
    if (this.#headers['connection'] === 'close' || this.#socket?.destroyed !== false) this.destroy();
    else this.#state = 'idle';
    this.#owner.answered(nowMs, firstByteMs, failure);
  }

  #fail(failure: RequestFailure): void {
    const responseStarted = this.#state === 'busy' && this.#firstByteMs !== 0;
    this.destroy();
    this.#owner.failed(this.#transport.clock.monotonicMs(), failure, responseStarted);
  }

  #watch(nowMs: number): void {
    this.deadlineMs = nowMs + this.#transport.timeoutMs;
    if (!this.watched) this.#transport.wheel.watch(this);
  }
}

/** undici's own errors have codes that begin with UND_ERR; its parser's, with HPE. */
function failureOf(error: Error, status: number): RequestFailure {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (error.name === 'HTTPParserError') {
    return { kind: 'protocol', status, message: `bad response${code === '' ? '' : ` (${code})`}` };
  }
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' || (code === 'UND_ERR_SOCKET' && status > 0)) {
    return { kind: 'protocol', status, message: 'closed before the response was whole' };
  }
  if (code === 'UND_ERR_SOCKET') {
    return { kind: 'connection', status: 0, message: 'connection closed before an answer' };
  }
  if (code.startsWith('UND_ERR_HEADERS_OVERFLOW')) {
    return { kind: 'protocol', status, message: 'header block too long' };
  }
  if (code.startsWith('ERR_HTTP2')) return { kind: 'protocol', status, message: `HTTP/2: ${code}` };
  return failureOfSocket(error, true);
}

function bracketed(hostname: string): string {
  return isIP(hostname) === 6 ? `[${hostname}]` : hostname;
}

const mostExcerptBytes = 16_384;
const longestIdleMs = 2_000_000_000;
