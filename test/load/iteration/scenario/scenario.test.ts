import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../src/core/clock.ts';
import { contentOfFile } from '../../../../src/core/content.ts';
import type { RunObserver } from '../../../../src/load/run/run-events.ts';
import { runLoad } from '../../../../src/load/run/run-load.ts';
import { contents, planFor } from '../../support/plan.ts';
import { type Answer, type KnownServer, response, startServer } from '../../support/servers.ts';

const cleanups: (() => unknown)[] = [];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlbench-scenario-'));
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
  rmSync(folder, { recursive: true, force: true });
});

const fine: Answer = (socket) => socket.write(response(200, '{"ok":true}', { 'x-id': '7' }));

async function serverWith(answer: Answer): Promise<KnownServer> {
  const server = await startServer(answer);
  cleanups.push(() => server.close());
  return server;
}

/** Runs a scenario whose file reads so, after the line that imports `defineScenario`. */
async function perform(
  url: string,
  text: string,
  changes: Parameters<typeof planFor>[1] & {
    tags?: string[];
    excludeTags?: string[];
    workers?: number;
    observers?: RunObserver[];
  } = {},
) {
  const { tags = [], excludeTags = [], workers = 1, observers = [], ...rest } = changes;
  const file = join(folder, 'flow.ts');
  writeFileSync(file, `import { defineScenario } from 'mlbench/scenario';\n${text}`);
  const content = await contentOfFile(file);
  const scenario = { content, tags, excludeTags, keepWait: true };
  return await runLoad(planFor(url, { ...rest, scenario }), {
    clock: systemClock,
    runId: 'run-1',
    contents: { ...contents, [content.sha256]: { path: file } },
    signal: new AbortController().signal,
    observers,
    workers,
    credentials: async () => ({ accessKeyId: 'mlbench', secretAccessKey: 'local' }),
  });
}

