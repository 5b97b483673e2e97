import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createErrorGroups } from '../../../src/load/measure/error-groups.ts';
import { checkSnapshot, type Snapshot } from '../../../src/load/measure/snapshot.ts';
import { createAggregate } from '../../../src/load/run/aggregate.ts';
import { summariseLatency } from '../../../src/record/latency/distribution.ts';
import { snapshotOf } from '../support/snapshots.ts';

function aggregateOf(workers: number) {
  return createAggregate({ workers, steadyFromMs: 2_000 });
}

const intervals = fc.array(
  fc.record({
    worker: fc.nat(3),
    sent: fc.nat(50),
    failed: fc.nat(10),
    latenciesMs: fc.array(fc.double({ min: 0.01, max: 5_000, noNaN: true }), { maxLength: 20 }),
  }),
  { maxLength: 30 },
);

describe('the aggregate', () => {
  it('is the same in whatever order snapshots come, and loses nothing', () => {
    fc.assert(
      fc.property(intervals, fc.infiniteStream(fc.nat()), (parts, order) => {
        const snapshots: Snapshot[] = parts.map((part, i) =>
          snapshotOf({
            worker: part.worker,
            interval: i + 1,
            counts: { sent: part.sent, succeeded: part.sent, failed: part.failed, dropped: 0 },
            latencyMs: { response: part.latenciesMs },
          }),
        );
        const shuffled = snapshots
          .map((snapshot) => [order.next().value, snapshot] as const)
          .sort((a, b) => a[0] - b[0])
          .map(([, snapshot]) => snapshot);
        const [a, b] = [snapshots, shuffled].map((list) => {
          const aggregate = aggregateOf(4);
          for (const snapshot of list) aggregate.add(JSON.parse(JSON.stringify(snapshot)) as Snapshot);
          return aggregate.totals();
        });
        expect(a!.counts).toEqual(b!.counts);
        expect(a!.counts.sent).toBe(parts.reduce((sum, part) => sum + part.sent, 0));
        expect(summariseLatency(a!.latency.response)).toEqual(summariseLatency(b!.latency.response));
        expect(a!.latency.response.count).toBe(parts.flatMap((part) => part.latenciesMs).length);
      }),
      { numRuns: 50 },
    );
  });

  it('shows an interval once all running workers have reported it, in order', () => {
    const aggregate = aggregateOf(2);
    const counts = { sent: 10, succeeded: 9, failed: 1, dropped: 0 };
    const latencyMs = { response: [10, 20] };
    expect(aggregate.add(snapshotOf({ worker: 0, interval: 1, counts, latencyMs, inFlight: 2 }))).toEqual([]);
    expect(aggregate.add(snapshotOf({ worker: 0, interval: 2, counts }))).toEqual([]);
    expect(
      aggregate.add(snapshotOf({ worker: 1, interval: 1, counts, latencyMs, inFlight: 3 })),
    ).toMatchObject([
      {
        index: 1,
        elapsedMs: 1_000,
        intervalMs: 1_000,
        users: 2,
        endedRateRps: 20,
        counts: { sent: 20, failed: 2 },
        total: { sent: 20, failed: 2 },
        inFlight: 5,
        response: { max: 20_000 },
      },
    ]);
    expect(aggregate.workerEnded(1)).toMatchObject([
      { elapsedMs: 2_000, endedRateRps: 10, total: { sent: 30 }, response: { max: null } },
    ]);
  });

  it('is not held up by a worker that skipped an interval', () => {
    const aggregate = aggregateOf(2);
    aggregate.add(snapshotOf({ worker: 0, interval: 1 }));
    aggregate.add(snapshotOf({ worker: 0, interval: 2 }));
    const shown = aggregate.add(snapshotOf({ worker: 1, interval: 2, fromMs: 0 }));
    expect(shown.map(({ elapsedMs }) => elapsedMs)).toEqual([1_000, 2_000]);
  });

  it('shows the warm-up while it lasts but leaves it out of the totals', () => {
    const aggregate = aggregateOf(1);
    const warm = snapshotOf({ latencyMs: { response: [70] } });
    const [progress] = aggregate.add({ ...snapshotOf(), warmupResponse: warm.latency.response });
    expect(progress).toMatchObject({ response: { max: 70_000 } });
    expect(aggregate.totals().latency.response.count).toBe(0);
  });

  it('keeps each worker’s loop utilisation while all users were active', () => {
    const aggregate = aggregateOf(2);
    aggregate.add(snapshotOf({ worker: 0, interval: 1, loopActiveMs: 1_000, loopIdleMs: 0 }));
    aggregate.add(snapshotOf({ worker: 0, interval: 3, loopActiveMs: 300, loopIdleMs: 700 }));
    aggregate.add(snapshotOf({ worker: 0, interval: 4, users: 0, loopActiveMs: 0, loopIdleMs: 1_000 }));
    aggregate.add(snapshotOf({ worker: 1, interval: 1, loopActiveMs: 900, loopIdleMs: 100 }));
    expect(aggregate.totals().loopUtilisation).toEqual([0.3, 0.9]);
  });
});

describe('a snapshot', () => {
  it('of another version is refused', () => {
    expect(() => checkSnapshot({ ...snapshotOf(), version: 2 })).toThrow(/version 2/);
    expect(() => checkSnapshot('nonsense')).toThrow(/version undefined/);
  });
});

describe('error groups', () => {
  const error = { kind: 'http' as const, status: 500, message: 'Oh', count: 1, firstAtMs: 10, lastAtMs: 10 };

  it('merge what is alike, with first and last', () => {
    const groups = createErrorGroups();
    groups.add(error);
    groups.add({ ...error, count: 4, firstAtMs: 5, lastAtMs: 20 });
    groups.add({ ...error, status: 503 });
    expect(groups.list()).toEqual([
      { ...error, count: 5, firstAtMs: 5, lastAtMs: 20 },
      { ...error, status: 503 },
    ]);
  });

  it('are bounded in number, and count on', () => {
    const groups = createErrorGroups();
    for (let i = 0; i < 10_000; i++) groups.add({ ...error, message: `message ${i}` });
    expect(groups.list().length).toBeLessThanOrEqual(70);
    expect(groups.list().reduce((sum, group) => sum + group.count, 0)).toBe(10_000);
    expect(groups.list()[0]).toMatchObject({ status: 500, message: '(further messages)' });
  });
});
