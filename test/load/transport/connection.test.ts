import { createSecureContext } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../../src/core/clock.ts';
import { contentOfBytes } from '../../../src/core/content.ts';
import { prepareRequest } from '../../../src/load/request/request.ts';
import { Connection, type ConnectionOwner, type Transport } from '../../../src/load/transport/connection.ts';
import { createAddressBook } from '../../../src/load/transport/exchange/address-book.ts';
import type { RequestFailure } from '../../../src/load/transport/exchange/failure.ts';
import { createTimerWheel } from '../../../src/load/transport/exchange/timer-wheel.ts';
import { noTransportCounts } from '../../../src/load/transport/exchange/transport.ts';
import { eventually } from '../../support/eventually.ts';
import { testCertificate } from '../support/certificate.ts';
import { contents, planFor } from '../support/plan.ts';
import { type Answer, type KnownServer, response, startServer } from '../support/servers.ts';

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function serverWith(answer: Answer, options: { tls?: boolean } = {}): Promise<KnownServer> {
  const server = await startServer(answer, options);
  cleanups.push(server.close);
  return server;
}

type Told =
  | { told: 'opened' }
  | { told: 'answered'; failure: RequestFailure | null; firstByteMs: number; atMs: number }
  | { told: 'failed'; failure: RequestFailure; responseStarted: boolean };

