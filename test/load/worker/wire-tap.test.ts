import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import type { WireBlock } from '../../../src/core/wire/wire-block.ts';
import { WireLog } from '../../../src/core/wire/wire-log.ts';
import { runLoad } from '../../../src/load/run/run-load.ts';
import { contents, planFor } from '../support/plan.ts';
import { type Answer, type KnownServer, response, startServer } from '../support/servers.ts';

const servers: KnownServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serverWith(answer: Answer, options?: { tls?: boolean }): Promise<KnownServer> {
  const server = await startServer(answer, options);
  servers.push(server);
  return server;
}

const secrets = [
  'Basic dXNlcjpzZWNyZXRwYXNzd29yZA==',
  'key-of-mine-4711',
  'queried-secret-1',
  'answered-secret-2',
];

async function debugged(
  server: KnownServer,
  changes: Parameters<typeof planFor>[1] = {},
): Promise<{ result: Awaited<ReturnType<typeof runLoad>>['result']; blocks: WireBlock[]; text: string }> {
  const blocks: WireBlock[] = [];
  const url = `${server.url.replace('127.0.0.1', 'localhost')}/?token=${secrets[2]}`;
  const destination = { kind: 'url' as const, url, method: 'POST', headers: { 'x-api-key': secrets[1]! } };
  const { result } = await runLoad(planFor('', { maxRequests: 20, destination, ...changes }), {
    clock: systemClock,
    runId: 'run-1',
    contents,
    signal: new AbortController().signal,
    workers: 1,
    wire: new WireLog(systemClock, (block) => blocks.push(block)),
    observers: [(event) => event.type === 'wire' && blocks.push(event.block)],
    secrets: { authorization: secrets[0]! },
  });
  return { result, blocks, text: blocks.flatMap(({ lines }) => lines).join('\n') };
}

const told = (blocks: WireBlock[], pattern: RegExp) => blocks.filter(({ lines }) => pattern.test(lines[0]!));

describe.each(['raw', 'undici'] as const)('--debug of a load, through %s', (transport) => {
  it('shows the first few answers of a kind whole, counts the rest, and says in the record that it was on', async () => {
    const server = await serverWith((socket) =>
      socket.write(response(200, `{"secretKey":"${secrets[3]}","ok":1}`)),
    );
    const { blocks, text, result } = await debugged(server, { transport });
    expect(told(blocks, /→ POST http:\/\/localhost:\d+\/\?token=…/)).toHaveLength(3);
    expect(text).toContain('> {"question":1}');
    expect(text).toContain('> x-api-key: …');
    expect(text).toContain('> authorization: Basic …');
    expect(text).toMatch(/load 0\.1 ← 200, .*first byte .*, pool wait /);
    expect(text).toContain('< {"secretKey":…,"ok":1}');
    expect(text).toContain('… 17 more not shown: answers 200');
    for (const secret of secrets) expect(text).not.toContain(secret);
    expect(result.validity.checks.find(({ name }) => name === 'debug')).toMatchObject({
      severity: 'warning',
      observed: 20,
      passed: false,
    });
    expect(JSON.stringify(result)).not.toContain(secrets[2]);
  });

  it('shows connections: what the host is, the look before the run, from and to which port, and their end', async () => {
    const server = await serverWith((socket, index) => {
      if (index % 2 === 0) socket.write(response(200, 'fine'));
      else socket.end(response(200, 'fine', { connection: 'close' }));
    });
    const { blocks, text } = await debugged(server, { transport });
    expect(text).toMatch(/localhost is (127\.0\.0\.1|::1)/);
    expect(text).toMatch(/the look before the run: connected to /);
    expect(told(blocks, /load 0 · connected to (127\.0\.0\.1|\[::1\]):\d+ from port \d+/)).toHaveLength(3);
    expect(told(blocks, /closed a connection that carried 2 requests/)).toHaveLength(3);
    expect(text).toContain('… 7 more not shown: connections opened');
  });

  it('shows failures, up to a bound, and counts those beyond', async () => {
    const server = await serverWith((socket, index) => {
      socket.write(response(index % 2 === 0 ? 500 : 503, '{"message":"no"}'));
    });
    const { blocks, text, result } = await debugged(server, { transport, maxRequests: 60, keepGoing: true });
    expect(blocks.filter(({ lines }) => lines.some((line) => line.includes('✖ failed as ')))).toHaveLength(
      20,
    );
    expect(text).toMatch(/✖ failed as http after .*: HTTP 500 Internal Server Error: no/);
    expect(result.requests.failed).toBe(60);
    expect(text.match(/… 20 more not shown: failures/g)).toHaveLength(2);
  });

  it('shows a request that was never answered, and what became of it', async () => {
    const server = await serverWith((socket) => socket.destroy());
    const { text } = await debugged(server, { transport, maxRequests: 2, keepGoing: true });
    expect(text).toMatch(/load 0\.1 → POST /);
    expect(text).toMatch(/load 0\.1 ✖ failed as connection after .*, pool wait .*: /);
  });

  it('says of TLS which version, cipher and certificate', async () => {
    const server = await serverWith((socket) => socket.write(response(200, 'fine')), { tls: true });
    const { text } = await debugged(server, { transport, tls: { insecure: true } });
    expect(text).toMatch(
      /load 0 · connected to .*TLSv1\.3 \w+, .*certificate of .* good until .*, not trusted: /,
    );
  });
});

describe('without --debug', () => {
  it('nothing is shown, and the record has no check of it', async () => {
    const server = await serverWith((socket) => socket.write(response(200, 'fine')));
    const events: string[] = [];
    const { result } = await runLoad(planFor(server.url, { maxRequests: 5 }), {
      clock: systemClock,
      runId: 'run-1',
      contents,
      signal: new AbortController().signal,
      workers: 1,
      observers: [({ type }) => events.push(type)],
    });
    expect(events).not.toContain('wire');
    expect(result.validity.checks.map(({ name }) => name)).not.toContain('debug');
  });
});
