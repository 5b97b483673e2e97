import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import type { Totals } from '../../../src/load/measure/totals.ts';
import type { FromWorker } from '../../../src/load/worker/messages.ts';
import { testCertificate } from '../support/certificate.ts';
import { planFor } from '../support/plan.ts';
import { runWorker } from '../support/run-worker.ts';
import { type Answer, fine, type KnownServer, response, startServer } from '../support/servers.ts';

const servers: KnownServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

/** Runs a worker to its end in this thread, against a server that answers so. */
async function measure(
  answer: Answer,
  changes: Parameters<typeof planFor>[1] & { secure?: boolean } = {},
): Promise<{ totals: Totals; server: KnownServer; messages: FromWorker[]; startedMs: number }> {
  const { secure = false, ...rest } = changes;
  const server = await startServer(answer, { tls: secure });
  servers.push(server);
  return { server, ...(await runWorker(planFor(server.url, { tls: { ca: testCertificate }, ...rest }))) };
}

const answerAfter =
  (ms: (index: number) => number): Answer =>
  (socket, index) => {
    systemClock.after(ms(index), () => socket.write(response(200, 'fine')));
  };

describe('a worker against a server whose answers are known', () => {
  it('recovers a fixed delay', async () => {
    const { totals, server, startedMs } = await measure(
      answerAfter(() => 30),
      { maxRequests: 40, closed: { users: 4 } },
    );
    expect(server.requests).toBe(40);
    expect(totals.counts).toEqual({ sent: 40, succeeded: 40, failed: 0, dropped: 0 });
    // Timers of the server itself may be 1 ms early and some late.
    expect(totals.latency.service.min).toBeGreaterThan(28_500);
    // Four users are never in more than four requests at once, however busy the machine.
    const inAllUs = totals.latency.service.mean()! * 40;
    expect(inAllUs).toBeLessThanOrEqual(4 * (systemClock.monotonicMs() - startedMs) * 1_000);
    expect(totals.latency.response.percentile(50)).toBeGreaterThanOrEqual(
      totals.latency.service.percentile(50)!,
    );
  });

  it('recovers both modes of a bimodal one and their shares', async () => {
    const { totals } = await measure(
      answerAfter((index) => (index % 5 === 0 ? 1_000 : 10)),
      {
        maxRequests: 50,
        closed: { users: 5 },
      },
    );
    expect(totals.latency.service.percentile(75)).toBeLessThan(950_000);
    expect(totals.latency.service.percentile(81)).toBeGreaterThan(998_000);
    expect(totals.latency.service.countAbove(950_000)).toBe(10);
  });

  it('counts every request that the server saw, no more and no less', async () => {
    const { totals, server } = await measure(fine, { closed: { users: 8, durationMs: 200 } });
    expect(totals.counts.sent).toBeGreaterThan(0);
    expect(totals.counts.sent).toBe(server.requests);
    expect(totals.counts.succeeded).toBe(server.requests);
    expect(Math.abs(totals.inFlightMs - totals.residenceMs)).toBeLessThan(totals.residenceMs * 1e-6);
  });

  it('reports connections dropped within a body, and goes on over new ones', async () => {
    const { totals, server } = await measure(
      (socket, index) => {
        if (index % 4 !== 3) return socket.write(response(200, 'fine'));
        return socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nnot all of it');
      },
      { maxRequests: 20 },
    );
    expect(totals.counts).toMatchObject({ sent: 20, succeeded: 15, failed: 5 });
    expect(totals.errors).toMatchObject([
      { kind: 'protocol', status: 200, message: 'closed before the response was whole', count: 5 },
    ]);
    expect(server.connections).toBe(5);
  });

  it('tells bursts of 429 and 503 apart, and keeps their speed out of the latencies', async () => {
    const { totals } = await measure(
      (socket, index) => {
        if (index % 10 < 4) return socket.write(response(429, '{"message":"slow down"}'));
        if (index % 10 < 6) return socket.write(response(503, ''));
        return answerAfter(() => 15)(socket, index, 0);
      },
      { maxRequests: 30 },
    );
    expect(totals.errors).toMatchObject([
      { kind: 'throttled', status: 429, count: 12 },
      { kind: 'http', status: 503, count: 6 },
    ]);
    expect(totals.latency.response.count).toBe(12);
    expect(totals.latency.response.min).toBeGreaterThan(13_000);
  });

  it('cuts a slow-loris body off at the time-out, and lets the wait count', async () => {
    const { totals } = await measure(
      (socket, index) => {
        if (index % 2 === 0) return socket.write(response(200, 'fine'));
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n');
        const drip = () => {
          if (socket.destroyed) return;
          socket.write('.');
          systemClock.after(20, drip);
        };
        return drip();
      },
      { maxRequests: 6, timeoutMs: 120 },
    );
    expect(totals.errors).toMatchObject([{ kind: 'timeout', message: 'no answer within 0.12 s', count: 3 }]);
    expect(totals.latency.response.count).toBe(6);
    expect(totals.latency.response.percentile(100)).toBeGreaterThanOrEqual(120_000);
  });

  it('is not fooled by a body longer than its length', async () => {
    const { totals } = await measure(
      (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok and more'),
      { maxRequests: 3 },
    );
    expect(totals.errors).toMatchObject([
      { kind: 'protocol', message: 'bytes after the response', count: 3 },
    ]);
  });

  it('does not believe a server that answers what nobody asked', async () => {
    // Long enough for what is not asked for to come before the next request, on a busy machine too.
    const wait = { kind: 'constant', waitMs: 400 } as const;
    const changes = { maxRequests: 3, closed: { wait } };
    const { totals } = await measure((socket) => {
      socket.write(response(200, 'fine'));
      systemClock.after(10, () => socket.write(response(200, 'forged')));
    }, changes);
    expect(totals.counts.succeeded).toBe(3);
    expect(totals.strayAnswers).toBeGreaterThanOrEqual(2);
    const polite = await measure((socket) => {
      socket.write(response(200, 'fine'));
      systemClock.after(10, () => socket.end('HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n'));
    }, changes);
    expect(polite.totals.strayAnswers).toBe(0);
  });

  it('reconnects to a server that closes after each answer, and calls that pool wait', async () => {
    const { totals, server } = await measure(
      (socket) => socket.end(response(200, 'fine', { connection: 'close' })),
      { maxRequests: 10 },
    );
    expect(totals.counts).toMatchObject({ sent: 10, succeeded: 10 });
    expect(server.connections).toBe(10);
    expect(totals.latency.poolWait.min).toBeGreaterThan(0);
  });

  it('speaks TLS', async () => {
    const { totals } = await measure(fine, { secure: true, maxRequests: 20, closed: { users: 2 } });
    expect(totals.counts).toMatchObject({ sent: 20, succeeded: 20 });
  });

  it('signs for the SageMaker runtime', async () => {
    const server = await startServer(fine);
    servers.push(server);
    const { totals } = await runWorker(
      planFor('', {
        maxRequests: 3,
        destination: { kind: 'runtime', endpointName: 'mlbench', url: server.url, region: 'us-east-1' },
      }),
    );
    expect(totals.counts.succeeded).toBe(3);
    expect(server.received[0]).toMatch(/^POST \/endpoints\/mlbench\/invocations HTTP\/1\.1\r\n/);
    expect(server.received[0]).toMatch(
      /authorization: AWS4-HMAC-SHA256 Credential=mlbench\/\d{8}\/us-east-1\/sagemaker\//,
    );
  });

  it('sends nothing before its time', async () => {
    const arrivals: number[] = [];
    const { messages, totals, startedMs } = await measure(
      (socket) => {
        arrivals.push(systemClock.monotonicMs());
        socket.write(response(200, 'fine'));
      },
      { maxRequests: 12, closed: { users: 1, wait: { kind: 'pacing', periodMs: 20 } } },
    );
    arrivals.forEach((atMs, i) => {
      expect(atMs - startedMs).toBeGreaterThanOrEqual(i * 20);
    });
    expect(totals.latency.sendLag.min).toBeGreaterThanOrEqual(0);
    expect(messages.at(-1)?.type).toBe('done');
    expect(messages.at(-2)?.type).toBe('snapshot');
  });

  it('gives requests in flight the stop timeout, then counts them', async () => {
    const { totals, messages } = await measure(() => {}, {
      closed: { users: 3, durationMs: 100 },
      stopTimeoutMs: 80,
    });
    expect(totals.inFlightAtEnd).toBe(3);
    expect(totals.counts).toEqual({ sent: 3, succeeded: 0, failed: 0, dropped: 0 });
    const done = messages.at(-1);
    expect(done?.type === 'done' && done.endedMs).toBeGreaterThanOrEqual(178);
    expect(messages).toContainEqual({ type: 'stopping', reason: 'duration', atMs: 100 });
  });
});

describe('arrivals over real sockets', () => {
  it('through a stall keep their instants, and show what callers felt', async () => {
    const stallFromMs = 400;
    const stallMs = 600;
    let startedMs: number | undefined;
    const { totals, server } = await measure(
      (socket) => {
        startedMs ??= systemClock.monotonicMs();
        const intoRunMs = systemClock.monotonicMs() - startedMs;
        const stalled = intoRunMs >= stallFromMs && intoRunMs < stallFromMs + stallMs;
        const answer = () => socket.write(response(200, 'fine'));
        if (stalled) systemClock.after(stallFromMs + stallMs - intoRunMs, answer);
        else answer();
      },
      { offered: { model: 'open', arrivals: 'constant', rateRps: 200, durationMs: 2_000 } },
    );
    expect(server.requests).toBe(400);
    expect(totals.counts).toEqual({ sent: 400, succeeded: 400, failed: 0, dropped: 0 });
    // 120 of 400 arrive while it stalls, and wait 300 ms on average: a user in a loop would have sent one.
    const { response: felt } = totals.latency;
    // Lower bounds: a busy machine makes them wait longer, never less.
    expect(felt.countAbove(100_000)).toBeGreaterThanOrEqual(95);
    expect(felt.percentile(85)!).toBeGreaterThan(270_000);
    expect(felt.max!).toBeGreaterThan(550_000);
    expect(Math.abs(totals.inFlightMs - totals.residenceMs)).toBeLessThan(totals.residenceMs * 1e-6);
  });
});