describe('a scenario', () => {
  it('whose file was changed after the run had been planned is refused by name', async () => {
    const server = await serverWith(fine);
    const file = join(folder, 'flow.ts');
    writeFileSync(file, 'planned with');
    const content = await contentOfFile(file);
    writeFileSync(file, 'found later!');
    const scenario = { content, tags: [], excludeTags: [], keepWait: true };
    const run = runLoad(planFor(server.url, { scenario }), {
      clock: systemClock,
      runId: 'run-1',
      contents: { ...contents, [content.sha256]: { path: file } },
      signal: new AbortController().signal,
      observers: [],
    });
    await expect(run).rejects.toMatchObject({
      code: 'file-changed',
      message: `${file} was changed after the run had been planned with it`,
      exitCode: 2,
    });
    expect(server.received).toEqual([]);
  });

  it.each(['flow.ts', 'lib/paths.ts', 'lib/more.json'])(
    'that is one thing for its set-up and another for its users is refused: %s is a part of it',
    async (changing) => {
      const server = await serverWith(fine);
      mkdirSync(join(folder, 'lib'));
      writeFileSync(
        join(folder, 'lib/paths.ts'),
        `import more from './more.json' with { type: 'json' };\nexport const paths: string[] = more;`,
      );
      writeFileSync(join(folder, 'lib/more.json'), '["/one"]');
      const text = `import { appendFileSync } from 'node:fs';
       import { paths } from './lib/paths.ts';
       export default defineScenario({
         setup: () => { appendFileSync('${folder}/${changing}', ' '); },
         flows: [{ name: 'a', request: () => ({ path: paths[0]! }) }],
       });`;
      const { failure } = await perform(server.url, text, { maxRequests: 1 });
      expect(failure).toMatchObject({
        code: 'file-changed',
        message: `${join(folder, changing)} was changed after the run had been planned with it`,
        exitCode: 2,
      });
      expect(server.received).toEqual([]);
      writeFileSync(join(folder, 'lib/more.json'), '["/one"]');
      const { result } = await perform(server.url, text.replace('appendFileSync(', 'void ('), {
        maxRequests: 1,
      });
      expect(result.requests).toMatchObject({ sent: 1, succeeded: 1 });
    },
  );

  it('sends its requests, measures them by name, and keeps state, data and answers between them', async () => {
    const server = await serverWith((socket, index) =>
      socket.write(response(200, JSON.stringify({ index }), { 'x-id': '7' })),
    );
    const { result } = await perform(
      server.url,
      `interface Data { token: string }
       export default defineScenario<Data, { last: string }>({
         setup: () => ({ token: 'abc' }),
         state: () => ({ last: 'none' }),
         flows: [{ name: 'shop', async run(user) {
           const list = await user.request({ name: 'list', path: '/list?page=1', headers: { 'x-token': user.data.token } });
           const { index } = list.json() as { index: number };
           await user.request({ name: 'buy', path: '/buy', body: { index, id: list.headers['x-id'], last: user.state.last } });
           user.state.last = 'bought';
         } }],
       });`,
      { maxRequests: 4 },
    );
    expect(server.received.map((text) => text.split('\r\n')[0])).toEqual([
      'GET /list?page=1 HTTP/1.1',
      'POST /buy HTTP/1.1',
      'GET /list?page=1 HTTP/1.1',
      'POST /buy HTTP/1.1',
    ]);
    expect(server.received[0]).toContain('x-token: abc');
    expect(server.received[1]).toContain('\r\n\r\n{"index":0,"id":"7","last":"none"}');
    expect(server.received[3]).toContain('\r\n\r\n{"index":2,"id":"7","last":"bought"}');
    expect(result.requests).toMatchObject({ sent: 4, succeeded: 4, inFlightAtEnd: 0 });
    expect(result.requestsByName).toMatchObject({
      list: { method: 'GET', succeeded: 2, failed: 0, responseUs: { count: 2 } },
      buy: { method: 'POST', succeeded: 2, meanBodyBytes: 11, responseUs: { count: 2 } },
    });
    expect(result.validity.checks.find(({ name }) => name === 'bookkeeping')).toMatchObject({ passed: true });
  });

  it('chooses flows by weight and by tags', async () => {
    const text = `export default defineScenario({ flows: [
      { name: 'a', weight: 9, tags: ['read'], request: { path: '/a' } },
      { name: 'b', weight: 1, tags: ['read', 'slow'], request: { path: '/b' } },
      { name: 'c', weight: 90, request: () => ({ path: '/c' }) },
    ] });`;
    const server = await serverWith(fine);
    const { result } = await perform(server.url, text, {
      maxRequests: 2_000,
      tags: ['read'],
      closed: { users: 4 },
    });
    const { a, b, c } = result.requestsByName!;
    expect(a!.succeeded + b!.succeeded).toBe(2_000);
    expect(b!.succeeded).toBeGreaterThan(140);
    expect(b!.succeeded).toBeLessThan(260);
    expect(c).toBeUndefined();
    const only = await perform(server.url, text, { maxRequests: 5, tags: ['read'], excludeTags: ['slow'] });
    expect(Object.keys(only.result.requestsByName!)).toEqual(['a']);
    await expect(perform(server.url, text, { tags: ['none'] })).rejects.toMatchObject({ exitCode: 2 });
  });

  it('is performed once an arrival, whatever the answers', async () => {
    const server = await serverWith((socket) => {
      systemClock.after(100, () => socket.write(response(200, 'fine')));
    });
    const { result } = await perform(
      server.url,
      `export default defineScenario({ flows: [{ name: 'two', async run(user) {
        await user.request({ name: 'first', path: '/1' });
        await user.request({ name: 'second', path: '/2' });
      } }] });`,
      {
        maxRequests: 40,
        offered: { model: 'open', arrivals: 'constant', rateRps: 100, durationMs: 5_000 },
        stopTimeoutMs: 2_000,
      },
    );
    expect(result.requests).toMatchObject({ dropped: 0, failed: 0 });
    const { first, second } = result.requestsByName!;
    expect(first!.succeeded + second!.succeeded).toBe(40);
    expect(second!.succeeded).toBeGreaterThan(5);
    expect(server.connections).toBeGreaterThan(5);
  });

  it('counts what a flow does before its first request to nobody’s account', async () => {
    const server = await serverWith(fine);
    const { result } = await perform(
      server.url,
      `export default defineScenario({ flows: [{ name: 'thinks', async run(user) {
        await user.pause(2_000);
        await user.request({ path: '/' });
      } }] });`,
      { maxRequests: 2, closed: { users: 2 } },
    );
    // A request on loopback that takes as long as the pause is no request of a machine that can be tested on.
    expect(result.latencyUs.response.max).toBeLessThan(2_000_000);
    expect(result.latencyUs.poolWait.max).toBeLessThan(2_000_000);
    expect(result.requestsByName!['thinks']!.responseUs.max).toBeLessThan(2_000_000);
  });

  it('sends exactly as many requests as asked for, be it fewer than there are workers', async () => {
    const two = `export default defineScenario({ flows: [{ name: 'two', async run(user) {
      await user.request({ path: '/1' });
      await user.request({ path: '/2' });
    } }] });`;
    const profile = { model: 'open', arrivals: 'constant', rateRps: 200, durationMs: 20_000 } as const;
    for (const changes of [{ closed: { users: 3, durationMs: 20_000 } }, { profile }]) {
      for (const maxRequests of [1, 31]) {
        const server = await serverWith(fine);
        const { result } = await perform(server.url, two, { ...changes, maxRequests, workers: 2 });
        expect(server.requests).toBe(maxRequests);
        expect(result.requests).toMatchObject({ sent: maxRequests, succeeded: maxRequests, dropped: 0 });
        expect(result.durationSeconds).toBeLessThan(10);
      }
    }
  }, 60_000);

  it('with arrivals is judged by the flows that it began, not by their requests', async () => {
    const server = await serverWith(fine);
    const { result } = await perform(
      server.url,
      `export default defineScenario({ flows: [{ name: 'two', async run(user) {
        await user.request({ path: '/1' });
        await user.request({ path: '/2' });
      } }] });`,
      { offered: { model: 'open', arrivals: 'constant', rateRps: 50, durationMs: 1_000 } },
    );
    expect(result.flows!.started + result.flows!.dropped).toBe(50);
    // The end may find the last flow between its two requests.
    expect(result.requests.sent).toBeGreaterThan(1.5 * result.flows!.started);
    expect(result.requests.sent).toBeLessThanOrEqual(2 * result.flows!.started);
    expect(result.rateRps.intended).toBeNull();
    const offered = result.validity.checks.find(({ name }) => name === 'offered');
    expect(offered!.observed).toBeCloseTo(result.flows!.started / 50, 4);
  });

  it('may name a header’s value by a number, signed or not', async () => {
    const server = await serverWith(fine);
    const destination = { kind: 'runtime', endpointName: 'e', url: server.url, region: 'us-east-1' } as const;
    const { result } = await perform(
      server.url,
      `const headers = { 'x-n': 5 } as unknown as Record<string, string>;
       export default defineScenario({ flows: [{ name: 'x', request: () => ({ body: {}, headers }) }] });`,
      { destination, maxRequests: 2 },
    );
    expect(result.requests).toMatchObject({ sent: 2, succeeded: 2 });
    expect(server.received[0]).toContain('x-n: 5\r\n');
  });

  it('says by its checks what a success is', async () => {
    const server = await serverWith((socket, index) =>
      socket.write(index % 2 === 0 ? response(404, 'gone') : response(200, 'fine')),
    );
    const { result } = await perform(
      server.url,
      `export default defineScenario({ flows: [{ name: 'x', async run(user) {
        const gone = await user.request({ name: 'gone', path: '/', expect: { status: [404, 410], body: 'gone' } });
        const fine = await user.request({ name: 'fine', path: '/', expect: { body: /^f.ne$/, check: (r) => r.text().length === 5 || 'too short' } });
        if (!gone.ok || fine.ok || fine.error !== 'check failed: too short') throw new Error('wrong verdict');
      } }] });`,
      { maxRequests: 4 },
    );
    expect(result.exceptions).toBeUndefined();
    expect(result.requestsByName).toMatchObject({
      gone: { succeeded: 2, failed: 0 },
      fine: { succeeded: 0, failed: 2 },
    });
    expect(result.errors).toMatchObject([
      { kind: 'http', status: 200, message: 'check failed: too short', name: 'fine', count: 2 },
    ]);
  });

  it('that throws, rejects where nobody listens, or does nothing at all, goes on and is counted', async () => {
    const server = await serverWith(fine);
    const { result, failure } = await perform(
      server.url,
      `let n = 0;
       const late = Promise.withResolvers<void>();
       export default defineScenario({ flows: [{ name: 'x', async run(user) {
         n++;
         if (n === 2) throw new TypeError('second ' + n);
         if (n === 3) { void Promise.reject(new Error('alone')); return; }
         if (n === 4) { void user.request({ path: '/unawaited' }); return; }
         if (n === 5) { setTimeout(() => { setImmediate(late.resolve); throw new Error('late'); }, 1); }
         await user.request({ path: '/' });
         if (n === 6) await late.promise;
       } }] });`,
      { maxRequests: 6, stopTimeoutMs: 5_000 },
    );
    expect(failure).toBeNull();
    expect(result.requests.inFlightAtEnd).toBe(0);
    expect(result.requests.succeeded).toBe(server.requests);
    const thrown = result.exceptions!.map(({ message, traceback }) => [message, traceback.split('\n')[0]]);
    expect(thrown).toEqual(
      expect.arrayContaining([
        ['TypeError: second #', expect.stringMatching(/^flow\.ts:6:\d+$/)],
        ['Error: alone', expect.stringMatching(/^flow\.ts:7:\d+$/)],
        ['Error: late', expect.stringMatching(/^flow\.ts:9:\d+$/)],
      ]),
    );
    expect(result.errors).toContainEqual(
      expect.objectContaining({ kind: 'client', status: 0, message: 'TypeError: second #', name: 'x' }),
    );
  });

  it('that waits for what never comes gives its user up after the time-out, and ends in time', async () => {
    const server = await serverWith(fine);
    const { result } = await perform(
      server.url,
      `export default defineScenario({ flows: [{ name: 'stuck', async run(user) {
        await user.request({ path: '/' });
        await new Promise(() => {});
      } }] });`,
      { timeoutMs: 500, closed: { durationMs: 2_500 } },
    );
    expect(server.requests).toBeGreaterThan(1);
    expect(result.exceptions![0]!.message).toMatch(/"stuck" has waited .* given up/);
    expect(result.durationSeconds).toBe(2.5);
  });

  it.each([
    ['const x: = 1;', /flow\.ts:2(:\d+)?: SyntaxError|flow\.ts:2.*[Ee]xpected/],
    ['enum Colour { red }', /flow\.ts.*enum/],
    ["throw new Error('no luck');", /flow\.ts:2:7: Error: no luck/],
    ["import './missing.ts';", /missing\.ts/],
    ['export const nothing = 1;', /exports no scenario/],
    ['export default defineScenario({ flows: [] });', /has no flows/],
    ["export default defineScenario({ flows: [{ name: 'a', weight: 0, request: {} }] });", /weight of "a"/],
    [
      "export default defineScenario({ wait: 'soon', flows: [{ name: 'a', request: {} }] });",
      /"wait" in .*soon/,
    ],
    [
      "export default defineScenario({\n setup() { throw new Error('no db'); },\n flows: [{ name: 'a', request: {} }] });",
      /flow\.ts:3:\d+: setup: Error: no db/,
    ],
  ])('that reads %j is refused in one line before anything is sent', async (text, message) => {
    const server = await serverWith(fine);
    const refused = await perform(server.url, text, { maxRequests: 1 }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ exitCode: 2, message: expect.stringMatching(message) });
    expect((refused as Error).message).not.toContain('\n');
    expect(server.requests).toBe(0);
  });
});

