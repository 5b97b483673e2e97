import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import type { LoadPlan } from '../../../src/load/plan/plan.ts';
import { type LoadRun, runLoad } from '../../../src/load/run/run-load.ts';
import { contents, planFor } from '../support/plan.ts';
import { type Answer, type KnownServer, response, startServer } from '../support/servers.ts';

const servers: KnownServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function against(
  answer: Answer,
  changes: Parameters<typeof planFor>[1],
  workers = 1,
): Promise<LoadRun> {
  const server = await startServer(answer);
  servers.push(server);
  return run(planFor(server.url, changes), workers);
}

const run = (plan: LoadPlan, workers = 1): Promise<LoadRun> =>
  runLoad(plan, {
    clock: systemClock,
    runId: 'run-1',
    contents,
    signal: new AbortController().signal,
    workers,
    observers: [],
    credentials: async () => ({ accessKeyId: 'mlbench', secretAccessKey: 'local' }),
  });

const always =
  (status: number): Answer =>
  (socket) =>
    socket.write(response(status, ''));

describe('a run whose first answers say that there is nothing to load', () => {
  it.each([
    [401, 'HTTP 401 Unauthorized'],
    [403, 'HTTP 403 Forbidden'],
    [404, 'HTTP 404 Not Found'],
  ])('%d ends after twenty of them, and says so in its record', async (status, said) => {
    const { result, nothingToLoad, failure } = await against(always(status), { closed: { users: 4 } }, 2);
    expect(nothingToLoad).toMatch(
      new RegExp(
        `^all of the first \\d+ answers say that there is nothing to load; the first says: ${said}$`,
      ),
    );
    expect(failure).toBeNull();
    expect(result.ended).toEqual({ reason: 'nothing-to-load', message: nothingToLoad });
    expect(result.requests.sent).toBe(result.requests.failed);
    expect(result.durationSeconds).toBeLessThan(30);
  });

  it('so few that two seconds bring three ends after these', async () => {
    const { result, nothingToLoad } = await against(always(404), {
      closed: { users: 1, wait: { kind: 'pacing', periodMs: 900 } },
    });
    expect(nothingToLoad).toBe(
      'all 3 answers of the first 2s say that there is nothing to load; the first says: HTTP 404 Not Found',
    );
    expect(result.requests.sent).toBe(3);
  });

  it('ends so, too, if it has sent all it had', async () => {
    const { result, nothingToLoad } = await against(always(404), { maxRequests: 2 });
    expect(nothingToLoad).toBe(
      'all 2 answers say that there is nothing to load; the first says: HTTP 404 Not Found',
    );
    expect(result.ended?.reason).toBe('nothing-to-load');
  });

  it('goes on if it is told to', async () => {
    const { result, nothingToLoad } = await against(always(404), { maxRequests: 200, keepGoing: true });
    expect(nothingToLoad).toBeNull();
    expect(result.requests.failed).toBe(200);
    expect(result.ended).toEqual({ reason: 'requests' });
  });

  it('goes on where one of them was served', async () => {
    const answer: Answer = (socket, index) => socket.write(response(index === 7 ? 200 : 404, ''));
    const { result, nothingToLoad } = await against(answer, { maxRequests: 200 });
    expect(nothingToLoad).toBeNull();
    expect(result.requests).toMatchObject({ succeeded: 1, failed: 199 });
  });

  it.each([429, 500, 503])('does not end for %d', async (status) => {
    const { nothingToLoad } = await against(always(status), { maxRequests: 60 });
    expect(nothingToLoad).toBeNull();
  });

  it('ends where the service went after the run had found it', async () => {
    // Its first connection is the look before the run.
    const server = await startServer(always(200));
    const plan = planFor(server.url, {
      offered: { model: 'open', arrivals: 'constant', rateRps: 100, durationMs: 20_000 },
    });
    const ended = runLoad(plan, {
      clock: systemClock,
      runId: 'run-1',
      contents,
      signal: new AbortController().signal,
      workers: 1,
      observers: [({ type }) => void (type === 'load-planned' && server.close())],
    });
    expect((await ended).nothingToLoad).toContain('connection refused: connect ECONNREFUSED 127.0.0.1:');
  });
});
