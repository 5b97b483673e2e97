import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLeanInvoker } from '../../src/api/lean-invoker.ts';
import type { ModelInvoker } from '../../src/api/model-invoker.ts';
import { createSdkInvoker } from '../../src/api/sdk-invoker.ts';
import { systemClock } from '../../src/core/clock.ts';
import { answerWith, FakeRuntime, refuseWith } from './fake-runtime.ts';

const identity = { accessKeyId: 'mlbench', secretAccessKey: 'local' };

describe.each(['lean', 'sdk'])('the %s invoker', (kind) => {
  let runtime: FakeRuntime;
  let invoker: ModelInvoker;
  let close: () => unknown;

  beforeAll(async () => {
    runtime = new FakeRuntime();
    await runtime.listen();
    if (kind === 'lean') {
      const lean = createLeanInvoker({
        runtimeUrl: runtime.url,
        region: 'us-east-1',
        endpointName: 'mlbench',
        identity,
        clock: systemClock,
      });
      invoker = lean;
      close = () => lean.close();
    } else {
      const client = new SageMakerRuntimeClient({
        endpoint: runtime.url,
        region: 'us-east-1',
        credentials: identity,
        maxAttempts: 1,
      });
      invoker = createSdkInvoker(client, 'mlbench');
      close = () => client.destroy();
    }
  });

  afterAll(async () => {
    await close();
    await runtime.close();
  });

  beforeEach(() => {
    runtime.seen.length = 0;
    runtime.answer = answerWith(200, { prediction: 'Gentoo' });
  });

  const invoke = (signal = new AbortController().signal) =>
    invoker.invoke({
      body: Buffer.from('{"a":"é"}'),
      contentType: 'application/json',
      accept: 'application/json',
      signal,
    });

  it('sends a signed InvokeEndpoint and reads the answer', async () => {
    const invocation = await invoke();
    expect(invocation).toMatchObject({
      kind: 'answered',
      contentType: 'application/json',
      variant: 'AllTraffic',
    });
    if (invocation.kind === 'answered') {
      expect(Buffer.from(invocation.body).toString()).toBe('{"prediction":"Gentoo"}');
    }
    const [seen] = runtime.seen;
    expect(seen).toMatchObject({ method: 'POST', path: '/endpoints/mlbench/invocations', body: '{"a":"é"}' });
    expect(seen?.headers).toMatchObject({ 'content-type': 'application/json', accept: 'application/json' });
    expect(seen?.headers['authorization']).toMatch(
      /^AWS4-HMAC-SHA256 Credential=mlbench\/\d{8}\/us-east-1\/sagemaker\/aws4_request/,
    );
  });

  it('reads a model error with what the container said', async () => {
    runtime.answer = refuseWith(424, 'ModelError', {
      message: 'Received server error (503) from primary',
      OriginalStatusCode: 503,
      OriginalMessage: 'queue full',
    });
    expect(await invoke()).toEqual({
      kind: 'refused',
      code: 'ModelError',
      status: 424,
      message: 'Received server error (503) from primary',
      originalStatusCode: 503,
      originalMessage: 'queue full',
      retryAfterSeconds: null,
    });
  });

  it.each([
    ['ThrottlingException', 400, 'Rate exceeded'],
    ['ModelNotReadyException', 429, 'not ready'],
    ['ValidationError', 400, 'bad input'],
    ['ServiceUnavailable', 503, 'try later'],
    ['InternalDependencyException', 530, 'dependency'],
    ['InternalFailure', 500, 'oops'],
    ['AccessDeniedException', 403, 'no'],
  ])('reads %s and asks only once', async (code, status, message) => {
    runtime.answer = refuseWith(status, code, { message }, { 'retry-after': '3' });
    expect(await invoke()).toMatchObject({ kind: 'refused', code, status, message, retryAfterSeconds: 3 });
    expect(runtime.seen).toHaveLength(1);
  });

  it('says that a connection broke', async () => {
    runtime.answer = (response) => response.destroy();
    expect(await invoke()).toMatchObject({ kind: 'unreachable' });
  });

  it('gives up when it is told to', async () => {
    const abort = new AbortController();
    runtime.answer = () => abort.abort();
    await expect(invoke(abort.signal)).rejects.toThrow();
    await expect(invoke(AbortSignal.abort())).rejects.toThrow();
  });
});

describe('the lean invoker', () => {
  it('holds no caller back: 200 calls at once are 200 calls at the runtime', async () => {
    const runtime = new FakeRuntime();
    await runtime.listen();
    const invoker = createLeanInvoker({
      runtimeUrl: runtime.url,
      region: 'us-east-1',
      endpointName: 'mlbench',
      identity,
      clock: systemClock,
    });
    const waiting: (() => void)[] = [];
    runtime.answer = (response) => {
      waiting.push(() => answerWith(200, {})(response));
      // Nobody is answered until all have asked.
      if (waiting.length === 200) for (const release of waiting) release();
    };
    const signal = new AbortController().signal;
    const calls = Array.from({ length: 200 }, () =>
      invoker.invoke({ body: Buffer.from('1'), contentType: 'application/json', accept: '*/*', signal }),
    );
    expect((await Promise.all(calls)).every((call) => call.kind === 'answered')).toBe(true);
    await invoker.close();
    await runtime.close();
  });

  it('says that nobody listens', async () => {
    const invoker = createLeanInvoker({
      runtimeUrl: 'http://127.0.0.1:1',
      region: 'us-east-1',
      endpointName: 'mlbench',
      identity,
      clock: systemClock,
    });
    const signal = new AbortController().signal;
    const call = { body: Buffer.from('1'), contentType: 'application/json', accept: '*/*', signal };
    expect(await invoker.invoke(call)).toMatchObject({ kind: 'unreachable' });
    await invoker.close();
  });
});
