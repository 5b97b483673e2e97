import { once } from 'node:events';
import { readdirSync, rmSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LiveState } from '../../src/dashboard/live/live-shape.ts';
import type { RunResult } from '../../src/record/schemas/result.ts';
import { eventually } from '../support/eventually.ts';
import { Workplace } from './command-line.ts';
import { mlbenchHere } from './command-line-here.ts';

let workplace: Workplace;
let service: Server;
let at: string;
const sockets: Socket[] = [];

beforeEach(async () => {
  workplace = new Workplace();
  service = createServer((asked, answer) => {
    asked.resume();
    answer.end('fine');
  });
  at = `http://127.0.0.1:${await portOf(service)}/x`;
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  service.closeAllConnections();
  service.close();
  await workplace.dispose();
});

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}

/** @returns the URL that it prints, once it listens */
async function startWeb(...args: string[]) {
  const started = workplace.start('load', at, '--users', '3', '--wait', 'pacing:50ms', '--web', '0', ...args);
  await eventually('it listens', () => /^http:\S+$/m.test(started.output()));
  return { ...started, url: new URL(/^http:\S+$/m.exec(started.output())![0]) };
}

/** The first whole run that a page is told. */
async function stateOf(url: URL, headers: Record<string, string> = {}): Promise<LiveState> {
  const response = await fetch(new URL('/events', url), { headers });
  let text = '';
  for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
    text += part;
    const state = /^event: state\ndata: (\{.*\})\n\n/m.exec(text)?.[1];
    if (state !== undefined) return JSON.parse(state);
  }
  throw new Error(`the stream ended: ${text}`);
}

async function statusOf(url: URL, headers: Record<string, string>, method = 'GET'): Promise<number> {
  const asked = request(url, { method, headers });
  asked.end();
  const [response] = await once(asked, 'response');
  response.resume();
  return response.statusCode;
}

