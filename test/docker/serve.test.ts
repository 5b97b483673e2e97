import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { unpackModel } from '../../src/core/model/model-tar.ts';
import { packageRoot } from '../../src/core/package-paths.ts';
import { type ServingProcess, startServing } from './serving-process.ts';

const sampleRequest = readFileSync(join(packageRoot, 'model', 'sample-request.json'), 'utf8');
const featureOrder = ['beak_length_mm', 'beak_depth_mm', 'flipper_length_mm', 'body_mass_g'];
const adelie = [39.1, 18.7, 181, 3750];
const gentoo = [50, 15.2, 218, 5700];

type Body = string | Uint8Array<ArrayBuffer> | ReadableStream;

let scratch: string;
let modelDirectory: string;
const running: ServingProcess[] = [];

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'mlbench-serve-'));
  modelDirectory = join(scratch, 'model');
  await unpackModel(readFileSync(join(packageRoot, 'model', 'model.tar.gz')), modelDirectory);
});

afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((process) => process.stop()));
});

describe.each(['native', 'wasm'])('the sample model on ONNX Runtime, %s', (backend) => {
  let serving: ServingProcess;

  beforeAll(async () => {
    serving = await startServing(modelDirectory, { MLBENCH_BACKEND: backend });
    await serving.event('model-loaded');
  });

  afterAll(async () => {
    expect(await serving.stop()).toMatchObject({ code: 0 });
  });

  test('says which it is, in the log and to /ping', async () => {
    const name = backend === 'native' ? /^onnxruntime-node \d/ : /^onnxruntime-web .*wasm/;
    expect((await serving.event('model-loaded'))['backend']).toMatch(name);
    const ping = await fetch(`${serving.url}/ping`);
    expect(ping.status).toBe(200);
    expect(await ping.json()).toMatchObject({ status: 'ready', model: 'palmer-penguins' });
  });

  test('answers the sample request with label and probabilities', async () => {
    const response = await invoke(serving, sampleRequest);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      predictions: [{ label: 'Adelie', probabilities: { Adelie: 0.984375, Chinstrap: 0.015625, Gentoo: 0 } }],
    });
  });

  test.each<[what: string, contentType: string, body: string]>([
    ['instances', 'application/json', JSON.stringify({ instances: [adelie, gentoo] })],
    ['an array of arrays', 'application/json; charset=utf-8', JSON.stringify([adelie, gentoo])],
    ['objects by feature', 'application/json', JSON.stringify([named(adelie), named(gentoo)])],
    [
      'JSON Lines',
      'application/jsonlines',
      `${JSON.stringify(adelie)}\n\n${JSON.stringify(named(gentoo))}\n`,
    ],
    ['CSV', 'text/csv', `${adelie}\n${gentoo}`],
    ['CSV under a header', 'text/csv', `${featureOrder}\n${adelie}\n${gentoo}\n`],
    ['a byte order mark', 'text/csv', `\uFEFF${adelie}\r\n${gentoo}\r\n`],
  ])('takes %s', async (_, contentType, body) => {
    const response = await invoke(serving, body, { 'content-type': contentType, accept: 'text/csv' });
    expect(response.headers.get('content-type')).toBe('text/csv');
    expect((await response.text()).split('\n').map((line) => line.split(',')[0])).toEqual([
      'Adelie',
      'Gentoo',
      '',
    ]);
  });

  test('answers as JSON Lines, one line an instance', async () => {
    const response = await invoke(serving, JSON.stringify([adelie, gentoo]), {
      accept: 'application/jsonlines',
    });
    const lines = (await response.text()).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { label: string }).label)).toEqual(['Adelie', 'Gentoo']);
  });

  test.each<[status: number, what: string, body: Body, headers: Record<string, string>, message: RegExp]>([
    [400, 'a body that is not JSON', '{"instances":', {}, /the body is not JSON/],
    [400, 'an empty body', '', {}, /the body is empty/],
    [
      400,
      'a missing feature',
      JSON.stringify([named([1, 2, 3])]),
      {},
      /instances\[0\]\.body_mass_g: is missing/,
    ],
    [
      400,
      'a word for a number',
      `1,2,3,4\n1,2,x,4`,
      { 'content-type': 'text/csv' },
      /line 2, flipper_length_mm: "x" is not a number/,
    ],
    [400, 'a bad line', `[1,2,3,4]\nnope`, { 'content-type': 'application/jsonlines' }, /line 2 is not JSON/],
    [400, 'bytes that are not UTF-8', new Uint8Array([0x5b, 0xff, 0x5d]), {}, /not UTF-8/],
    [
      406,
      'an answer nobody can give',
      sampleRequest,
      { accept: 'image/png' },
      /cannot answer as "image\/png"/,
    ],
    [
      415,
      'another content type',
      sampleRequest,
      { 'content-type': 'application/x-npy' },
      /"application\/x-npy" is not supported; send one of application\/json/,
    ],
    [
      415,
      'another charset',
      sampleRequest,
      { 'content-type': 'application/json; charset=utf-16' },
      /charset "utf-16"/,
    ],
    [415, 'a compressed body', sampleRequest, { 'content-encoding': 'gzip' }, /content encoding "gzip"/],
  ])('%i for %s', async (status, _, body, headers, message) => {
    const response = await invoke(serving, body, headers);
    expect(response.status).toBe(status);
    expect(((await response.json()) as { error: string }).error).toMatch(message);
  });
});

