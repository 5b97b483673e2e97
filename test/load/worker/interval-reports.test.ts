import { expect, it } from 'vitest';
import type { Snapshot } from '../../../src/load/measure/snapshot.ts';
import type { ConnectionOwner, Transport } from '../../../src/load/transport/connection.ts';
import { LoadWorker } from '../../../src/load/worker/load-worker.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { contents, planFor } from '../support/plan.ts';
import { connectTo } from '../support/virtual-server.ts';

/** Of a worker in virtual time, whose server answers after 30 ms. */
async function snapshotsOf(users: number, durationMs: number): Promise<Snapshot[]> {
  const clock = new ManualClock();
  const { connect } = connectTo({ answerMs: () => 30 }, clock);
  const snapshots: Snapshot[] = [];
  const worker = new LoadWorker(
    {
      plan: planFor('http://127.0.0.1:1', { closed: { users, durationMs } }),
      worker: 0,
      workers: 1,
      credentials: null,
      contents,
    },
    {
      clock,
      lookup: () => Promise.reject(new Error('nothing is looked up')),
      readThread: () => ({ loopActiveMs: 0, loopIdleMs: 0, cpuUs: 0 }),
      loopLagUsP99: () => 0,
      post: (message) => {
        if (message.type === 'snapshot') snapshots.push(message.snapshot);
      },
      connection: class {
        constructor(_: Transport, owner: ConnectionOwner) {
          // biome-ignore lint/correctness/noConstructorReturn: the worker asks for a class
          return connect(owner);
        }
      } as never,
    },
  );
  worker.handle({ type: 'start', startAtMs: clock.nowMs() });
  await clock.advance(durationMs + 1_000);
  return snapshots;
}

it('counts the users of the last second, whose end is that of the load too', async () => {
  const snapshots = await snapshotsOf(3, 4_000);
  expect(snapshots.map(({ interval, toMs, users }) => ({ interval, toMs, users }))).toEqual([
    { interval: 1, toMs: 1_000, users: 3 },
    { interval: 2, toMs: 2_000, users: 3 },
    { interval: 3, toMs: 3_000, users: 3 },
    { interval: 4, toMs: 4_000, users: 3 },
    { interval: 5, toMs: 4_020, users: 0 },
  ]);
});

it('posts each second once', async () => {
  const snapshots = await snapshotsOf(1, 3_500);
  expect(snapshots.map(({ interval, fromMs, toMs }) => [interval, fromMs, toMs])).toEqual([
    [1, 0, 1_000],
    [2, 1_000, 2_000],
    [3, 2_000, 3_000],
    [4, 3_000, 3_510],
  ]);
});
