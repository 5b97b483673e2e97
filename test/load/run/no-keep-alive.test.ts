import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { runLoad } from '../../../src/load/run/run-load.ts';
import { contents, planFor } from '../support/plan.ts';
import { type Answer, fine, type KnownServer, response, startServer } from '../support/servers.ts';

const servers: KnownServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serverWith(answer: Answer, options?: { tls?: boolean }): Promise<KnownServer> {
  const server = await startServer(answer, options);
  servers.push(server);
  return server;
}

const run = async (url: string, changes: Parameters<typeof planFor>[1]) =>
  (
    await runLoad(planFor(url, { maxRequests: 20, keepAlive: false, ...changes }), {
      clock: systemClock,
      runId: 'run-1',
      contents,
      signal: new AbortController().signal,
      workers: 1,
      observers: [],
    })
  ).result;

/** One more is the look before the run. */
const looks = 1;
const arrivals = { model: 'open', arrivals: 'constant', rateRps: 100, durationMs: 1_000 } as const;

describe.each(['raw', 'undici'] as const)('without keep-alive, through %s', (transport) => {
  it.each([
    ['users', {}],
    ['arrivals', { offered: arrivals }],
  ])('each request of %s has a connection of its own, though the server would keep it', async (_, load) => {
    const server = await serverWith(fine);
    const { requests, connections, validity } = await run(server.url, { transport, ...load });
    expect(requests).toMatchObject({ sent: 20, succeeded: 20, failed: 0 });
    expect(server).toMatchObject({ requests: 20, connections: 20 + looks });
    expect(connections).toEqual({ opened: 20, keptAlive: false });
    expect(server.received.every((text) => /^connection: close\r$/m.test(text))).toBe(true);
    expect(validity.checks.find(({ name }) => name === 'bookkeeping')).toMatchObject({ passed: true });
  });

  it('waits for a connection before each request, and counts that as pool wait', async () => {
    const server = await serverWith(fine);
    const { latencyUs } = await run(server.url, { transport });
    expect(latencyUs.poolWait.count).toBe(20);
    expect(latencyUs.poolWait.p50).toBeGreaterThan(0);
  });

  it('over TLS shakes hands for each request, by HTTP/1.1', async () => {
    const server = await serverWith(fine, { tls: true });
    const { requests, connections } = await run(server.url, { transport, tls: { insecure: true } });
    expect(requests).toMatchObject({ succeeded: 20 });
    expect(connections).toEqual({ opened: 20, keptAlive: false });
    expect(server.received[0]).toContain('connection: close');
  });

  it('takes a new connection for each redirect that is followed, too', async () => {
    const server = await serverWith((socket, index) => {
      socket.write(index % 2 === 1 ? response(200, 'fine') : response(302, '', { location: '/there' }));
    });
    const { requests, redirects } = await run(server.url, { transport, maxRedirects: 1 });
    expect(requests).toMatchObject({ sent: 20, succeeded: 20 });
    expect(redirects).toEqual({ followed: 20 });
    expect(server).toMatchObject({ requests: 40, connections: 40 + looks });
    expect(server.received.every((text) => text.includes('connection: close'))).toBe(true);
  });
});

describe('with keep-alive', () => {
  it('says nothing of the connection to the server, and counts the one that there was', async () => {
    const server = await serverWith(fine);
    const { connections } = await run(server.url, { keepAlive: true });
    expect(connections).toEqual({ opened: 1, keptAlive: true });
    expect(server.received.some((text) => /^connection:/im.test(text))).toBe(false);
  });
});