describe('the container contract', () => {
  test('sockets are accepted while the model is still to come, and /ping says so', async () => {
    const { serving, letLoad } = await withHeldModel();
    const early = await fetch(`${serving.url}/ping`);
    expect([early.status, await early.json()]).toMatchObject([503, { status: 'loading' }]);
    const refused = await invoke(serving, sampleRequest);
    expect([refused.status, await refused.json()]).toEqual([
      503,
      { error: 'the model is not ready: loading' },
    ]);
    expect(serving.events.map(({ event }) => event)).toEqual(['listening']);
    letLoad();
    await serving.event('model-loaded');
    expect((await fetch(`${serving.url}/ping`)).status).toBe(200);
  });

  test('paths and methods it does not serve are refused by name', async () => {
    const serving = await ready();
    const cases: [method: string, path: string, status: number, allow: string | null][] = [
      ['POST', '/ping', 405, 'GET, HEAD'],
      ['GET', '/invocations', 405, 'POST'],
      ['DELETE', '/invocations', 405, 'POST'],
      ['GET', '/', 404, null],
      ['HEAD', '/ping', 200, null],
      ['GET', '/ping?x=1', 200, null],
    ];
    for (const [method, path, status, allow] of cases) {
      const response = await fetch(`${serving.url}${path}`, { method });
      await response.text();
      expect([method, path, response.status, response.headers.get('allow')]).toEqual([
        method,
        path,
        status,
        allow,
      ]);
    }
  });

  test('a broken model ends the program with one clear line', async () => {
    const broken = mkdtempSync(join(scratch, 'broken-'));
    writeFileSync(join(broken, 'model.onnx'), 'not a model');
    const serving = await start({ SM_MODEL_DIR: broken });
    const { code, stderr } = await serving.ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^model\.onnx is no ONNX model; pass a model in ONNX: .*\n$/);
  });

  test('a bad setting ends it before it listens', async () => {
    await expect(start({ SAGEMAKER_BIND_TO_PORT: '80x' })).rejects.toThrow(
      'SAGEMAKER_BIND_TO_PORT="80x" is not an integer from 0 to 65535',
    );
  });

  test('a port in use is one clear line', async () => {
    const first = await ready();
    await expect(start({ SAGEMAKER_BIND_TO_PORT: String(first.port) })).rejects.toThrow(/EADDRINUSE/);
  });
});

test('ONNX Runtime leaves nothing in the home folder and reports to nobody', async () => {
  const home = mkdtempSync(join(scratch, 'home-'));
  const serving = await ready({
    MLBENCH_BACKEND: 'native',
    HOME: home,
    XDG_CACHE_HOME: join(home, '.cache'),
  });
  await (await invoke(serving, sampleRequest)).text();
  await serving.stop();
  expect(readdirSync(home)).toEqual([]);
  // Its telemetry's own log.
  expect(existsSync(`/tmp/mat-debug-${serving.child.pid}.log`)).toBe(false);
});

