import { type Dispatcher, Pool } from 'undici';
import type { Clock } from '../core/clock.ts';
import { type SigningCredentials, sha256Hex, signRequest } from '../core/sigv4.ts';
import {
  type Invocation,
  type InvocationRequest,
  type ModelInvoker,
  type Refusal,
  readRetryAfter,
} from './model-invoker.ts';

export interface LeanInvokerOptions {
  /** Base URL of the SageMaker runtime. */
  runtimeUrl: string;
  region: string;
  endpointName: string;
  identity: SigningCredentials;
  clock: Clock;
}

/**
 * InvokeEndpoint without the SDK's middleware: the front stands in the path of load tests, and its own cost must not be
 * what they measure. Speaks restJson1 and signs like the SDK, at about a seventh of its CPU time; opens as many
 * connections as there are calls in flight, where the SDK's handler would hold 200 users at 50.
 */
export function createLeanInvoker(options: LeanInvokerOptions): ModelInvoker & { close(): Promise<void> } {
  const url = new URL(options.runtimeUrl);
  const path = `/endpoints/${encodeURIComponent(options.endpointName)}/invocations`;
  const scope = { region: options.region, service: 'sagemaker' };
  const pool = new Pool(url.origin, {
    connections: maxConnections,
    pipelining: 1,
    // The handler's own deadline ends a call sooner.
    headersTimeout: 60_000,
    bodyTimeout: 60_000,
    connect: { timeout: 3_000 },
  });
  return {
    invoke: (request) =>
      new Promise((resolve, reject) => {
        const payloadHash = sha256Hex(request.body);
        const signable = { method: 'POST', path, headers: { host: url.host }, payloadHash };
        const headers = {
          ...signRequest(signable, scope, options.identity, options.clock.nowMs()),
          'content-type': request.contentType,
          accept: request.accept,
        };
        const handler = new AnswerReader(request.signal, resolve, reject);
        pool.dispatch({ path, method: 'POST', headers, body: request.body, idempotent: false }, handler);
      }),
    close: () => pool.destroy(),
  };
}

/** More than any load test of one machine keeps in flight; beyond it a call waits for a connection. */
const maxConnections = 4_096;
/** An endpoint answers with at most 6 MB; what is longer is no endpoint. */
const maxAnswerBytes = 16_777_216;

/** Lives for one call: collects the answer, or ends the call when the caller's signal aborts. */
class AnswerReader implements Dispatcher.DispatchHandler {
  readonly #signal: InvocationRequest['signal'];
  readonly #resolve: (invocation: Invocation) => void;
  readonly #reject: (reason: unknown) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: Record<string, string | string[] | undefined> = {};
  #chunks: Buffer[] = [];
  #length = 0;

  constructor(
    signal: AbortSignal,
    resolve: (invocation: Invocation) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    signal.addEventListener('abort', this.#abort, { once: true });
  }

  readonly #abort = () => {
    this.#controller?.abort(new Error('the call was given up'));
  };

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#signal.aborted) this.#abort();
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    statusCode: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#status = statusCode;
    this.#headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#length += chunk.length;
    if (this.#length > maxAnswerBytes) controller.abort(new Error('the answer is too long'));
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#stopListening();
    const body = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
    if (this.#status !== 200) {
      this.#resolve(readRefusal(this.#status, this.#headers, body.toString('utf8')));
      return;
    }
    this.#resolve({
      kind: 'answered',
      body,
      contentType: one(this.#headers['content-type']) ?? 'application/json',
      variant: one(this.#headers['x-amzn-invoked-production-variant']) ?? null,
    });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#stopListening();
    if (this.#signal.aborted) this.#reject(error);
    else this.#resolve({ kind: 'unreachable', reason: error.message });
  }

  #stopListening(): void {
    this.#signal.removeEventListener('abort', this.#abort);
  }
}

/** restJson1: the code is in `x-amzn-errortype` (up to a colon) or the body's `__type` or `code`. */
function readRefusal(
  status: number,
  headers: Record<string, string | string[] | undefined>,
  text: string,
): Refusal {
  const body = parseObject(text);
  const code = one(headers['x-amzn-errortype']) ?? stringIn(body, '__type', 'code', 'Code') ?? '';
  return {
    kind: 'refused',
    code: code.split(':')[0]?.split('#').at(-1) ?? '',
    status,
    message: stringIn(body, 'message', 'Message') ?? '',
    originalStatusCode: typeof body['OriginalStatusCode'] === 'number' ? body['OriginalStatusCode'] : null,
    originalMessage: stringIn(body, 'OriginalMessage') ?? null,
    retryAfterSeconds: readRetryAfter(one(headers['retry-after'])),
  };
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function stringIn(body: Record<string, unknown>, ...names: string[]): string | undefined {
  return names.map((name) => body[name]).find((value) => typeof value === 'string');
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
