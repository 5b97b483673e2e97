import type { Clock } from '../core/clock.ts';
import { type ApiError, explainRefusal, payloadTooLarge, unavailable } from './api-errors.ts';
import { preflight, withCrossOrigin } from './cross-origin.ts';
import type { ModelInvoker } from './model-invoker.ts';
import { type HttpApiEvent, type HttpApiResponse, isTextType, maxPayloadBytes } from './payload.ts';

export interface EvaluateDeps {
  invoker: ModelInvoker;
  clock: Clock;
  /** Whose web pages may call and read answers, beside the API's own: `*` is everybody's. */
  origins: readonly string[];
  /** The operator's log: one line, with the request id, of what callers are not told. */
  log(line: string): void;
}

/**
 * The gateway gives up after 29 seconds; this answers before, so that the caller gets our words and the call is ended.
 */
export const answerWithinMs = 28_000;

/**
 * The REST API: `GET /` says what this is, `POST /evaluate` passes JSON to the model and its answer back. Errors are
 * `{"Code","Message","RequestId"}`; an unknown route is the HTTP API's own `{"message":"Not Found"}`. Never rejects.
 *
 * @param withinMs how long the answer may take
 */
export async function evaluate(
  event: HttpApiEvent,
  deps: EvaluateDeps,
  withinMs = answerWithinMs,
): Promise<HttpApiResponse> {
  return withCrossOrigin(await answer(event, deps, withinMs), event.headers['origin'], deps.origins);
}

async function answer(event: HttpApiEvent, deps: EvaluateDeps, withinMs: number): Promise<HttpApiResponse> {
  const requestId = event.requestContext.requestId;
  try {
    const routed = route(event, deps.origins.length > 0);
    if (routed === 'invoke') return await invokeModel(event, deps, withinMs);
    return withRequestId(routed, requestId);
  } catch (error) {
    deps.log(`${requestId} ${error instanceof Error ? error.stack : String(error)}`);
    return errorResponse(requestId, {
      status: 500,
      code: 'InternalServerError',
      message: 'An internal server error occurred.',
    });
  }
}

/** An answer with the API's error body and headers; for the front, where a body never becomes an event. */
export function errorResponse(requestId: string, error: ApiError): HttpApiResponse {
  const body = { Code: error.code, Message: error.message, ...error.details, RequestId: requestId };
  return withRequestId(jsonResponse(error.status, body, error.headers), requestId);
}

const routes: Record<string, readonly string[]> = {
  '/': ['GET'],
  '/evaluate': ['POST'],
};

/** @param isCrossOrigin pages of other origins may ask whether they may call */
function route(event: HttpApiEvent, isCrossOrigin: boolean): HttpApiResponse | 'invoke' {
  const { method } = event.requestContext.http;
  const path = pathWithoutStage(event);
  const methods = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (!methods) return jsonResponse(404, { message: 'Not Found' });
  const taken = isCrossOrigin ? [...methods, 'OPTIONS'] : methods;
  if (isCrossOrigin && method === 'OPTIONS') return preflight(taken);
  if (!methods.includes(method)) {
    return errorResponse(event.requestContext.requestId, {
      status: 405,
      code: 'MethodNotAllowedError',
      message: `Unsupported method: ${method}`,
      headers: { allow: taken.join(', ') },
    });
  }
  if (path === '/evaluate') return 'invoke';
  return jsonResponse(200, {
    message: 'mlbench: POST JSON to /evaluate, and the model behind the endpoint answers.',
  });
}

async function invokeModel(
  event: HttpApiEvent,
  deps: EvaluateDeps,
  withinMs: number,
): Promise<HttpApiResponse> {
  const requestId = event.requestContext.requestId;
  const input = readJson(event);
  if ('status' in input) return errorResponse(requestId, input);
  const startMs = deps.clock.monotonicMs();
  const invocation = await withDeadline(deps.clock, withinMs, (signal) =>
    deps.invoker.invoke({ ...input, accept: 'application/json', signal }),
  );
  const upstream = {
    'x-mlbench-upstream-latency-us': String(Math.round((deps.clock.monotonicMs() - startMs) * 1_000)),
  };
  if (invocation === 'late') {
    return errorResponse(requestId, {
      status: 504,
      code: 'GatewayTimeoutError',
      message: `The model did not answer within ${withinMs / 1_000} s.`,
      headers: upstream,
    });
  }
  if (invocation.kind === 'answered') {
    const { body, contentType, variant } = invocation;
    const isText = isTextType(contentType);
    return {
      statusCode: 200,
      headers: {
        'content-type': contentType,
        'x-request-id': requestId,
        ...upstream,
        ...(variant === null ? {} : { 'x-amzn-invoked-production-variant': variant }),
      },
      body: Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString(isText ? 'utf8' : 'base64'),
      isBase64Encoded: !isText,
    };
  }
  const error =
    invocation.kind === 'refused'
      ? explainRefusal(invocation)
      : {
          ...unavailable('The model cannot be reached at the moment; try again.'),
          logged: invocation.reason,
        };
  if (error.logged) deps.log(`${requestId} ${error.logged}`);
  return errorResponse(requestId, { ...error, headers: { ...error.headers, ...upstream } });
}

/** The body as it goes to the model: JSON that has been parsed once, so that what is malformed never costs a call. */
function readJson(event: HttpApiEvent): { body: Uint8Array; contentType: string } | ApiError {
  const contentType = event.headers['content-type'] ?? '';
  if (!/^\s*application\/json\s*(;|$)/i.test(contentType)) {
    return {
      status: 415,
      code: 'UnsupportedMediaType',
      message: `Unsupported media type: ${contentType.slice(0, 200) || '(none)'}; send application/json`,
    };
  }
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (body.length > maxPayloadBytes) return payloadTooLarge();
  try {
    JSON.parse(event.isBase64Encoded ? body.toString('utf8') : (event.body ?? ''));
  } catch {
    return {
      status: 400,
      code: 'BadRequestError',
      message: body.length === 0 ? 'The body is empty; send JSON.' : 'The body is not valid JSON.',
    };
  }
  return { body, contentType: 'application/json' };
}

/** What the work gives, or `late`; a late work is aborted, and what becomes of it is nobody's business any more. */
async function withDeadline<T>(
  clock: Clock,
  withinMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | 'late'> {
  const abort = new AbortController();
  let isLate = false;
  const timer = clock.after(withinMs, () => {
    isLate = true;
    abort.abort();
  });
  try {
    const aborted = new Promise<'late'>((resolve) => {
      abort.signal.onabort = () => resolve('late');
    });
    return await Promise.race([work(abort.signal), aborted]);
  } catch (error) {
    if (isLate) return 'late';
    throw error;
  } finally {
    timer.cancel();
  }
}

/** With a named stage the gateway hands over `/prod/evaluate`. */
function pathWithoutStage(event: HttpApiEvent): string {
  const { stage } = event.requestContext;
  const path = event.rawPath || '/';
  const prefix = `/${stage}`;
  if (stage === '$default' || (path !== prefix && !path.startsWith(`${prefix}/`))) return path;
  return path.slice(prefix.length) || '/';
}

function jsonResponse(statusCode: number, body: unknown, headers?: Record<string, string>): HttpApiResponse {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    isBase64Encoded: false,
  };
}

function withRequestId(response: HttpApiResponse, requestId: string): HttpApiResponse {
  response.headers['x-request-id'] = requestId;
  return response;
}