describe('limits', () => {
  test('a body over the limit is answered 413, announced or not', async () => {
    const serving = await ready({ MLBENCH_MAX_BODY_BYTES: '100000' });
    const large = 'x'.repeat(150_000);
    const announced = await invoke(serving, large);
    expect([announced.status, await announced.text()]).toEqual([
      413,
      '{"error":"the body is larger than 100000 bytes"}',
    ]);
    const stream = new Blob([large]).stream();
    const chunked = await invoke(serving, stream);
    expect(chunked.status).toBe(413);
    await chunked.text();
    expect((await invoke(serving, sampleRequest)).status).toBe(200);
  });

  test('a body that does not arrive in time is answered 408', async () => {
    const serving = await ready({ MLBENCH_BODY_TIMEOUT_MS: '200' });
    const socket = await open(serving);
    socket.write('POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n[');
    expect(await readAll(socket)).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('a connection that asks nothing in time is bidden farewell with 408', async () => {
    const serving = await ready({ MLBENCH_BODY_TIMEOUT_MS: '200' });
    expect(await readAll(await open(serving))).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('requests beyond concurrency and queue are answered 503 at once, and those within are served', async () => {
    const serving = await ready({ MLBENCH_CONCURRENCY: '1', MLBENCH_QUEUE: '1' });
    const body = sampleRequest;
    const head = `POST /invocations HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
    // Two whose bodies are still to come hold both places.
    const held = [await open(serving), await open(serving)];
    for (const socket of held) socket.write(head);
    const refused = await refusal(serving);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toEqual({ error: 'overloaded: 2 requests are being answered or waiting' });
    for (const socket of held) socket.write(body);
    for (const socket of held) expect(await readAll(socket)).toMatch(/^HTTP\/1\.1 200 /);
    expect((await invoke(serving, body)).status).toBe(200);
  });
});

describe('a web page', () => {
  const page = { Origin: 'https://pages.example', Host: 'pages.example' };

  test('is refused where the program serves one machine alone', async () => {
    const serving = await ready({ MLBENCH_LOOPBACK_ONLY: '1' });
    const hosts = [`Host: 127.0.0.1:${serving.port}`, `Origin: ${page.Origin}`];
    for (const headers of [[`Host: ${page.Host}:${serving.port}`], hosts]) {
      const socket = await open(serving);
      socket.write(`GET /ping HTTP/1.1\r\n${headers.join('\r\n')}\r\nConnection: close\r\n\r\n`);
      expect(await readAll(socket)).toMatch(/^HTTP\/1\.1 403 .*\{"error":"[^"\n]+"\}$/s);
    }
    expect((await fetch(`${serving.url}/ping`)).status).toBe(200);
    await (await invoke(serving, sampleRequest)).text();
  });

  test('is nothing to SageMaker, which may call the program by any name', async () => {
    const serving = await ready();
    const socket = await open(serving);
    socket.write(
      `GET /ping HTTP/1.1\r\nHost: ${page.Host}\r\nOrigin: ${page.Origin}\r\nConnection: close\r\n\r\n`,
    );
    expect(await readAll(socket)).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('SIGTERM', () => {
  test('lets a request in flight finish, then the program exits 0', async () => {
    const serving = await ready();
    const body = sampleRequest;
    const socket = await open(serving);
    socket.write(
      `POST /invocations HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    // 100 Continue: the request has been taken in.
    await new Promise((resolve) => socket.once('data', resolve));
    serving.child.kill('SIGTERM');
    await serving.event('stopping');
    await expect(fetch(`${serving.url}/ping`)).rejects.toThrow();
    socket.write(body);
    const answer = await readAll(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toContain('Adelie');
    expect(await serving.ended).toMatchObject({ code: 0 });
  });

  test('does not wait for idle connections', async () => {
    const serving = await ready();
    // fetch keeps its connection open.
    await (await invoke(serving, sampleRequest)).text();
    expect(await serving.stop()).toMatchObject({ code: 0 });
  });

  test('gives up on a request that does not finish', async () => {
    const serving = await ready({ MLBENCH_DRAIN_TIMEOUT_MS: '100' });
    const socket = await open(serving);
    socket.write(
      'POST /invocations HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n',
    );
    await new Promise((resolve) => socket.once('data', resolve));
    expect(await serving.stop()).toMatchObject({ code: 0 });
    expect(await serving.event('stopped')).toMatchObject({ abandoned: 1, level: 'warning' });
    socket.destroy();
  });

  test('is heeded while the model is loading', async () => {
    const { serving } = await withHeldModel();
    expect(await serving.stop()).toMatchObject({ code: 0 });
    expect(serving.events.map(({ event }) => event)).not.toContain('model-loaded');
  });
});

async function start(environment: Record<string, string> = {}): Promise<ServingProcess> {
  const serving = await startServing(modelDirectory, environment);
  running.push(serving);
  return serving;
}

async function ready(environment: Record<string, string> = {}): Promise<ServingProcess> {
  const serving = await start(environment);
  await serving.event('model-loaded');
  return serving;
}

/** One whose model is still to come until `letLoad` is called. */
async function withHeldModel(): Promise<{ serving: ServingProcess; letLoad: () => void }> {
  const mayLoad = join(mkdtempSync(join(scratch, 'held-')), 'may-load');
  const serving = await start({
    MLBENCH_BACKEND: 'wasm',
    NODE_OPTIONS: `--import ${new URL('./fixtures/held-model.ts', import.meta.url).href}`,
    TEST_MODEL_MAY_LOAD: mayLoad,
  });
  return { serving, letLoad: () => writeFileSync(mayLoad, '') };
}

function invoke(
  serving: ServingProcess,
  body: Body,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${serving.url}/invocations`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body instanceof ReadableStream && { duplex: 'half' as const }),
  });
}

/** Asks until the held requests' heads have arrived and the next one is refused. */
async function refusal(serving: ServingProcess): Promise<Response> {
  for (;;) {
    const response = await invoke(serving, sampleRequest);
    if (response.status === 503) return response;
    await response.text();
  }
}

function open(serving: ServingProcess): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(serving.port, '127.0.0.1', () => resolve(socket));
    socket.once('error', reject);
  });
}

async function readAll(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
}

function named(values: readonly number[]): Record<string, number | undefined> {
  return Object.fromEntries(
    featureOrder.flatMap((name, index) => (index < values.length ? [[name, values[index]]] : [])),
  );
}