describe('what a scenario does beside the load', () => {
  it('is kept, too, if it throws after sending has ended', async () => {
    const thrown = join(folder, 'thrown');
    const server = await serverWith((socket) => {
      const answerOnceThrown = () => {
        if (existsSync(thrown)) socket.write(response(200, '{}'));
        else systemClock.after(10, answerOnceThrown);
      };
      answerOnceThrown();
    });
    const { result } = await perform(
      server.url,
      `import { writeFileSync } from 'node:fs';
       export default defineScenario({
         flows: [{ name: 'late', async run(user) {
           setTimeout(() => {
             setImmediate(() => writeFileSync(${JSON.stringify(thrown)}, ''));
             throw new Error('after the end');
           }, 400);
           await user.request({ path: '/' });
         } }],
       });`,
      { closed: { durationMs: 200 }, stopTimeoutMs: 20_000, timeoutMs: 20_000 },
    );
    expect(result.exceptions).toMatchObject([{ message: 'Error: after the end', count: 1 }]);
    expect(result.validity.checks.find(({ name }) => name === 'bookkeeping')?.passed).toBe(true);
    // The scenario's fault, not this machine's.
    expect(result.validity.checks.find(({ name }) => name === 'localFailures')?.passed).toBe(true);
  });

  it('is torn down though the run broke, if it was set up', async () => {
    const server = await serverWith(fine);
    const marker = join(folder, 'torn-down');
    const broken: RunObserver = () => {
      throw new Error('an observer broke');
    };
    await expect(
      perform(
        server.url,
        `import { writeFileSync } from 'node:fs';
         export default defineScenario({
           setup: () => ({ token: 'abc' }),
           teardown: (data) => writeFileSync(${JSON.stringify(marker)}, JSON.stringify(data)),
           flows: [{ name: 'one', request: { path: '/' } }],
         });`,
        { closed: { durationMs: 200 }, observers: [broken] },
      ),
    ).rejects.toThrow('an observer broke');
    expect(readFileSync(marker, 'utf8')).toBe('{"token":"abc"}');
  });
});
