import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../../src/load/measure/snapshot.ts';
import type { LoadPlan } from '../../../src/load/plan/plan.ts';
import type { ConnectionOwner, Transport } from '../../../src/load/transport/connection.ts';
import type { HttpConnection } from '../../../src/load/transport/exchange/http-connection.ts';
import { LoadWorker } from '../../../src/load/worker/load-worker.ts';
import type { FromWorker } from '../../../src/load/worker/messages.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { scenarioOf } from '../support/flows.ts';
import { contents, planFor, unreadScenario } from '../support/plan.ts';
import { connectTo, type VirtualServer } from '../support/virtual-server.ts';

/** A worker's whole run in virtual time: all that it says, and all that its server saw. */
async function run(changes: Parameters<typeof planFor>[1], server: VirtualServer, asFlow: boolean) {
  const clock = new ManualClock();
  const { connect, log } = connectTo(server, clock);
  const plan: LoadPlan = {
    ...planFor('http://service/', changes),
    ...(asFlow ? { scenario: unreadScenario } : {}),
  };
  const messages: FromWorker[] = [];
  const connection = class {
    constructor(_: Transport, owner: ConnectionOwner) {
      // biome-ignore lint/correctness/noConstructorReturn: what is made stands in for a connection
      return connect(owner);
    }
  } as unknown as new (
    transport: Transport,
    owner: ConnectionOwner,
  ) => HttpConnection;
  const worker = new LoadWorker(
    { plan, contents, worker: 0, workers: 1, credentials: null },
    {
      clock,
      connection,
      lookup: async () => [],
      readThread: () => ({ loopActiveMs: 0, loopIdleMs: 0, cpuUs: 0 }),
      loopLagUsP99: () => 0,
      post: (message) => messages.push(message),
      ...(asFlow ? { scenario: scenarioOf([{ name: 'predict', request: {} }]) } : {}),
    },
  );
  worker.handle({ type: 'start', startAtMs: clock.nowMs() });
  await clock.advance(plan.offered.durationMs + plan.stopTimeoutMs + 1_000);
  return { messages, log };
}

/** What a worker says of requests, apart from their names. */
function nameless(messages: FromWorker[]): unknown[] {
  return messages.map((message) => {
    if (message.type !== 'snapshot') return message;
    const { named, flows, exceptions, ...snapshot } = message.snapshot;
    // Arrivals that never began: requests where each is one, flows where they are that.
    const dropped = flows?.dropped ?? 0;
    const counts = { ...snapshot.counts, dropped: snapshot.counts.dropped + dropped };
    const warmup = { ...snapshot.warmup, dropped: 0 };
    const errors = snapshot.errors.map(({ name, method, ...error }) => error);
    return { ...snapshot, counts, warmup, errors };
  });
}

function sumOf(messages: FromWorker[], count: (snapshot: Snapshot) => number): number {
  return messages.reduce(
    (sum, message) => sum + (message.type === 'snapshot' ? count(message.snapshot) : 0),
    0,
  );
}

const slowly: VirtualServer = { answerMs: (index) => 5 + ((index * 37) % 90), handshakeMs: 3 };
const busy: VirtualServer['failure'] = (index) =>
  index % 7 === 3 ? { kind: 'throttled', status: 429, message: 'slow down' } : null;
const closed = { durationMs: 5_000 };
const poisson = { model: 'open', arrivals: 'poisson', rateRps: 80, durationMs: 5_000 } as const;

describe('a flow of one request', () => {
  it.each<[string, Parameters<typeof planFor>[1], VirtualServer]>([
    ['users that send on and on', { closed: { ...closed, users: 3 }, warmupMs: 700 }, slowly],
    [
      'users with random pauses, of whom some come later',
      {
        closed: {
          ...closed,
          users: 9,
          ramp: { kind: 'over', durationMs: 3_000 },
          wait: { kind: 'between', lowMs: 20, highMs: 300 },
        },
      },
      { ...slowly, failure: busy, closes: true },
    ],
    ['users with a number of requests', { closed: { ...closed, users: 4 }, maxRequests: 203 }, slowly],
    ['users who are refused', { closed: { ...closed, users: 2 } }, { answerMs: () => 1, refuses: true }],
    ['users who are never answered', { closed: { ...closed, users: 2 } }, { answerMs: () => null }],
    ['arrivals', { offered: poisson, warmupMs: 1_000 }, { ...slowly, failure: busy }],
    ['arrivals with a number of requests', { offered: poisson, maxRequests: 150 }, slowly],
    ['arrivals on too few connections', { offered: poisson, connections: 3, timeoutMs: 400 }, slowly],
    ['arrivals that are refused', { offered: poisson }, { answerMs: () => 1, refuses: true, handshakeMs: 2 }],
  ])('and a plain one are the same to %s, but for the name', async (_, changes, server) => {
    const plain = await run(changes, server, false);
    const flows = await run(changes, server, true);
    expect(plain.log.sentAtMs.length + plain.log.attemptsAtMs.length).toBeGreaterThan(2);
    expect(flows.log).toEqual(plain.log);
    expect(nameless(flows.messages)).toEqual(nameless(plain.messages));
    // Names apart: each that ended after the warm-up is in its flow's figures, each that failed under its flow's name.
    const named = (snapshot: Snapshot) => snapshot.named ?? [];
    const ended = sumOf(flows.messages, (snapshot) =>
      named(snapshot).reduce((sum, { succeeded, failed }) => sum + succeeded + failed, 0),
    );
    const { messages } = flows;
    const counted = sumOf(messages, ({ counts, warmup, starved }) => {
      return counts.succeeded + counts.failed - warmup.succeeded - warmup.failed - starved;
    });
    expect(ended).toBe(counted);
    // A flow for each request that was sent, tried or dropped; none for an arrival that nothing of ours was free for.
    const begun = sumOf(
      messages,
      ({ flows: { started, dropped } = { started: 0, dropped: 0 } }) => started + dropped,
    );
    const requests = sumOf(plain.messages, ({ counts, starved }) => counts.sent + counts.dropped - starved);
    expect(begun).toBe(requests);
    for (const message of messages) {
      if (message.type !== 'snapshot') continue;
      for (const { name } of named(message.snapshot)) expect(name).toBe('predict');
    }
  });
});
