import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LiveRun } from '../../src/dashboard/live/live-run.ts';
import { createAggregate } from '../../src/load/run/aggregate.ts';
import { contents, planFor } from '../load/support/plan.ts';
import { snapshotOf } from '../load/support/snapshots.ts';

const second = fc.record({
  latenciesMs: fc.array(fc.integer({ min: 1, max: 5_000 }), { maxLength: 20 }),
  failed: fc.integer({ min: 0, max: 5 }),
});
type Second = { latenciesMs: number[]; failed: number };

function follow(): { run: LiveRun; feed(seconds: readonly Second[]): void } {
  const run = new LiveRun(
    {
      ...{ runId: 'run-1', experiment: 'mlbench', contents, workers: 1, folder: '/runs/1' },
      ...{ plan: planFor('http://127.0.0.1:1/'), debugged: false, watched: false, timeScale: 1 },
      request: { method: 'POST', name: '/' },
    },
    () => {},
  );
  const aggregate = createAggregate({ workers: 1, steadyFromMs: 0 });
  let index = 0;
  run.observe({ type: 'load-started', startAtMs: 0 });
  return {
    run,
    feed(seconds) {
      for (const { latenciesMs, failed } of seconds) {
        index += 1;
        const ended = latenciesMs.length;
        const snapshot = snapshotOf({
          interval: index,
          counts: { sent: ended + failed, succeeded: ended, failed, dropped: 0 },
          latencyMs: { response: latenciesMs },
          errors:
            failed === 0
              ? []
              : [
                  {
                    ...{ kind: 'http', status: 500, message: 'no', count: failed },
                    ...{ firstAtMs: index * 1_000, lastAtMs: index * 1_000 },
                  },
                ],
        });
        for (const interval of aggregate.add(snapshot)) {
          run.observe({ type: 'load-interval', interval, durationMs: 60_000, windowMs: index * 1_000 });
        }
      }
    },
  };
}

describe('figures that count from an instant on', () => {
  it('are those of a run that began there, but for the rates of the whole', () => {
    fc.assert(
      fc.property(fc.array(second, { minLength: 1 }), fc.array(second, { minLength: 1 }), (before, after) => {
        const [whole, late] = [follow(), follow()];
        whole.feed(before);
        whole.run.countFromNow();
        whole.feed(after);
        late.feed(after);
        const [since, own] = [whole.run.state().now.figures!, late.run.state().now.figures!];
        const { rateRps: _, failedRps: __, ...total } = since.total;
        expect(own.total).toMatchObject(total);
        expect(since.requests).toEqual(own.requests);
        expect(since.errors.map(({ count }) => count)).toEqual(own.errors.map(({ count }) => count));
        expect(whole.run.state().now.countedFromMs).toBe(before.length * 1_000);
      }),
    );
  });

  it('are of the whole run again when that is asked for, and at the end', () => {
    const { run, feed } = follow();
    const all = (seconds: number) => ({ ended: seconds * 2, max: 30_000 });
    feed([{ latenciesMs: [10, 30], failed: 0 }]);
    run.countFromNow();
    feed([{ latenciesMs: [5, 6], failed: 0 }]);
    expect(run.state().now.figures!.total).toMatchObject({ ended: 2, max: 6_000 });
    run.countAll();
    expect(run.state().now.figures!.total).toMatchObject(all(2));
    run.countFromNow();
    run.ended({ reportPath: null, failed: null });
    expect(run.state().now.figures!.total).toMatchObject(all(2));
    expect(run.state().now.countedFromMs).toBe(0);
  });

  it('cannot begin before anything was counted', () => {
    expect(follow().run.countFromNow()).toBe(false);
  });
});
