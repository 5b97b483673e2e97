import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/api/evaluate.ts';
import type { Invocation, InvocationRequest, Refusal } from '../../src/api/model-invoker.ts';
import type { HttpApiEvent } from '../../src/api/payload.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { httpApiEvent } from './fake-runtime.ts';

const answered: Invocation = {
  kind: 'answered',
  body: Buffer.from('{"prediction":"Adelie"}'),
  contentType: 'application/json',
  variant: 'AllTraffic',
};

describe('the routes', () => {
  it('greet at the root', async () => {
    const { response, calls } = await ask(httpApiEvent({ method: 'GET', path: '/' }));
    expect(response.statusCode).toBe(200);
    expect(bodyOf(response)['message']).toContain('/evaluate');
    expect(calls).toHaveLength(0);
  });

  it.each([
    ['PUT', '/evaluate', 'POST, OPTIONS'],
    ['GET', '/evaluate', 'POST, OPTIONS'],
    ['POST', '/', 'GET, OPTIONS'],
  ])('refuse %s %s and say what is allowed', async (method, path, allow) => {
    const { response } = await ask(httpApiEvent({ method, path }), answered, { origins: ['*'] });
    expect(response.statusCode).toBe(405);
    expect(response.headers['allow']).toBe(allow);
    expect(bodyOf(response)).toMatchObject({
      Code: 'MethodNotAllowedError',
      Message: `Unsupported method: ${method}`,
    });
  });

  it.each(['/nope', '/evaluate/', '/constructor', '//evaluate'])('do not know %s', async (path) => {
    const { response } = await ask(httpApiEvent({ path }));
    expect(response.statusCode).toBe(404);
    expect(bodyOf(response)).toEqual({ message: 'Not Found' });
  });

  it('are found behind a named stage', async () => {
    const { response } = await ask(httpApiEvent({ path: '/prod/evaluate', stage: 'prod' }));
    expect(response.statusCode).toBe(200);
    const root = await ask(httpApiEvent({ method: 'GET', path: '/prod', stage: 'prod' }));
    expect(root.response.statusCode).toBe(200);
  });

  it('let browsers of any origin ask first, where any may', async () => {
    const { response, calls } = await ask(httpApiEvent({ method: 'OPTIONS' }), answered, { origins: ['*'] });
    expect(response.statusCode).toBe(204);
    expect(response.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'POST,OPTIONS',
    });
    expect(response.headers['access-control-allow-headers']).toContain('Content-Type');
    expect(calls).toHaveLength(0);
    const { response: answer } = await ask(httpApiEvent(), answered, { origins: ['*'] });
    expect(answer.headers).toMatchObject({ 'access-control-allow-origin': '*' });
  });

  it('let no browser ask where no origin may', async () => {
    const { response } = await ask(httpApiEvent({ method: 'OPTIONS' }));
    expect(response.statusCode).toBe(405);
    expect(response.headers['allow']).toBe('POST');
    const { response: answer } = await ask(httpApiEvent());
    const cors = [...Object.keys(response.headers), ...Object.keys(answer.headers)].filter((name) =>
      name.startsWith('access-control-'),
    );
    expect(cors).toEqual([]);
  });
});

describe('a valid request', () => {
  it('reaches the model byte for byte, and its answer comes back with its variant', async () => {
    const { response, calls } = await ask(httpApiEvent({ body: ' {"features": [1.0, "é"]}' }));
    expect(Buffer.from(calls[0]?.body ?? []).toString()).toBe(' {"features": [1.0, "é"]}');
    expect(calls[0]).toMatchObject({ contentType: 'application/json', accept: 'application/json' });
    expect(response).toMatchObject({
      statusCode: 200,
      body: '{"prediction":"Adelie"}',
      isBase64Encoded: false,
    });
    expect(response.headers).toMatchObject({
      'content-type': 'application/json',
      'x-amzn-invoked-production-variant': 'AllTraffic',
      'x-request-id': 'request-1',
    });
  });

  it('may come in base64, and with a charset', async () => {
    const { calls } = await ask(
      httpApiEvent({
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: Buffer.from('[1]').toString('base64'),
        isBase64Encoded: true,
      }),
    );
    expect(Buffer.from(calls[0]?.body ?? []).toString()).toBe('[1]');
  });

  it('gets an answer that is not text in base64', async () => {
    const { response } = await ask(httpApiEvent(), {
      ...answered,
      body: Buffer.from([0, 255, 1]),
      contentType: 'application/octet-stream',
    });
    expect(response).toMatchObject({ isBase64Encoded: true, body: 'AP8B' });
  });

  it('is told how long the endpoint took', async () => {
    const clock = new ManualClock(1_000);
    const pending = ask(httpApiEvent(), answered, { clock, takesMs: 12.5 });
    await clock.advance(12.5);
    expect((await pending).response.headers['x-mlbench-upstream-latency-us']).toBe('12500');
  });
});

