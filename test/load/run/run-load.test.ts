import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import type { LoadPlan } from '../../../src/load/plan/plan.ts';
import type { LoadEvent } from '../../../src/load/run/run-events.ts';
import { type LoadDeps, type LoadRun, runLoad } from '../../../src/load/run/run-load.ts';
import { loadFromFlags } from '../../../src/offered/from-flags.ts';
import type { UsersLoad } from '../../../src/offered/users.ts';
import { parseExpectation } from '../../../src/record/judgement/expectation.ts';
import { contents, planFor } from '../support/plan.ts';
import { type Answer, fine, type KnownServer, response, startServer } from '../support/servers.ts';

const servers: KnownServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serverWith(answer: Answer): Promise<KnownServer> {
  const server = await startServer(answer);
  servers.push(server);
  return server;
}

async function run(
  plan: LoadPlan,
  options: { signal?: AbortSignal; onEvent?: (event: LoadEvent) => void } & Partial<LoadDeps> = {},
): Promise<LoadRun & { events: LoadEvent[] }> {
  const events: LoadEvent[] = [];
  const { onEvent = () => {}, ...deps } = options;
  const outcome = await runLoad(plan, {
    clock: systemClock,
    runId: 'run-1',
    contents,
    signal: new AbortController().signal,
    workers: 1,
    observers: [(event) => events.push(event), onEvent],
    credentials: async () => ({ accessKeyId: 'mlbench', secretAccessKey: 'local' }),
    ...deps,
  });
  return { ...outcome, events };
}

