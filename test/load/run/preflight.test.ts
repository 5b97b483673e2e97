import { lookup } from 'node:dns/promises';
import { createSecureServer } from 'node:http2';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { prepareRequest } from '../../../src/load/request/request.ts';
import { firstCredentials, refreshCredentials } from '../../../src/load/run/credentials.ts';
import { checkReachable } from '../../../src/load/run/preflight.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { testCertificate, testKey } from '../support/certificate.ts';
import { contents, planFor } from '../support/plan.ts';
import { type KnownServer, startServer } from '../support/servers.ts';

const servers: KnownServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serverWith(options: { tls?: boolean } = {}): Promise<KnownServer> {
  const server = await startServer(() => {}, options);
  servers.push(server);
  return server;
}

function check(
  url: string,
  changes: { ca?: string; timeoutMs?: number; http2?: boolean } = {},
): Promise<void> {
  return checkReachable(prepareRequest(planFor(url), contents).origin, {
    clock: systemClock,
    signal: new AbortController().signal,
    timeoutMs: 5_000,
    lookup: (hostname) =>
      hostname.endsWith('.invalid')
        ? Promise.reject(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }))
        : lookup(hostname, { all: true }),
    ...changes,
  });
}

describe('the preflight', () => {
  it('connects once and sends no request', async () => {
    const server = await serverWith();
    await check(server.url);
    expect(server.requests).toBe(0);
  });

  it('checks a certificate the way the run will', async () => {
    const server = await serverWith({ tls: true });
    await check(server.url, { ca: testCertificate });
    await expect(check(server.url)).rejects.toMatchObject({
      exitCode: 3,
      code: 'certificate',
      message: expect.stringContaining('127.0.0.1'),
    });
    expect(server.requests).toBe(0);
  });

  it('offers HTTP/2 where the run does', async () => {
    const server = createSecureServer({ key: testKey, cert: testCertificate });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const url = `https://127.0.0.1:${(server.address() as { port: number }).port}/`;
      await expect(check(url, { ca: testCertificate })).rejects.toMatchObject({
        exitCode: 3,
        code: 'no-common-http',
        remedy: expect.stringContaining('--transport undici'),
      });
      await check(url, { ca: testCertificate, http2: true });
    } finally {
      server.close();
    }
  });

  it('says in one line, with exit code 3, what cannot be reached', async () => {
    const gone = await startServer(() => {});
    await gone.close();
    await expect(check(gone.url)).rejects.toMatchObject({
      exitCode: 3,
      message: `127.0.0.1:${gone.port} cannot be reached: ECONNREFUSED`,
    });
    await expect(check('http://service.invalid/')).rejects.toMatchObject({
      exitCode: 3,
      message: 'the host name "service.invalid" cannot be resolved (ENOTFOUND)',
    });
  });

  it('tells plain HTTP where TLS was expected', async () => {
    const server = await startServer(() => {});
    servers.push(server);
    const { createServer } = await import('node:net');
    const plain = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    });
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    const { port } = plain.address() as { port: number };
    await expect(check(`https://127.0.0.1:${port}`)).rejects.toMatchObject({ exitCode: 3, code: 'tls' });
    await new Promise((resolve) => plain.close(resolve));
  });
});

describe('credentials', () => {
  const runtime = { kind: 'runtime', endpointName: 'e', url: 'http://h', region: 'us-east-1' } as const;
  const keys = { accessKeyId: 'a', secretAccessKey: 'b' };

  it('are asked for by the runtime target alone, and missing ones are a matter of configuration', async () => {
    expect(await firstCredentials({ kind: 'api', url: 'http://h' }, undefined)).toBeNull();
    expect(await firstCredentials(runtime, async () => keys)).toBe(keys);
    await expect(firstCredentials(runtime, undefined)).rejects.toMatchObject({ exitCode: 2 });
    await expect(
      firstCredentials(runtime, () => Promise.reject(new Error('no profile'))),
    ).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('no profile') });
  });

  it('are renewed five minutes before they expire, and again until that succeeds', async () => {
    const clock = new ManualClock(1_000_000);
    const expiring = (inMs: number) => ({ ...keys, expiration: new Date(clock.nowMs() + inMs) });
    const used: number[] = [];
    let fails = true;
    const refresh = refreshCredentials(
      clock,
      expiring(3_600_000),
      async () => {
        if (fails) throw new Error('throttled');
        return expiring(3_600_000);
      },
      () => used.push(clock.monotonicMs()),
    );
    await clock.advance(3_300_000);
    expect(used).toEqual([]);
    fails = false;
    await clock.advance(10_000);
    expect(used).toEqual([3_310_000]);
    await clock.advance(3_300_000);
    expect(used).toHaveLength(2);
    refresh.stop();
    await clock.advance(10_000_000);
    expect(used).toHaveLength(2);
  });
});