describe('load --web', () => {
  it('prints its URL on a line of its own, shows the run, and ends with it', async () => {
    const { url, finished } = await startWeb('--duration', '3s');
    await eventually('the run is seen', async () => (await stateOf(url)).now.phase === 'running');
    const { facts } = await stateOf(url);
    expect(facts.fleet).toMatchObject({ state: 'none', words: expect.stringContaining('a URL is loaded') });
    const { exitCode, stdout } = await finished;
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/m);
    await expect(fetch(url)).rejects.toThrow();
  });

  it('keeps stdout for the data with --json', async () => {
    const { finished, url } = await startWeb('--duration', '1s', '--json');
    const { stdout, stderr } = await finished;
    expect((JSON.parse(stdout) as RunResult).validity.verdict).toBeDefined();
    expect(stderr).toContain(String(url));
  });

  it('sends what it would have sent, whoever looks on, reads nothing, or is cut off', async () => {
    const { url, finished } = await startWeb('--duration', '4s');
    const port = Number(url.port);
    for (let index = 0; index < 30; index++) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => {});
      sockets.push(socket);
      socket.write(`GET /events HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`);
      if (index % 3 === 0) socket.pause();
      if (index % 3 === 1) setTimeout(() => socket.resetAndDestroy(), 500).unref();
      // Half a request, and never the rest of it.
      if (index % 3 === 2) socket.write('POST /steer HTTP/1.1\r\nhost: 127.0.0.1');
    }
    const { exitCode } = await finished;
    expect(exitCode).toBe(0);
    const [run = ''] = readdirSync(workplace.path('.mlbench', 'runs'));
    const { requests, validity } = workplace.readJson<RunResult>('.mlbench', 'runs', run, 'result.json');
    expect(validity.verdict).toBe('VALID');
    // Three users, twenty times a second each.
    expect(requests.sent).toBeGreaterThan(200);
    expect(requests.failed).toBe(0);
  });

  it('goes on without its state folder, and says so once', async () => {
    const { url, finished } = await startWeb('--duration', '4s');
    await eventually('the run is seen', async () => (await stateOf(url)).now.phase === 'running');
    rmSync(workplace.path('.mlbench'), { recursive: true, force: true });
    expect((await fetch(new URL('/runs', url))).status).toBe(404);
    const { exitCode, stderr } = await finished;
    expect(exitCode).toBe(1);
    expect(stderr).not.toContain('bug');
  });

  it('lets nobody in who was called by another name, or by a page of another origin', async () => {
    const { url, child } = await startWeb('--duration', '60s');
    const own = { host: url.host };
    const json = { ...own, 'content-type': 'application/json' };
    expect(await statusOf(new URL('/events', url), { host: 'evil.example' })).toBe(403);
    expect(await statusOf(url, { ...own, origin: 'http://evil.example' })).toBe(403);
    expect(await statusOf(url, { ...own, 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await statusOf(new URL('/steer', url), own)).toBe(404);
    expect(await statusOf(new URL('/steer', url), { ...own, 'content-type': 'text/plain' }, 'POST')).toBe(
      415,
    );
    expect(await statusOf(new URL('/start', url), json, 'POST')).toBe(404);
    expect(await statusOf(url, own, 'DELETE')).toBe(405);
    const { headers } = await fetch(url);
    expect(headers.get('content-security-policy')).not.toContain('unsafe');
    expect(headers.get('access-control-allow-origin')).toBeNull();
    child.kill('SIGINT');
  });

  it('wants the key of whoever comes from another machine', async () => {
    const { url, child } = await startWeb('--duration', '60s', '--web-host', '0.0.0.0');
    expect(url.hash.length).toBeGreaterThan(30);
    const here = new URL(`http://127.0.0.1:${url.port}/`);
    expect((await fetch(new URL('/events', here))).status).toBe(401);
    const enter = (key: string) =>
      fetch(new URL('/session', here), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ key }),
      });
    expect((await enter('guess')).status).toBe(401);
    const entered = await enter(url.hash.slice(1));
    expect(entered.status).toBe(200);
    const cookie = entered.headers.get('set-cookie')!;
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    expect((await stateOf(here, { cookie: cookie.split(';')[0]! })).facts.experiment).toBe('mlbench');
    child.kill('SIGINT');
  });

  it.each([
    [['--web', '70000'], '--web: 70000 is not a port'],
    [['--web', 'here'], '--web: here is not a port'],
    [['--web', '127.0.0.1:80'], 'write --web 80 --web-host 127.0.0.1'],
    [['--web-host', '0.0.0.0'], '--web-host 0.0.0.0 has a meaning with --web alone'],
    [['--web', '0', '--web-host', '192.0.2.1'], '--web-host 192.0.2.1: not an address of this machine'],
    [['--web', '0', '--web-host', 'a b'], '--web-host: "a b" is not an address'],
    [['--web', '0', '--web', '1'], '--web is given twice'],
  ])('refuses %j in one line', async (args, words) => {
    const { exitCode, stderr } = await mlbenchHere(workplace.folder, 'load', at, '--duration', '1s', ...args);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(words)]);
  });

  it('refuses a port in use, before anything is sent: of load, of run and of a second dashboard', async () => {
    const taken = createServer();
    const port = String(await portOf(taken));
    for (const [args, flag] of [
      [['load', at, '--web', port], '--web'],
      [['run', '--web', port], '--web'],
      [['dashboard', '--port', port], '--port'],
    ] as const) {
      const { exitCode, stderr } = await mlbenchHere(workplace.folder, ...args);
      expect([exitCode, stderr]).toEqual([
        2,
        `error: ${flag} ${port}: the port is in use\n  → name another, or 0 for any: ${flag} 0\n`,
      ]);
    }
    taken.close();
  });

  it('takes no URL for its port', async () => {
    const { exitCode, stdout } = await workplace.mlbench('load', '-z', '1s', '--web=0', at);
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^http:/)]);
  });
});