/** A connection whose owner can be awaited, one event at a time. */
function clientOf(
  url: string,
  options: {
    timeoutMs?: number;
    ca?: string;
    body?: Buffer;
    addresses?: string[];
    clock?: Clock;
    listenMs?: number;
  } = {},
) {
  const wheel = createTimerWheel(systemClock, 5);
  const request = options.body
    ? prepareRequest(planFor(url, { body: contentOfBytes(options.body, 'body') }), {
        [contentOfBytes(options.body, 'body').sha256]: { bytes: options.body },
      })
    : prepareRequest(planFor(url), contents);
  const told: Told[] = [];
  let wake = () => {};
  const tell = (event: Told) => {
    told.push(event);
    wake();
  };
  const owner: ConnectionOwner = {
    opened: () => tell({ told: 'opened' }),
    answered: (atMs, firstByteMs, failure) => tell({ told: 'answered', failure, firstByteMs, atMs }),
    failed: (_, failure, responseStarted) => tell({ told: 'failed', failure, responseStarted }),
  };
  const transport: Transport = {
    origin: request.origin,
    clock: options.clock ?? systemClock,
    addresses: createAddressBook(
      request.origin.hostname,
      async () => (options.addresses ?? []).map((address) => ({ address, family: 4 })),
      systemClock.monotonicMs,
    ),
    wheel,
    timeoutMs: options.timeoutMs ?? 5_000,
    headRequest: false,
    counts: noTransportCounts(),
    readBuffer: Buffer.alloc(65_536),
    ...(options.ca === undefined ? {} : { secureContext: createSecureContext({ ca: options.ca }) }),
    ...(options.listenMs === undefined ? {} : { listenMs: options.listenMs }),
  };
  const connection = new Connection(transport, owner);
  cleanups.push(() => {
    connection.destroy();
    wheel.stop();
  });
  const next = async (): Promise<Told> => {
    while (told.length === 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return told.shift()!;
  };
  return {
    connection,
    transport,
    next,
    async open() {
      connection.open();
      return next();
    },
    send() {
      connection.send(request.bytesAt(0), systemClock.monotonicMs());
      return next();
    },
  };
}

async function failureAgainst(answer: Answer, options: { timeoutMs?: number } = {}): Promise<Told> {
  const client = clientOf((await serverWith(answer)).url, options);
  await client.open();
  return client.send();
}

describe('a connection', () => {
  it('carries one request after another', async () => {
    const server = await serverWith((socket) => socket.write(response(200, 'fine')));
    const client = clientOf(server.url);
    expect(await client.open()).toEqual({ told: 'opened' });
    for (let i = 0; i < 3; i++)
      expect(await client.send()).toMatchObject({ told: 'answered', failure: null });
    expect(client.connection.idle).toBe(true);
    expect(server).toMatchObject({ connections: 1, requests: 3 });
    expect(server.received[0]).toMatch(/^POST \/ HTTP\/1\.1\r\nhost: 127\.0\.0\.1:\d+\r\n/);
  });

  it('tells the first byte from the last', async () => {
    let sendRest = () => {};
    const server = await serverWith((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      sendRest = () => socket.write('content-length: 0\r\n\r\n');
    });
    let looks = 0;
    // Time-outs go by the true clock.
    const startMs = systemClock.monotonicMs();
    let nowMs = startMs;
    const clock = {
      ...systemClock,
      monotonicMs() {
        looks++;
        return nowMs;
      },
    };
    const client = clientOf(server.url, { clock });
    await client.open();
    const looksBefore = looks;
    const sent = client.send();
    await eventually('the first byte is seen', () => looks > looksBefore);
    nowMs += 40;
    sendRest();
    expect(await sent).toMatchObject({ told: 'answered', firstByteMs: startMs, atMs: startMs + 40 });
  });

  it('is not idle after connection: close, and opens again', async () => {
    const server = await serverWith((socket) => socket.end(response(200, 'bye', { connection: 'close' })));
    const client = clientOf(server.url);
    for (let i = 0; i < 2; i++) {
      expect(await client.open()).toEqual({ told: 'opened' });
      expect(await client.send()).toMatchObject({ told: 'answered', failure: null });
      expect(client.connection.idle).toBe(false);
    }
    expect(server.connections).toBe(2);
  });

  it('takes the end of the connection as the end of a body without length', async () => {
    const answered = await failureAgainst((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nuntil the end'));
    expect(answered).toMatchObject({ told: 'answered', failure: null });
  });

  it('notices a server that closes while nothing is asked', async () => {
    const server = await serverWith((socket) => {
      socket.write(response(200, 'fine'));
      systemClock.after(10, () => socket.end());
    });
    const client = clientOf(server.url);
    await client.open();
    await client.send();
    await eventually('the connection is dropped', () => !client.connection.idle);
    expect(await client.open()).toEqual({ told: 'opened' });
  });

  it('listens first where it was told that the server speaks first', async () => {
    const { createServer } = await import('node:net');
    const server = createServer((socket) => {
      // Long after two turns of the loop.
      socket.on('error', () => {});
      systemClock.after(20, () => socket.write(response(200, 'unasked')));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
    const client = clientOf(url, { listenMs: 2_000 });
    expect(await client.open()).toMatchObject({
      told: 'failed',
      failure: { kind: 'protocol', message: 'response before the request was sent' },
    });
    expect(client.transport.counts.strayAnswers).toBe(1);
    const calm = await serverWith((socket) => socket.write(response(200, 'fine')));
    expect(await clientOf(calm.url, { listenMs: 20 }).open()).toEqual({ told: 'opened' });
  });

  it('goes on after a server that closes each connection without having said so, at the cost of one request', async () => {
    const server = await serverWith((socket, _, onConnection) => {
      if (onConnection > 0) return;
      socket.write(response(200, 'fine'));
      // After the look, before the next request is answered.
      setImmediate(() => setImmediate(() => setImmediate(() => setImmediate(() => socket.end()))));
    });
    const client = clientOf(server.url);
    const failures: unknown[] = [];
    for (let request = 0; request < 6; request++) {
      if (!client.connection.idle) await client.open();
      const told = await client.send();
      if (told.told !== 'opened' && told.failure !== null) failures.push(told.failure);
    }
    expect(failures).toHaveLength(1);
  });

  it('drops a connection on which an answer comes before its request', async () => {
    let forge = () => {};
    const server = await serverWith((socket, index) => {
      socket.write(response(200, `fine ${index}`));
      forge = () => socket.write(response(200, 'forged'));
    });
    const client = clientOf(server.url);
    await client.open();
    await client.send();
    await eventually('the connection is idle', () => client.connection.idle);
    forge();
    await eventually('the connection is dropped', () => !client.connection.idle);
    expect(client.transport.counts.strayAnswers).toBe(1);
    expect(await client.open()).toEqual({ told: 'opened' });
    expect(await client.send()).toMatchObject({ told: 'answered', failure: null });
    expect(server).toMatchObject({ connections: 2, requests: 2 });
    expect(client.transport.counts).toMatchObject({ strayAnswers: 1, bodyBytes: 'fine 0fine 1'.length });
  });

  it.each([
    ['408', 'HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n', false],
    ['a 400 that says that it closes', 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n', false],
    ['a 503 that only closes', response(503, 'bye'), true],
  ])('that was never asked anything takes %s for a farewell', async (_, farewell, closes) => {
    const { createServer } = await import('node:net');
    let part = () => {};
    const server = createServer((socket) => {
      socket.on('error', () => {});
      part = () => (closes ? socket.end(farewell) : socket.write(farewell));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => void server.close());
    const client = clientOf(`http://127.0.0.1:${(server.address() as { port: number }).port}`);
    expect(await client.open()).toEqual({ told: 'opened' });
    part();
    await eventually('the connection is dropped', () => !client.connection.idle);
    expect(await client.open()).toEqual({ told: 'opened' });
    expect(client.transport.counts.strayAnswers).toBe(0);
  });

  it('speaks TLS, checks the certificate, and says what is wrong with it', async () => {
    const server = await serverWith((socket) => socket.write(response(200, 'fine')), { tls: true });
    const trusting = clientOf(server.url, { ca: testCertificate });
    expect(await trusting.open()).toEqual({ told: 'opened' });
    expect(await trusting.send()).toMatchObject({ told: 'answered', failure: null });
    expect(await clientOf(server.url).open()).toMatchObject({
      told: 'failed',
      failure: { kind: 'connection', message: expect.stringContaining('self-signed') },
    });
  });

  it.each<[string, Answer, Partial<RequestFailure>]>([
    [
      'a reset before an answer',
      (socket) => socket.resetAndDestroy(),
      { kind: 'connection', message: 'connection reset: ECONNRESET' },
    ],
    [
      'a close before an answer',
      (socket) => socket.end(),
      { kind: 'connection', message: 'connection closed before an answer' },
    ],
    [
      'a close within a body',
      (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'),
      { kind: 'protocol', status: 200, message: 'closed before the response was whole' },
    ],
    [
      'garbage',
      (socket) => socket.write('hello?'),
      { kind: 'protocol', status: 0, message: 'bad status line' },
    ],
    [
      'two answers at once',
      (socket) => socket.write(response(200, 'a') + response(200, 'b')),
      { kind: 'protocol', message: 'bytes after the response' },
    ],
    [
      '503',
      (socket) => socket.write(response(503, 'busy')),
      { kind: 'http', status: 503, message: 'HTTP 503 Service Unavailable' },
    ],
    [
      '429',
      (socket) => socket.write(response(429, '{"message":"slow down"}')),
      { kind: 'throttled', status: 429, message: 'HTTP 429 Too Many Requests: slow down' },
    ],
  ])('reports %s by its kind', async (_, answer, failure) => {
    const told = await failureAgainst(answer);
    expect(told).toMatchObject({ failure });
  });

  it('gives up on an answer that does not come, and on one that drips', async () => {
    const silent = await failureAgainst(() => {}, { timeoutMs: 50 });
    expect(silent).toMatchObject({
      failure: { kind: 'timeout', message: 'no answer within 0.05 s' },
      responseStarted: false,
    });
    const drip: Answer = (socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n');
      const again = () => {
        if (socket.destroyed) return;
        socket.write('x');
        systemClock.after(10, again);
      };
      again();
    };
    expect(await failureAgainst(drip, { timeoutMs: 80 })).toMatchObject({
      failure: { kind: 'timeout' },
      responseStarted: true,
    });
  });

  it('tries a host’s next address when nothing answers at the first', async () => {
    const server = await serverWith((socket) => socket.write(response(200, 'fine')));
    // A loopback address at which nothing listens, then the server's.
    const client = clientOf(server.url.replace('127.0.0.1', 'service.example'), {
      addresses: ['127.0.0.99', '127.0.0.1'],
    });
    expect(await client.open()).toEqual({ told: 'opened' });
    expect(await client.send()).toMatchObject({ told: 'answered', failure: null });
  });

  it('reports a refused connection', async () => {
    const server = await startServer(() => {});
    await server.close();
    expect(await clientOf(server.url).open()).toMatchObject({
      told: 'failed',
      failure: { kind: 'connection', status: 0, message: 'connection refused (no connection): ECONNREFUSED' },
    });
  });

  it('believes a refusal that comes before a large request is sent whole, but not a success', async () => {
    const body = Buffer.alloc(16 * 1_048_576);
    for (const [status, failure] of [
      [413, { kind: 'http', status: 413 }],
      [200, { kind: 'protocol', message: 'response before the request was sent whole' }],
    ] as const) {
      const { createServer } = await import('node:net');
      // Answers what it has read the beginning of, and reads no more, so that the request stays stuck.
      const server = createServer((socket) => {
        socket.on('error', () => {});
        socket.once('data', () => {
          socket.pause();
          socket.write(response(status, 'early'));
        });
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      cleanups.push(() => void server.close());
      const client = clientOf(`http://127.0.0.1:${(server.address() as { port: number }).port}`, { body });
      await client.open();
      expect(await client.send()).toMatchObject({ failure });
    }
  });
});
