import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import type { LoadEvent } from '../../src/load/events.ts';
import type { LoadPlan } from '../../src/load/plan.ts';
import { type LoadRun, runLoad } from '../../src/load/run-load.ts';
import { parseExpectation } from '../../src/record/expectation.ts';
import { planFor } from './support/plan.ts';
import { type Answer, type KnownServer, response, startServer } from './support/servers.ts';

const servers: KnownServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serverWith(answer: Answer): Promise<KnownServer> {
  const server = await startServer(answer);
  servers.push(server);
  return server;
}

const fine: Answer = (socket) => socket.write(response(200, 'fine'));

async function run(
  plan: LoadPlan,
  options: { signal?: AbortSignal; onEvent?: (event: LoadEvent) => void } = {},
): Promise<LoadRun & { events: LoadEvent[] }> {
  const events: LoadEvent[] = [];
  const outcome = await runLoad(plan, {
    clock: systemClock,
    runId: 'run-1',
    signal: options.signal ?? new AbortController().signal,
    emit: (event) => {
      events.push(event);
      options.onEvent?.(event);
    },
    credentials: async () => ({ accessKeyId: 'mlbench', secretAccessKey: 'local' }),
  });
  return { ...outcome, events };
}

describe('a run', () => {
  it('over two workers sends what was asked for, once, and says what it measured', async () => {
    const server = await serverWith(fine);
    const { result, hgrm, events, interrupted, failure } = await run(
      planFor(server.url, {
        workers: 2,
        maxRequests: 1_501,
        closed: { users: 7 },
        expectations: ['p99<5s', 'errors<1%', 'rate>100000000'].map((text) => parseExpectation(text)),
      }),
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
    expect(hgrm).toContain('Total count    =');
    expect(interrupted).toBe(false);
    expect(failure).toBeNull();
    expect(events.map((event) => event.type).filter((type) => type !== 'load-progress')).toEqual([
      'load-planned',
      'load-stopping',
      'load-finished',
    ]);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  it('ends after its duration, and reports progress once a second', async () => {
    const server = await serverWith(fine);
    const { result, events } = await run(
      planFor(server.url, {
        workers: 2,
        closed: { users: 4, durationMs: 1_900, wait: { kind: 'pacing', periodMs: 50 } },
      }),
    );
    expect(result.durationSeconds).toBe(1.9);
    expect(server.requests).toBe(result.requests.sent);
    // 4 users, one request per 50 ms, from 0 to 1,900: at most 38 each.
    expect(result.requests.sent).toBeLessThanOrEqual(4 * 38);
    expect(result.requests.sent).toBeGreaterThan(4 * 10);
    const progress = events.filter((event) => event.type === 'load-progress');
    expect(progress).toHaveLength(2);
    expect(progress[0]).toMatchObject({ users: 4, durationMs: 1_900, failed: 0 });
    expect(progress.at(-1)!.sent).toBe(result.requests.sent);
  });

  it('interrupted, keeps what it has measured', async () => {
    const server = await serverWith((socket) => {
      systemClock.after(20, () => socket.write(response(200, 'fine')));
    });
    const controller = new AbortController();
    const { result, interrupted, events } = await run(planFor(server.url, { closed: { users: 3 } }), {
      signal: controller.signal,
      onEvent: (event) => {
        if (event.type === 'load-progress') controller.abort();
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
    const { result } = await run(
      planFor(server.url, {
        warmupMs: 300,
        closed: { users: 2, durationMs: 600, wait: { kind: 'pacing', periodMs: 20 } },
      }),
    );
    expect(result.requests.sent).toBe(server.requests);
    expect(result.warmup!.sent).toBeGreaterThan(10);
    expect(result.latencyUs.response.count).toBe(result.requests.succeeded - result.warmup!.succeeded);
    expect(result.rateRps.achieved).toBeLessThanOrEqual(110);
  });
});