describe('a run', () => {
  it('over two workers sends what was asked for, once, and says what it measured', async () => {
    const server = await serverWith(fine);
    const { result, totals, events, interrupted, failure } = await run(
      planFor(server.url, {
        maxRequests: 1_501,
        closed: { users: 7 },
        expectations: ['p99<5s', 'errors<1%', 'rate>100000000'].map((text) => parseExpectation(text)),
      }),
      { workers: 2 },
    );
    expect(server.requests).toBe(1_501);
    expect(result.requests).toEqual({
      intended: 1_501,
      sent: 1_501,
      succeeded: 1_501,
      failed: 0,
      dropped: 0,
      inFlightAtEnd: 0,
    });
    expect(result).toMatchObject({
      schemaVersion: 1,
      runId: 'run-1',
      workers: 2,
      maxRequests: 1_501,
      ended: { reason: 'requests' },
      target: { kind: 'url', endpointName: '', url: server.url },
      errors: [],
      rateRps: { intended: null },
      scaling: {},
      costUsd: {},
    });
    expect(result.rateRps.achieved / (1_501 / result.durationSeconds)).toBeCloseTo(1, 1);
    expect(result.latencyUs.response.count).toBe(1_501);
    expect(result.latencyUs.response.p50).toBeGreaterThan(0);
    expect(result.thresholds.map((threshold) => threshold.passed)).toEqual([true, true, false]);
    expect(result.validity.verdict).toBe('VALID');
    expect(result.generator.cpuUsPerRequest).toBeGreaterThan(0);
    expect(totals.latency.response.spectrum()).toContain('Total count    =');
    expect(interrupted).toBe(false);
    expect(failure).toBeNull();
    expect(events.map((event) => event.type).filter((type) => type !== 'load-interval')).toEqual([
      'load-planned',
      'load-started',
      'load-stopping',
      'load-finished',
    ]);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  it('ends after its duration, and reports progress once a second', async () => {
    const server = await serverWith(fine);
    const { result, events } = await run(
      planFor(server.url, {
        closed: { users: 4, durationMs: 1_900, wait: { kind: 'pacing', periodMs: 50 } },
      }),
      { workers: 2 },
    );
    expect(result.durationSeconds).toBe(1.9);
    expect(server.requests).toBe(result.requests.sent);
    // 4 users, one request per 50 ms, from 0 to 1,900: at most 38 each.
    expect(result.requests.sent).toBeLessThanOrEqual(4 * 38);
    const progress = events.filter((event) => event.type === 'load-interval');
    expect(progress.filter(({ interval }) => !interval.brief)).toHaveLength(2);
    expect(progress[0]).toMatchObject({ durationMs: 1_900, interval: { users: 4, total: { failed: 0 } } });
    expect(progress.at(-1)!.interval.total.sent).toBe(server.requests);
    expect(progress.reduce((sum, { interval }) => sum + interval.counts.sent, 0)).toBe(server.requests);
  });

  it('interrupted, keeps what it has measured', async () => {
    const server = await serverWith((socket) => {
      systemClock.after(20, () => socket.write(response(200, 'fine')));
    });
    const controller = new AbortController();
    const { result, interrupted, events } = await run(planFor(server.url, { closed: { users: 3 } }), {
      signal: controller.signal,
      onEvent: (event) => {
        if (event.type === 'load-interval') controller.abort();
      },
    });
    expect(interrupted).toBe(true);
    expect(result.requests.sent).toBe(server.requests);
    expect(result.requests.succeeded).toBe(result.requests.sent);
    expect(result.durationSeconds).toBeLessThan(5);
    expect(events).toContainEqual({ type: 'load-stopping', reason: 'interrupted' });
  });

  it('before the first request refuses what cannot work, with the right exit code', async () => {
    const gone = await startServer(() => {});
    await gone.close();
    await expect(run(planFor(gone.url))).rejects.toMatchObject({ exitCode: 3 });
    const server = await serverWith(fine);
    await expect(run(planFor('nowhere'))).rejects.toMatchObject({ exitCode: 2 });
    await expect(run(planFor(server.url, { warmupMs: 60_000 }))).rejects.toMatchObject({ exitCode: 2 });
    await expect(run(planFor(server.url, { closed: { users: 1_000_000 } }))).rejects.toMatchObject({
      exitCode: 2,
    });
    expect(server.requests).toBe(0);
  });

  it('with a warm-up counts all requests but measures only those after it', async () => {
    const server = await serverWith(fine);
    const { result, events } = await run(
      planFor(server.url, {
        warmupMs: 300,
        closed: { users: 2, durationMs: 600, wait: { kind: 'pacing', periodMs: 20 } },
      }),
    );
    const intervals = events.flatMap((event) => (event.type === 'load-interval' ? [event.interval] : []));
    expect(result.requests.sent).toBe(server.requests);
    expect(intervals.reduce((sum, { counts }) => sum + counts.sent, 0)).toBe(server.requests);
    // 2 users, one request per 20 ms, from 0 to 300: at most 15 each.
    expect(result.warmup!.sent).toBeLessThanOrEqual(2 * 15);
    expect(result.warmup!.sent).toBeGreaterThan(0);
    expect(result.warmup!.succeeded).toBe(result.warmup!.sent);
    expect(result.latencyUs.response.count).toBe(result.requests.succeeded - result.warmup!.succeeded);
    expect(result.rateRps.achieved).toBeLessThanOrEqual(110);
  });

  it('tells every observer the same, each interval whole', async () => {
    const server = await serverWith(fine);
    const [one, other]: LoadEvent[][] = [[], []];
    const { result } = await run(
      planFor(server.url, {
        closed: { users: 2, durationMs: 1_500, wait: { kind: 'pacing', periodMs: 20 } },
      }),
      { observers: [(event) => one!.push(event), (event) => other!.push(event)], workers: 2 },
    );
    expect(one).toEqual(other);
    const intervals = one!.flatMap((event) => (event.type === 'load-interval' ? [event.interval] : []));
    const of = (kind: 'response' | 'service') =>
      intervals.reduce((sum, { histograms }) => sum + histograms[kind].count, 0);
    expect(of('response')).toBe(result.latencyUs.response.count);
    expect(of('service')).toBe(result.latencyUs.service.count);
    expect(intervals.reduce((sum, { counts }) => sum + counts.sent, 0)).toBe(result.requests.sent);
  });

  it('ends when its figures say that it is enough', async () => {
    const server = await serverWith(fine);
    const { result, events, totals } = await run(planFor(server.url, { closed: { users: 2 } }), {
      stopWhen: ({ total }) => (total.succeeded > 10 ? 'ten have succeeded' : null),
    });
    expect(events).toContainEqual({
      type: 'load-stopping',
      reason: 'figures',
      because: 'ten have succeeded',
    });
    expect(result.durationSeconds).toBeLessThan(10);
    expect(totals.latency.response.count).toBe(result.requests.succeeded);
    expect(result.validity.verdict).toBe('VALID');
  });

  it('is changed at its start, and not before, by whoever steers it while the start is still to come', async () => {
    const server = await serverWith(fine);
    const { events } = await run(
      planFor(server.url, {
        // Long enough for a busy machine to make ready.
        startAtMs: systemClock.nowMs() + 3_000,
        closed: { durationMs: 500, wait: { kind: 'constant', waitMs: 20 } },
      }),
      {
        steering: {
          attach(controls) {
            controls.step(2);
            return () => {};
          },
        },
      },
    );
    const changes = events.flatMap((event) => (event.type === 'load-changed' ? [event.atMs] : []));
    expect(changes).toEqual([0]);
  });

  it('can be stopped by whoever steers it', async () => {
    const server = await serverWith(fine);
    const { result, events, interrupted } = await run(planFor(server.url, { closed: { users: 2 } }), {
      steering: {
        attach({ stop }) {
          stop();
          return () => {};
        },
      },
    });
    expect(events).toContainEqual({ type: 'load-stopping', reason: 'asked' });
    expect(interrupted).toBe(false);
    expect(result.durationSeconds).toBeLessThan(10);
  });

  it('keeps what it measured though its trace is gone by the end', async () => {
    const server = await serverWith(fine);
    const folder = mkdtempSync(join(tmpdir(), 'mlbench-trace-'));
    try {
      const path = join(folder, 'trace');
      writeFileSync(path, '0.1\n0.5\n1.5\n');
      const { load, places } = loadFromFlags({ traceFile: path });
      const { result } = await run(planFor(server.url, { offered: load }), {
        contents: { ...contents, ...places },
        onEvent: ({ type }) => {
          if (type === 'load-interval') rmSync(path, { force: true });
        },
      });
      expect(result.requests).toMatchObject({ intended: 3, succeeded: 3 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a server that answers what nobody has asked yet', () => {
  const answer = response(200, 'fine');
  const later = (socket: Socket, ms: number) => {
    systemClock.after(ms, () => socket.writable && socket.write(answer));
  };
  /** What is done on each connection, before anything is asked; and with each request. */
  const servers: [string, (socket: Socket) => void, ((socket: Socket) => void) | null][] = [
    ['at once, and never again', (socket) => socket.write(answer), null],
    ['at once, and to each request', (socket) => socket.write(answer), (socket) => socket.write(answer)],
    ['a thousand times at once', (socket) => socket.write(answer.repeat(1_000)), null],
    ['after 50 ms', (socket) => later(socket, 50), (socket) => socket.write(answer)],
    // In the midst of the load: from then on each request has its neighbour's answer.
    ['after 300 ms', (socket) => later(socket, 300), (socket) => socket.write(answer)],
    ['after 300 ms, and slowly', (socket) => later(socket, 300), (socket) => later(socket, 80)],
    ['twice to each request, in one piece', () => {}, (socket) => socket.write(answer + answer)],
    [
      'twice to each request, 5 ms apart',
      () => {},
      (socket) => {
        socket.write(answer);
        later(socket, 5);
      },
    ],
    ['once too often, at the twentieth request', () => {}, null],
  ];
  const loads: [string, Partial<UsersLoad>][] = [
    ['users who do not pause', { users: 3, durationMs: 1_000 }],
    ['users who pause', { users: 3, durationMs: 1_000, wait: { kind: 'constant', waitMs: 40 } }],
  ];

  // Side by side: none is measured, and each has a server of its own.
  it.concurrent.each(
    servers.flatMap(([when, onConnection, onRequest]) =>
      loads.map(([who, closed]) => [when, who, onConnection, onRequest, closed] as const),
    ),
  )('%s, is not believed: %s', async (when, _, onConnection, onRequest, closed) => {
    let requests = 0;
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket.setNoDelay(true));
      socket.on('error', () => {});
      onConnection(socket);
      socket.on('data', () => {
        requests++;
        if (onRequest !== null) onRequest(socket);
        else if (when.startsWith('once')) socket.write(requests === 20 ? answer + answer : answer);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    try {
      const { result } = await run(planFor(`http://127.0.0.1:${port}`, { closed, timeoutMs: 1_000 }));
      expect(result.validity.checks.find(({ name }) => name === 'strayAnswers')).toMatchObject({
        severity: 'error',
        passed: false,
      });
      expect(result.validity.verdict).toBe('INVALID');
      // No more than were asked for.
      expect(result.requests.succeeded).toBeLessThanOrEqual(requests);
      if (onRequest === null && !when.startsWith('once')) expect(result.requests.succeeded).toBe(0);
    } finally {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
