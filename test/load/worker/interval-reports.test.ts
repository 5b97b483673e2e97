import { expect, it } from 'vitest';
import type { Clock, Timer } from '../../../src/core/clock.ts';
import { createRecorder } from '../../../src/load/measure/recorder.ts';
import type { Snapshot } from '../../../src/load/measure/snapshot.ts';
import type { ConnectionOwner, Transport } from '../../../src/load/transport/connection.ts';
import { IntervalReports } from '../../../src/load/worker/interval-reports.ts';
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

it('leaves out no second whose end comes between a timer that fires early and the next look at the clock', () => {
  const clock = new CreepingClock();
  const intervals: number[] = [];
  const reports = new IntervalReports({
    clock,
    worker: 0,
    originMs: 0,
    recorder: createRecorder({ originMs: 0, warmupEndMs: 0, epochMs: () => 0 }),
    readThread: () => ({ loopActiveMs: 0, loopIdleMs: 0, cpuUs: 0 }),
    users: () => 0,
    takeMore: () => ({}),
    intervalOver: () => {},
    post: ({ interval }) => intervals.push(interval),
  });
  clock.runUntil(10_500);
  reports.end(10_500);
  expect(intervals).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

/** Each look at it takes 0.3 ms, and its one timer fires 0.4 ms early. */
class CreepingClock implements Clock {
  #nowMs = 0;
  #next: { atMs: number; action: () => void } | undefined;

  nowMs(): number {
    return this.monotonicMs();
  }

  monotonicMs(): number {
    this.#nowMs += 0.3;
    return this.#nowMs;
  }

  after(delayMs: number, action: () => void): Timer {
    this.#next = { atMs: this.#nowMs + delayMs - 0.4, action };
    return { cancel: () => {} };
  }

  runUntil(untilMs: number): void {
    while (this.#next !== undefined && this.#next.atMs < untilMs) {
      const { atMs, action } = this.#next;
      this.#nowMs = Math.max(this.#nowMs, atMs);
      action();
    }
  }
}
