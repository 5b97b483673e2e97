import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noRequests, type Snapshot } from '../../../src/load/measure/snapshot.ts';
import { noTraffic } from '../../../src/load/measure/traffic.ts';
import { createAggregate } from '../../../src/load/run/aggregate.ts';
import { createLatencyRecorder } from '../../../src/record/latency/histogram.ts';
import { snapshotOf } from '../support/snapshots.ts';

/** What is done to the aggregate, one after the other. */
type Step = { snapshot: Snapshot; latenciesMs: number[] } | { ended: number };

interface Shown {
  index: number;
  sent: number;
  total: number;
  workers: number[];
  response: unknown;
}

/** Without any cleverness: looks at every worker and every snapshot each time. */
function createReference(workers: number) {
  const last = new Map(Array.from({ length: workers }, (_, worker) => [worker, 0]));
  let waiting: { snapshot: Snapshot; latenciesMs: number[] }[] = [];
  let total = 0;
  const due = (): Shown[] => {
    const reached = Math.min(...last.values());
    const indices = [...new Set(waiting.map(({ snapshot }) => snapshot.interval))];
    return indices
      .filter((index) => index <= reached)
      .sort((a, b) => a - b)
      .map((index) => {
        const here = waiting.filter(({ snapshot }) => snapshot.interval === index);
        waiting = waiting.filter((part) => !here.includes(part));
        const sent = here.reduce((sum, { snapshot }) => sum + snapshot.counts.sent, 0);
        total += sent;
        return {
          index,
          sent,
          total,
          workers: here.map(({ snapshot }) => snapshot.worker).sort((a, b) => a - b),
          response: histogramOf(here.flatMap(({ latenciesMs }) => latenciesMs)),
        };
      });
  };
  return (step: Step): Shown[] => {
    if ('ended' in step) last.delete(step.ended);
    else {
      waiting.push(step);
      const { worker, interval } = step.snapshot;
      const before = last.get(worker);
      if (before !== undefined) last.set(worker, Math.max(before, interval));
    }
    return due();
  };
}

function histogramOf(latenciesMs: readonly number[]) {
  const recorder = createLatencyRecorder();
  for (const ms of latenciesMs) recorder.record(ms);
  return recorder.take();
}

const workerSeconds = fc.array(
  fc.record({
    skipped: fc.boolean(),
    sent: fc.nat(50),
    statuses: fc.array(fc.constantFrom(200, 204, 429, 500), { maxLength: 4 }),
    latenciesMs: fc.array(fc.double({ min: 0.01, max: 5_000, noNaN: true }), { maxLength: 6 }),
  }),
  { maxLength: 6 },
);

/** Each worker's seconds, some left out, then perhaps its end; `order` mixes all: late ones and ones after an end. */
const scripts = fc
  .record({
    workers: fc.array(fc.record({ seconds: workerSeconds, ends: fc.boolean() }), {
      minLength: 1,
      maxLength: 6,
    }),
    order: fc.array(fc.nat(1_000), { minLength: 50, maxLength: 50 }),
    mixed: fc.boolean(),
  })
  .map(({ workers, order, mixed }) => {
    const steps = workers.flatMap(({ seconds, ends }, worker): { step: Step; at: number }[] => [
      ...seconds.flatMap(({ skipped, sent, statuses, latenciesMs }, index) => {
        if (skipped) return [];
        const traffic = {
          ...noTraffic(),
          statuses: [...new Set(statuses)].map((status): [number, number] => [status, sent + 1]),
        };
        const snapshot = snapshotOf({
          worker,
          interval: index + 1,
          counts: { ...noRequests(), sent },
          traffic,
          latencyMs: { response: latenciesMs },
        });
        return [{ step: { snapshot, latenciesMs }, at: index }];
      }),
      ...(ends ? [{ step: { ended: worker }, at: seconds.length }] : []),
    ]);
    const sorted = steps
      .map(({ step, at }, index) => ({
        step,
        at: mixed ? order[index % 50]! : at * 1_000 + order[index % 50]!,
      }))
      .sort((a, b) => a.at - b.at);
    return { workers: workers.length, steps: sorted.map(({ step }) => step) };
  });

describe('the aggregate against a plain one', () => {
  it('tells the same intervals at the same moments, whatever comes, in whatever order', () => {
    fc.assert(
      fc.property(scripts, ({ workers, steps }) => {
        const aggregate = createAggregate({ workers, steadyFromMs: 0 });
        const reference = createReference(workers);
        for (const step of steps) {
          const told = 'ended' in step ? aggregate.workerEnded(step.ended) : aggregate.add(step.snapshot);
          const shown = told.map(
            ({ index, counts, total, workers: parts, histograms }): Shown => ({
              index,
              sent: counts.sent,
              total: total.sent,
              workers: parts.map(({ worker }) => worker),
              response: histograms.response,
            }),
          );
          expect(shown).toEqual(reference(step));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('has the same totals: each status, each latency, each request once', () => {
    fc.assert(
      fc.property(scripts, ({ workers, steps }) => {
        const aggregate = createAggregate({ workers, steadyFromMs: 0 });
        const statuses = new Map<number, number>();
        const latenciesMs: number[] = [];
        let sent = 0;
        for (const step of steps) {
          if ('ended' in step) continue;
          aggregate.add(step.snapshot);
          sent += step.snapshot.counts.sent;
          latenciesMs.push(...step.latenciesMs);
          for (const [status, count] of step.snapshot.traffic.statuses)
            statuses.set(status, (statuses.get(status) ?? 0) + count);
        }
        const { counts, traffic, latency } = aggregate.totals();
        const expected = histogramOf(latenciesMs);
        expect(counts.sent).toBe(sent);
        expect(traffic.statuses).toEqual([...statuses].sort(([a], [b]) => a - b));
        const { count, min, max } = latency.response;
        expect({ count, min, max }).toEqual({ count: expected.count, min: expected.min, max: expected.max });
      }),
      { numRuns: 100 },
    );
  });

  it('takes more workers than a call takes arguments', () => {
    const workers = 150_000;
    const aggregate = createAggregate({ workers, steadyFromMs: 0 });
    const one = snapshotOf();
    let told = 0;
    for (let worker = 0; worker < workers; worker++) told += aggregate.add({ ...one, worker }).length;
    expect(told).toBe(1);
  });
});
