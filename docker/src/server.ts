import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { foreignCaller } from '../../src/core/http/foreign-caller.ts';
import { type Admission, createAdmission } from './admission.ts';
import { announcedBytes, discardBody, readBody } from './body.ts';
import { decodeCsv } from './decode-csv.ts';
import { decodeJson, decodeJsonLines } from './decode-json.ts';
import { encodePredictions } from './encode.ts';
import { log, oneLine } from './log.ts';
import type { Model } from './model.ts';
import { csvHeader, mediaTypeOf, type RequestFormat, requestFormat, responseFormat } from './negotiate.ts';
import { RequestError } from './request-error.ts';
import type { Row, RowContext } from './rows.ts';
import type { Settings } from './settings.ts';

/**
 * SageMaker's container contract over HTTP. Listens before there is a model: SageMaker wants sockets accepted within
 * 250 ms, and /ping answered 200 only once the model can answer.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
 */
export interface ServingServer {
  /** Resolves with the port once connections are accepted. @throws Error where it cannot listen */
  listen(): Promise<number>;
  modelLoaded(model: Model): void;
  /** Takes no more connections, finishes the requests in flight, gives up on them after the drain timeout. */
  drain(): Promise<{ abandoned: number }>;
}

type ServerState = { phase: 'loading' } | { phase: 'ready'; model: Model } | { phase: 'stopping' };

export function createServingServer(settings: Settings): ServingServer {
  let state: ServerState = { phase: 'loading' };
  const admission = createAdmission({
    concurrency: settings.concurrency,
    queue: settings.queue,
    maxBufferedBytes: Math.max(134_217_728, 2 * settings.maxBodyBytes),
  });
  const server = createServer(
    {
      requestTimeout: settings.bodyTimeoutMs,
      headersTimeout: Math.min(10_000, settings.bodyTimeoutMs),
      connectionsCheckingInterval: Math.min(1_000, settings.bodyTimeoutMs / 2),
      // Longer than a caller keeps its idle connections, or it would meet a closing one.
      keepAliveTimeout: 75_000,
    },
    (request, response) => {
      response.once('close', () => {
        if (state.phase === 'stopping') server.closeIdleConnections();
      });
      if (state.phase === 'stopping') response.setHeader('Connection', 'close');
      answer(request, response, state, settings, admission).catch((error: unknown) =>
        answerError(request, response, error, settings),
      );
    },
  );
  return {
    listen: () => listen(server, settings),
    modelLoaded(model) {
      if (state.phase === 'loading') state = { phase: 'ready', model };
    },
    async drain() {
      state = { phase: 'stopping' };
      const abandoned = await closeServer(server, admission, settings.drainTimeoutMs);
      return { abandoned };
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  state: ServerState,
  settings: Settings,
  admission: Admission,
): Promise<void> {
  if (settings.loopbackOnly) refuseForeign(request, settings);
  const path = request.url?.split('?', 1)[0];
  if (path === '/ping') {
    allow(request, ['GET', 'HEAD']);
    answerPing(request, response, state);
    return;
  }
  if (path !== '/invocations') {
    throw new RequestError(404, `there is no ${path}; this program serves GET /ping and POST /invocations`);
  }
  allow(request, ['POST']);
  if (state.phase !== 'ready') {
    throw new RequestError(503, `the model is not ready: ${state.phase}`, { 'Retry-After': '1' });
  }
  await answerInvocation(request, response, state.model, settings, admission);
}

function answerPing(request: IncomingMessage, response: ServerResponse, state: ServerState): void {
  const isReady = state.phase === 'ready';
  const body = isReady
    ? { status: 'ready', model: state.model.info.name, backend: state.model.info.backend }
    : { status: state.phase };
  send(
    response,
    isReady ? 200 : 503,
    'application/json',
    request.method === 'HEAD' ? '' : JSON.stringify(body),
  );
}

async function answerInvocation(
  request: IncomingMessage,
  response: ServerResponse,
  model: Model,
  settings: Settings,
  admission: Admission,
): Promise<void> {
  const format = requestFormat(request.headers['content-type']);
  const header = format === 'csv' ? csvHeader(request.headers['content-type']) : undefined;
  const answerFormat = responseFormat(request.headers.accept);
  const ticket = admission.enter(announcedBytes(request, settings.maxBodyBytes));
  try {
    const { text, bytes } = await readBody(request, settings.maxBodyBytes, ticket);
    await ticket.turn();
    const context: RowContext = header === undefined ? model.context : { ...model.context, header };
    const predictions = await model.predict(decoders[format](text, context), bytes);
    send(response, 200, mediaTypeOf(answerFormat), encodePredictions(predictions, answerFormat));
  } finally {
    ticket.leave();
  }
}

const decoders: Record<RequestFormat, (text: string, context: RowContext) => Row[]> = {
  json: decodeJson,
  jsonlines: decodeJsonLines,
  csv: decodeCsv,
};

async function answerError(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  settings: Settings,
): Promise<void> {
  if (!(error instanceof RequestError)) {
    const stack = error instanceof Error ? error.stack : undefined;
    log('request-failed', { error: oneLine(error), stack }, 'error');
  }
  const known =
    error instanceof RequestError ? error : new RequestError(500, `internal error: ${oneLine(error)}`);
  await discardBody(request, 2 * settings.maxBodyBytes);
  if (response.headersSent || response.destroyed) return;
  // An unread body cannot be told from the next request: this connection ends.
  if (!request.complete) response.setHeader('Connection', 'close');
  for (const [name, value] of Object.entries(known.headers)) response.setHeader(name, value);
  send(response, known.status, 'application/json', JSON.stringify({ error: known.message }));
}

/** In a container the port that callers see is the container engine's. */
function refuseForeign(request: IncomingMessage, settings: Settings): void {
  const port = settings.host === '127.0.0.1' ? (request.socket.localPort ?? null) : null;
  const reason = foreignCaller(request.headers, { port });
  if (reason !== undefined) throw new RequestError(403, reason);
}

function allow(request: IncomingMessage, methods: readonly string[]): void {
  if (methods.includes(request.method ?? '')) return;
  const allowed = methods.join(', ');
  throw new RequestError(405, `${request.method} is not allowed here; use ${allowed}`, { Allow: allowed });
}

function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}

function listen(server: Server, settings: Settings): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: settings.host, port: settings.port, backlog: 1_024 }, () => {
      server.removeListener('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : settings.port);
    });
  });
}

/** @returns how many requests were given up */
function closeServer(server: Server, admission: Admission, timeoutMs: number): Promise<number> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      const abandoned = admission.inFlight;
      server.closeAllConnections();
      resolve(abandoned);
    }, timeoutMs);
    server.close(() => {
      clearTimeout(timer);
      resolve(0);
    });
  });
}
