import { createSecureServer } from 'node:http2';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Totals } from '../../../../src/load/measure/totals.ts';
import type { LoadPlan } from '../../../../src/load/plan/plan.ts';
import { Http2Connection } from '../../../../src/load/transport/http2-connection.ts';
import { proxyFor } from '../../../../src/load/transport/proxy.ts';
import { testCertificate, testKey } from '../../support/certificate.ts';
import { planFor } from '../../support/plan.ts';
import { runWorker } from '../../support/run-worker.ts';
import { type Answer, fine, type KnownServer, response, startServer } from '../../support/servers.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function serverWith(answer: Answer, tls = false): Promise<KnownServer> {
  const server = await startServer(answer, { tls });
  cleanups.push(() => server.close());
  return server;
}

async function totalsOf(plan: LoadPlan): Promise<Totals> {
  const { totals } = await runWorker(
    { ...plan, tls: { ca: testCertificate } },
    { connection: Http2Connection },
  );
  return totals;
}

/** A proxy that only tunnels, and counts. */
async function startProxy(allow = true): Promise<{ url: string; tunnels: string[] }> {
  const tunnels: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', (data) => {
      const authority = /^CONNECT (\S+) HTTP/.exec(data.toString('latin1'))?.[1] ?? '';
      tunnels.push(authority);
      if (!allow) {
        socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
        return;
      }
      const [host = '', port] = authority.split(':');
      const upstream = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        socket.pipe(upstream).pipe(socket);
      });
      sockets.add(upstream);
      upstream.on('error', () => socket.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, tunnels };
}

describe('through undici', () => {
  it('every request arrives once, over one connection a user, and all of its times are taken', async () => {
    const server = await serverWith(fine);
    const totals = await totalsOf(planFor(server.url, { maxRequests: 200, closed: { users: 4 } }));
    expect(server).toMatchObject({ requests: 200, connections: 4 });
    expect(server.received[0]).toContain('\r\n\r\n{"question":1}');
    expect(totals.counts).toEqual({ sent: 200, succeeded: 200, failed: 0, dropped: 0 });
    expect(totals.latency.poolWait.count).toBe(200);
    expect(totals.latency.firstByte.count).toBe(200);
    expect(totals.bodyBytes).toBe(800);
  });

  it.each<[string, Answer, object]>([
    [
      '429',
      (socket) => socket.write(response(429, '{"message":"slow"}')),
      { kind: 'throttled', status: 429 },
    ],
    ['503', (socket) => socket.write(response(503, '')), { kind: 'http', status: 503 }],
    ['a reset', (socket) => socket.resetAndDestroy(), { kind: 'connection', status: 0 }],
    ['a close before an answer', (socket) => socket.end(), { kind: 'connection', status: 0 }],
    ['garbage', (socket) => socket.write('SSH-2.0\r\n\r\n'), { kind: 'protocol' }],
    [
      'a close within a body',
      (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nno'),
      { kind: 'protocol', status: 200 },
    ],
    ['no answer', () => {}, { kind: 'timeout', status: 0 }],
  ])('%s is an error of the same kind as on our own sockets', async (_, answer, error) => {
    const server = await serverWith(answer);
    const totals = await totalsOf(planFor(server.url, { maxRequests: 2, timeoutMs: 150 }));
    expect(totals.counts).toMatchObject({ sent: 2, failed: 2 });
    expect(totals.errors).toMatchObject([{ ...error, count: 2 }]);
  });

  it('a server that closes after each answer is connected to anew', async () => {
    const server = await serverWith((socket) => socket.end(response(200, 'fine', { connection: 'close' })));
    const totals = await totalsOf(planFor(server.url, { maxRequests: 10 }));
    expect(totals.counts).toMatchObject({ sent: 10, succeeded: 10 });
    expect(server.connections).toBe(10);
  });

  it('HTTP/2 is spoken where it is offered', async () => {
    const versions = new Set<string>();
    const server = createSecureServer({ key: testKey, cert: testCertificate, allowHTTP1: true });
    server.on('request', (request, answer) => {
      versions.add(request.httpVersion);
      request.resume().on('end', () => answer.end('fine'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => server.close());
    const url = `https://localhost:${(server.address() as AddressInfo).port}/x`;
    const totals = await totalsOf(planFor(url, { maxRequests: 50, closed: { users: 2 } }));
    expect(totals.errors).toEqual([]);
    expect(totals.counts.succeeded).toBe(50);
    expect([...versions]).toEqual(['2.0']);
  });

  it('plain and TLS requests go through a tunnel of a proxy', async () => {
    for (const tls of [false, true]) {
      const server = await serverWith(fine, tls);
      const proxy = await startProxy();
      const totals = await totalsOf(planFor(server.url, { maxRequests: 20, proxy: proxy.url }));
      expect(totals.errors).toEqual([]);
      expect(totals.counts.succeeded).toBe(20);
      expect(proxy.tunnels).toEqual([`127.0.0.1:${server.port}`]);
    }
  });

  it('a proxy that refuses is a failed connection', async () => {
    const proxy = await startProxy(false);
    const totals = await totalsOf(planFor('http://127.0.0.1:9', { maxRequests: 1, proxy: proxy.url }));
    expect(totals.errors).toMatchObject([
      { kind: 'connection', message: expect.stringContaining('refuses a tunnel') },
    ]);
  });
});

describe('the proxy of a URL', () => {
  it.each([
    ['https://a.example/', undefined, { HTTPS_PROXY: 'http://p:1' }, 'http://p:1'],
    ['http://a.example/', undefined, { HTTPS_PROXY: 'http://p:1' }, undefined],
    ['http://a.example/', undefined, { http_proxy: 'http://p:2' }, 'http://p:2'],
    ['http://a.example/', undefined, { http_proxy: 'me:secret@p:2' }, 'http://me:secret@p:2'],
    ['https://a.example/', undefined, { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'b, .example' }, undefined],
    ['https://a.example/', 'http://named:3', { HTTPS_PROXY: 'http://p:1', NO_PROXY: '*' }, 'http://named:3'],
  ])('%s, named %s, with %j is %s', (url, named, environment, proxy) => {
    expect(proxyFor(url, named, environment)).toBe(proxy);
  });

  it('must be a URL, and keeps its password to itself', () => {
    const bad = { HTTPS_PROXY: 'socks5://me:secret@nowhere' };
    expect(() => proxyFor('https://a.example/', undefined, bad)).toThrow(
      expect.objectContaining({
        code: 'bad-proxy',
        exitCode: 2,
        message: 'the proxy "socks5://…@nowhere" is not an http or https URL',
      }),
    );
  });
});
