import { request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFront, toEvent } from '../../src/api/front.ts';
import { createLeanInvoker } from '../../src/api/lean-invoker.ts';
import { listenOnLoopback } from '../../src/core/background/background-service.ts';
import { systemClock } from '../../src/core/clock.ts';
import { answerWith, FakeRuntime, refuseWith } from './fake-runtime.ts';

describe('the local front', () => {
  const runtime = new FakeRuntime();
  let front: Server;
  let invoker: ReturnType<typeof createLeanInvoker>;
  let url: string;
  const log: string[] = [];

  beforeAll(async () => {
    await runtime.listen();
    invoker = createLeanInvoker({
      runtimeUrl: runtime.url,
      region: 'us-east-1',
      endpointName: 'mlbench',
      identity: { accessKeyId: 'mlbench', secretAccessKey: 'local' },
      clock: systemClock,
    });
    const identity = { instanceId: 'front-1', pid: 1, version: '0' };
    front = createFront(
      { invoker, clock: systemClock, origins: ['http://localhost:3000'], log: (line) => log.push(line) },
      identity,
    );
    url = `http://127.0.0.1:${await listenOnLoopback(front, 0, '')}`;
  });

  afterAll(async () => {
    front.closeAllConnections();
    front.close();
    await invoker.close();
    await runtime.close();
  });

  beforeEach(() => {
    runtime.answer = answerWith(200, { prediction: 'Gentoo' });
  });

  const evaluateWith = (init: RequestInit = {}) =>
    fetch(`${url}/evaluate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"a":"é"}',
      ...init,
    });

  it('passes a question to the endpoint and the answer back', async () => {
    const response = await evaluateWith();
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ prediction: 'Gentoo' });
    expect(Number(response.headers.get('x-mlbench-upstream-latency-us'))).toBeGreaterThan(0);
    expect(response.headers.get('x-amzn-invoked-production-variant')).toBe('AllTraffic');
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(runtime.seen.at(-1)?.body).toBe('{"a":"é"}');
  });

  it('hands on throttles and errors', async () => {
    runtime.answer = refuseWith(400, 'ThrottlingException', { message: 'Rate exceeded' });
    const throttled = await evaluateWith();
    expect(throttled.status).toBe(429);
    expect(throttled.headers.get('retry-after')).toBe('1');
    expect((await evaluateWith({ body: '{' })).status).toBe(400);
    expect((await evaluateWith({ headers: { 'content-type': 'text/csv' } })).status).toBe(415);
    expect((await fetch(`${url}/evaluate`)).status).toBe(405);
    expect(await (await fetch(`${url}/other?x=1`)).json()).toEqual({ message: 'Not Found' });
  });

  it('answers a preflight without a body, to a page that was given leave', async () => {
    const asked = (origin: string) => fetch(`${url}/evaluate`, { method: 'OPTIONS', headers: { origin } });
    const response = await asked('http://localhost:3000');
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:3000');
    expect(response.headers.get('vary')).toBe('Origin');
    const foreign = await asked('http://localhost:3001');
    expect(foreign.status).toBe(403);
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('refuses the question of a foreign page before it reads it', async () => {
    const before = runtime.seen.length;
    const headers = { 'content-type': 'application/json', origin: 'null' };
    const response = await evaluateWith({ headers });
    expect(response.status).toBe(403);
    expect(await response.text()).toBe('the web page at null may not call this server\n');
    expect(runtime.seen).toHaveLength(before);
  });

  it('says at the health path who it is', async () => {
    expect(await (await fetch(`${url}/_mlbench/health`)).json()).toMatchObject({ instanceId: 'front-1' });
  });

  it('refuses a body that is too large, whether its length is announced or not', async () => {
    const announced = await post(url, { 'content-length': '7000000' }, []);
    expect(announced.status).toBe(413);
    const chunk = Buffer.alloc(1_000_000, ' ');
    const streamed = await post(url, { 'transfer-encoding': 'chunked' }, Array(7).fill(chunk));
    expect(streamed.status).toBe(413);
    expect(JSON.parse(streamed.body)).toMatchObject({ Code: 'PayloadTooLarge' });
  });

  it('takes a body of exactly the limit', async () => {
    const body = `"${'x'.repeat(6_291_456 - 2)}"`;
    expect((await evaluateWith({ body })).status).toBe(200);
    expect(runtime.seen.at(-1)?.body).toHaveLength(6_291_456);
  });

  it('survives callers that talk nonsense or hang up', async () => {
    const reply = await rawExchange(Number(new URL(url).port), 'NONSENSE\r\n\r\n');
    expect(reply).toContain('400 Bad Request');
    await rawExchange(
      Number(new URL(url).port),
      'POST /evaluate HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{',
      true,
    );
    expect((await evaluateWith()).status).toBe(200);
    expect(log).toEqual([]);
  });
});

describe('a payload 2.0 event', () => {
  const socket = { remoteAddress: '127.0.0.1' };

  it('carries method, path, query, headers and text', () => {
    const event = toEvent(
      {
        method: 'POST',
        url: '/evaluate?a=1&b=%20',
        httpVersion: '1.1',
        headers: { host: 'localhost:8000', 'content-type': 'application/json', 'set-cookie': ['a', 'b'] },
        socket,
      },
      Buffer.from('{"é":1}'),
      'request-1',
      1_700_000_000_000,
    );
    expect(event).toMatchObject({
      version: '2.0',
      rawPath: '/evaluate',
      rawQueryString: 'a=1&b=%20',
      headers: { 'set-cookie': 'a,b' },
      body: '{"é":1}',
      isBase64Encoded: false,
      requestContext: {
        requestId: 'request-1',
        stage: '$default',
        http: { method: 'POST', path: '/evaluate' },
      },
    });
  });

  it('carries what is not text in base64, and leaves out an empty body', () => {
    const request = { method: 'POST', url: '/evaluate', httpVersion: '1.1', headers: {}, socket };
    expect(toEvent(request, Buffer.from([255, 0]), 'r', 0)).toMatchObject({
      body: '/wA=',
      isBase64Encoded: true,
    });
    expect(toEvent(request, Buffer.alloc(0), 'r', 0)).not.toHaveProperty('body');
  });
});

function post(
  url: string,
  headers: IncomingHttpHeaders,
  chunks: Buffer[],
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${url}/evaluate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
    });
    request.on('response', (response) => {
      let body = '';
      response.on('data', (data) => {
        body += data;
      });
      response.on('end', () => {
        request.destroy();
        resolve({ status: response.statusCode ?? 0, body });
      });
    });
    request.on('error', reject);
    for (const chunk of chunks) request.write(chunk);
    if (chunks.length > 0) request.end();
    else request.flushHeaders();
  });
}

function rawExchange(port: number, text: string, hangUp = false): Promise<string> {
  return new Promise((resolve) => {
    let reply = '';
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(text, () => {
        if (hangUp) socket.destroy();
      });
    });
    socket.on('data', (data) => {
      reply += data;
    });
    socket.on('close', () => resolve(reply));
    socket.on('error', () => {});
  });
}