describe('input that never reaches the model', () => {
  it.each([
    ['no content type', { headers: {} }, 415, 'UnsupportedMediaType'],
    ['a form', { headers: { 'content-type': 'text/plain' } }, 415, 'UnsupportedMediaType'],
    ['a look-alike type', { headers: { 'content-type': 'application/jsonx' } }, 415, 'UnsupportedMediaType'],
    ['malformed JSON', { body: '{"a":' }, 400, 'BadRequestError'],
    ['an empty body', { body: '' }, 400, 'BadRequestError'],
    ['more than an endpoint takes', { body: `"${'x'.repeat(6_291_456)}"` }, 413, 'PayloadTooLarge'],
  ])('%s', async (_what, change, status, code) => {
    const { response, calls } = await ask(httpApiEvent(change));
    expect(response.statusCode).toBe(status);
    expect(bodyOf(response)).toMatchObject({ Code: code, RequestId: 'request-1' });
    expect(calls).toHaveLength(0);
  });

  it('echoes no more than the start of a hostile content type', async () => {
    const { response } = await ask(httpApiEvent({ headers: { 'content-type': 'x'.repeat(100_000) } }));
    expect(response.body.length).toBeLessThan(500);
  });
});

describe('what the endpoint refuses', () => {
  it.each<[string, Partial<Refusal>, number, string, string | undefined]>([
    ['a throttle (HTTP 400)', { code: 'ThrottlingException', status: 400 }, 429, 'TooManyRequestsError', '1'],
    [
      'a throttle with its own delay',
      { code: 'Throttling', status: 400, retryAfterSeconds: 7 },
      429,
      'TooManyRequestsError',
      '7',
    ],
    ['any 429', { code: '', status: 429 }, 429, 'TooManyRequestsError', '1'],
    [
      'a model not ready',
      { code: 'ModelNotReadyException', status: 429 },
      429,
      'ModelNotReadyException',
      '5',
    ],
    ['a 503', { code: 'ServiceUnavailable', status: 503 }, 503, 'ServiceUnavailable', '1'],
    [
      'a dependency',
      { code: 'InternalDependencyException', status: 530 },
      530,
      'InternalDependencyException',
      undefined,
    ],
    ['an internal failure', { code: 'InternalFailure', status: 500 }, 500, 'InternalFailure', undefined],
    [
      'invalid input',
      { code: 'ValidationError', status: 400, message: 'bad' },
      400,
      'BadRequestError',
      undefined,
    ],
    [
      'a missing endpoint',
      { code: 'ValidationError', status: 400, message: 'Endpoint x of account 1 not found.' },
      503,
      'ServiceUnavailable',
      undefined,
    ],
    [
      'the API itself being refused',
      { code: 'AccessDeniedException', status: 403 },
      500,
      'InternalFailure',
      undefined,
    ],
    ['a payload too large', { code: '', status: 413 }, 413, 'PayloadTooLarge', undefined],
  ])('%s', async (_what, refusal, status, code, retryAfter) => {
    const { response } = await ask(httpApiEvent(), refused(refusal));
    expect(response.statusCode).toBe(status);
    expect(bodyOf(response)).toMatchObject({ Code: code, RequestId: 'request-1' });
    expect(response.headers['retry-after']).toBe(retryAfter);
    expect(response.headers['x-mlbench-upstream-latency-us']).toMatch(/^\d+$/);
  });

  it('passes a model error on with the original status and message', async () => {
    const { response } = await ask(
      httpApiEvent(),
      refused({
        code: 'ModelError',
        status: 424,
        originalStatusCode: 503,
        originalMessage: '{"error":"queue full"}',
      }),
    );
    expect(response.statusCode).toBe(424);
    expect(bodyOf(response)).toEqual({
      Code: 'ModelError',
      Message: 'The model answered with status 503: queue full',
      OriginalStatusCode: 503,
      OriginalMessage: '{"error":"queue full"}',
      RequestId: 'request-1',
    });
  });

  it.each(['{"error":"12 features wanted"}', '{"message":"12 features wanted"}', '12 features wanted'])(
    "gives the model's 400 back as the caller's: %s",
    async (originalMessage) => {
      const { response } = await ask(
        httpApiEvent(),
        refused({ code: 'ModelError', status: 424, originalStatusCode: 400, originalMessage }),
      );
      expect(response.statusCode).toBe(400);
      expect(bodyOf(response)).toMatchObject({ Code: 'BadRequestError', Message: '12 features wanted' });
    },
  );

  it('keeps account numbers and addresses out of the answer and in the log', async () => {
    const secret = 'arn:aws:sts::123456789012:assumed-role/api is not authorized';
    const { response, log } = await ask(
      httpApiEvent(),
      refused({ code: 'AccessDeniedException', status: 403, message: secret }),
    );
    expect(response.body).not.toContain('123456789012');
    expect(log.join()).toContain(secret);
    expect(log.join()).toContain('request-1');
  });

  it('answers 503 where the endpoint cannot be reached', async () => {
    const reason = 'connect ECONNREFUSED 10.0.0.1:443';
    const { response, log } = await ask(httpApiEvent(), { kind: 'unreachable', reason });
    expect(response.statusCode).toBe(503);
    expect(response.body).not.toContain('10.0.0.1');
    expect(log.join()).toContain(reason);
  });
});

