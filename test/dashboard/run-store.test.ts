import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LiveRun } from '../../src/dashboard/live/live-run.ts';
import type { LiveState } from '../../src/dashboard/live/live-shape.ts';
import { createRunStore } from '../../src/dashboard/page/run-store.ts';
import { createAggregate } from '../../src/load/run/aggregate.ts';
import type { TimelineEvent } from '../../src/record/schemas/timeline.ts';
import { contents, planFor } from '../load/support/plan.ts';
import { snapshotOf } from '../load/support/snapshots.ts';

const second = fc.record({
  latenciesMs: fc.array(fc.integer({ min: 1, max: 5_000 }), { maxLength: 5 }),
  failed: fc.integer({ min: 0, max: 1 }),
  hasFact: fc.boolean(),
  isSighted: fc.boolean(),
  isTold: fc.boolean(),
});
type Second = typeof second extends fc.Arbitrary<infer Value> ? Value : never;

function sampleAt(index: number, p99: number): TimelineEvent {
  return {
    ...{ at: new Date(index * 1_000).toISOString(), cloudTimeMs: index * 1_000, type: 'load' },
    ...{ elapsedMs: index * 1_000, intervalMs: 1_000, users: 1, rateRps: 1, intendedRateRps: null },
    ...{ failed: 0, inFlight: 0, responseUs: { p50: 1, p95: 2, p99, max: p99 } },
  };
}

function factAt(index: number): TimelineEvent {
  const message = `change ${index}`;
  const at = new Date(index * 1_000).toISOString();
  return { at, cloudTimeMs: index * 1_000, type: 'phase', phase: 'load-changed', message };
}

/** A run with a page that was there from its start. */
function follow() {
  const run = new LiveRun(
    {
      ...{ runId: 'run-1', experiment: 'mlbench', contents, workers: 1, folder: '/runs/1' },
      ...{ plan: planFor('http://127.0.0.1:1/'), debugged: false, watched: true, timeScale: 1 },
      request: { method: 'POST', name: '/' },
    },
    () => {},
  );
  const page = createRunStore(() => {});
  const aggregate = createAggregate({ workers: 1, steadyFromMs: 0 });
  let index = 0;
  const overTheWire = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value));
  const tick = () => page.add(overTheWire(run.tick()));
  page.set(overTheWire(run.state()));
  return {
    tick,
    page: () => page.state as LiveState,
    latecomer: () => overTheWire(run.state()),
    feed({ latenciesMs, failed, hasFact, isSighted, isTold }: Second) {
      index += 1;
      const ended = latenciesMs.length;
      const error = { kind: 'http', status: 500, message: 'no', count: failed } as const;
      const snapshot = snapshotOf({
        interval: index,
        counts: { sent: ended + failed, succeeded: ended, failed, dropped: 0 },
        latencyMs: { response: latenciesMs },
        errors: failed === 0 ? [] : [{ ...error, firstAtMs: index * 1_000, lastAtMs: index * 1_000 }],
      });
      for (const interval of aggregate.add(snapshot)) {
        run.observe({ type: 'load-interval', interval, durationMs: 60_000, windowMs: index * 1_000 });
      }
      run.record(sampleAt(index, latenciesMs[0] ?? 0));
      if (hasFact) run.record(factAt(index));
      if (isSighted) run.sight(null);
      if (isTold) tick();
    },
    sample: (at: number) => run.record(sampleAt(at, at % 97)),
  };
}

describe('what a page keeps of a run', () => {
  it('is what a page gets that comes late, whatever the ticks left out', () => {
    fc.assert(
      fc.property(fc.array(second, { minLength: 1, maxLength: 30 }), (seconds) => {
        const { feed, tick, page, latecomer } = follow();
        for (const one of seconds) feed(one);
        tick();
        expect(page()).toEqual(latecomer());
      }),
    );
  });

  it('is as bounded after a day as what the server keeps, and has the same greatest latency', () => {
    const { sample, tick, page, latecomer } = follow();
    for (let at = 1; at <= 86_400; at++) {
      sample(at);
      if (at % 600 === 0) tick();
    }
    const [kept, told] = [page().timeline, latecomer().timeline];
    expect(kept).toEqual(told);
    expect(kept.length).toBeLessThanOrEqual(7_200);
    expect(kept[0]?.cloudTimeMs).toBe(1_000);
  });

  it('is left out of a tick where nothing has changed', () => {
    const { feed, page, tick } = follow();
    const quiet = { latenciesMs: [], failed: 0, hasFact: false, isSighted: false, isTold: true };
    feed({ ...quiet, latenciesMs: [10] });
    const before = page();
    tick();
    expect(page().now.figures).toEqual(before.now.figures);
    expect(page().facts).toBe(before.facts);
  });
});

describe('a page that comes within a second of a tick', () => {
  it('is told the rates that the others were told', () => {
    const { feed, page, latecomer } = follow();
    feed({ latenciesMs: [10, 20, 30], failed: 0, hasFact: false, isSighted: false, isTold: true });
    expect(page().now.figures?.total.rateRps).toBe(3);
    expect(latecomer().now.figures?.total.rateRps).toBe(3);
  });
});
