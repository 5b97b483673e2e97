import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { runLoad } from '../../../src/load/run/run-load.ts';
import { contents, planFor } from '../support/plan.ts';
import { type Answer, type KnownServer, response, startServer } from '../support/servers.ts';

const servers: KnownServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serverWith(answer: Answer): Promise<KnownServer> {
  const server = await startServer(answer);
  servers.push(server);
  return server;
}

const run = async (url: string, changes: Parameters<typeof planFor>[1]) =>
  (
    await runLoad(planFor(url, { maxRequests: 10, ...changes }), {
      clock: systemClock,
      runId: 'run-1',
      contents,
      signal: new AbortController().signal,
      workers: 1,
      observers: [],
      secrets: { authorization: 'Basic c2VjcmV0' },
    })
  ).result;

const pointing = (status: number, location: string) => response(status, '', { location });
const fine = response(200, 'fine');

describe.each(['raw', 'undici'] as const)('redirects, through %s', (transport) => {
  it('are counted as what they are, and warned of, unless they are to be followed', async () => {
    const server = await serverWith((socket) => socket.write(pointing(301, '/there')));
    const { requests, statuses, validity, redirects } = await run(server.url, { transport });
    expect(requests).toMatchObject({ sent: 10, succeeded: 10 });
    expect(statuses).toEqual({ 301: 10 });
    expect(redirects).toBeUndefined();
    expect(validity.checks.find(({ name }) => name === 'redirects')).toMatchObject({
      severity: 'warning',
      observed: 10,
      passed: false,
    });
  });

  it.each([
    [300, { location: '/there' }],
    [305, {}],
    [308, {}],
  ])('are warned of with every status that points elsewhere: %d', async (status, headers) => {
    const server = await serverWith((socket) => socket.write(response(status, '', headers)));
    const { requests, validity } = await run(server.url, { transport });
    expect(requests).toMatchObject({ succeeded: 10 });
    expect(validity.checks.find(({ name }) => name === 'redirects')).toMatchObject({ observed: 10 });
  });

  it('are not warned of where they failed, and count as no success', async () => {
    const server = await serverWith((socket) => socket.write(pointing(302, '/loop')));
    const { requests, validity } = await run(server.url, { transport, maxRedirects: 2 });
    expect(requests).toMatchObject({ succeeded: 0, failed: 10 });
    expect(validity.checks.map(({ name }) => name)).not.toContain('redirects');
  });

  it('that are followed count as one request each, with the last answer’s status, on one connection', async () => {
    const server = await serverWith((socket, index) => {
      socket.write(index % 3 === 2 ? fine : pointing(302, `/hop/${index}`));
    });
    const result = await run(server.url, { transport, maxRedirects: 2 });
    expect(result.requests).toMatchObject({ sent: 10, succeeded: 10, failed: 0 });
    expect(result.statuses).toEqual({ 200: 10 });
    expect(result.redirects).toEqual({ followed: 20 });
    expect(result.validity.checks.map(({ name }) => name)).not.toContain('redirects');
    // One more is the look before the run.
    expect(server).toMatchObject({ requests: 30, connections: 2 });
    expect(server.received.slice(0, 3).map((text) => text.split(' HTTP')[0])).toEqual([
      'POST /',
      'GET /hop/0',
      'GET /hop/1',
    ]);
  });

  it('to another host take no authorization along', async () => {
    const there = await serverWith((socket) => socket.write(fine));
    const server = await serverWith((socket) => socket.write(pointing(307, `${there.url}/there`)));
    const result = await run(server.url, { transport, maxRedirects: 1 });
    expect(result.requests).toMatchObject({ succeeded: 10, failed: 0 });
    expect(there.requests).toBe(10);
    expect(server.received[0]).toMatch(/^authorization: Basic/m);
    expect(there.received[0]).toMatch(/^POST \/there HTTP\/1\.1\r\nhost: 127\.0\.0\.1:\d+\r\n/);
    expect(there.received[0]).toContain('{"question":1}');
    expect(there.received.join('')).not.toMatch(/authorization/i);
  });

  it('that never end do end', async () => {
    const server = await serverWith((socket) => socket.write(pointing(302, '/round')));
    const result = await run(server.url, { transport, maxRedirects: 3 });
    expect(result.requests).toMatchObject({ sent: 10, failed: 10 });
    expect(result.errors).toMatchObject([
      { kind: 'http', status: 302, message: 'redirected more often than --max-redirects 3' },
    ]);
    expect(server.requests).toBe(40);
  });

  it('to where nobody listens fail as what that is', async () => {
    const gone = await startServer(() => {});
    await gone.close();
    const server = await serverWith((socket) => socket.write(pointing(302, gone.url)));
    const result = await run(server.url, { transport, maxRedirects: 1, maxRequests: 1, keepGoing: true });
    expect(result.errors).toMatchObject([{ kind: 'connection', count: 1 }]);
    expect(result.requests).toMatchObject({ sent: 1, failed: 1, inFlightAtEnd: 0 });
  });
});