describe('trouble of its own', () => {
  it('answers 504 before the gateway gives up, and ends the call', async () => {
    const clock = new ManualClock();
    const calls: InvocationRequest[] = [];
    const pending = evaluate(httpApiEvent(), {
      clock,
      origins: [],
      log: () => {},
      invoker: {
        invoke: (request) => {
          calls.push(request);
          return new Promise((_resolve, reject) => {
            request.signal.addEventListener('abort', () => reject(request.signal.reason));
          });
        },
      },
    });
    await clock.advance(28_000);
    const response = await pending;
    expect(response.statusCode).toBe(504);
    expect(bodyOf(response)).toMatchObject({ Code: 'GatewayTimeoutError', RequestId: 'request-1' });
    expect(calls[0]?.signal.aborted).toBe(true);
  });

  it('never shows a raw exception', async () => {
    const log: string[] = [];
    const response = await evaluate(httpApiEvent(), {
      clock: new ManualClock(),
      origins: [],
      log: (line) => log.push(line),
      invoker: { invoke: () => Promise.reject(new TypeError('secret internals')) },
    });
    expect(response.statusCode).toBe(500);
    expect(bodyOf(response)).toEqual({
      Code: 'InternalServerError',
      Message: 'An internal server error occurred.',
      RequestId: 'request-1',
    });
    expect(log.join()).toContain('secret internals');
  });
});

async function ask(
  event: HttpApiEvent,
  invocation: Invocation = answered,
  how: { clock?: ManualClock; takesMs?: number; origins?: string[] } = {},
) {
  const clock = how.clock ?? new ManualClock();
  const calls: InvocationRequest[] = [];
  const log: string[] = [];
  const response = await evaluate(event, {
    clock,
    origins: how.origins ?? [],
    log: (line) => log.push(line),
    invoker: {
      invoke: (request) => {
        calls.push(request);
        const { takesMs } = how;
        if (takesMs === undefined) return Promise.resolve(invocation);
        return new Promise((resolve) => clock.after(takesMs, () => resolve(invocation)));
      },
    },
  });
  return { response, calls, log };
}

function refused(change: Partial<Refusal>): Refusal {
  return {
    kind: 'refused',
    code: 'InternalFailure',
    status: 500,
    message: '',
    originalStatusCode: null,
    originalMessage: null,
    retryAfterSeconds: null,
    ...change,
  };
}

function bodyOf(response: { body: string }): Record<string, unknown> {
  return JSON.parse(response.body);
}
