import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLevelCurve } from '../../../src/offered/levels/level-curve.ts';
import type { Callers } from '../../../src/offered/simulated-load.ts';
import { stagePieces } from '../../../src/offered/stages.ts';
import { createQueueModel } from '../../../src/scaling/simulate/queue-model.ts';
import { simulate } from '../../../src/scaling/simulate/simulate.ts';
import { invocationsPolicy, minuteMs, sampleSpec, startMs } from './sample-spec.ts';

const callers = fc.constantFrom<Callers>(
  { drivenBy: 'arrivals', spacing: 'constant' },
  { drivenBy: 'arrivals', spacing: 'poisson' },
  { drivenBy: 'users', cycle: { kind: 'pause', meanMs: 500 } },
  { drivenBy: 'users', cycle: { kind: 'pacing', meanMs: 1_000 } },
  { drivenBy: 'users', cycle: { kind: 'pause', meanMs: 0 } },
);
const levels = fc
  .array(fc.record({ minutes: fc.integer({ min: 0, max: 20 }), level: fc.integer({ min: 0, max: 2_000 }) }), {
    minLength: 2,
    maxLength: 6,
  })
  .map(([first, ...stages]) =>
    stagePieces(
      first!.level,
      stages.map(({ minutes, level }) => ({ durationMs: minutes * minuteMs, level })),
    ),
  );
const specs = fc
  .record({
    callers,
    levels,
    second: fc.integer({ min: 0, max: 59 }),
    target: fc.integer({ min: 1, max: 20_000 }),
    out: fc.integer({ min: 0, max: 900 }),
    in: fc.integer({ min: 0, max: 900 }),
    min: fc.integer({ min: 1, max: 4 }),
    more: fc.integer({ min: 0, max: 20 }),
    provisionTimeMs: fc.integer({ min: 0, max: 900_000 }),
    metricDelayMs: fc.integer({ min: 0, max: 240_000 }),
    concurrency: fc.integer({ min: 1, max: 64 }),
    queue: fc.integer({ min: 0, max: 300 }),
    cv: fc.constantFrom(0, 0.5, 2),
    seed: fc.integer({ min: 0, max: 1_000 }),
  })
  .map(({ target, min, more, concurrency, queue, cv, second, ...rest }) =>
    sampleSpec(rest.levels, {
      load: { callers: rest.callers, levels: rest.levels },
      startMs: startMs + second * 1_000,
      settleMs: 20 * minuteMs,
      instances: min,
      autoscaling: {
        minCapacity: min,
        maxCapacity: min + more,
        policies: [invocationsPolicy(target, { out: rest.out, in: rest.in })],
      },
      provisionTimeMs: rest.provisionTimeMs,
      metricDelayMs: rest.metricDelayMs,
      instance: {
        service:
          cv === 0 ? { kind: 'constant', us: 20_000 } : { kind: 'lognormal', meanUs: 20_000, scv: cv * cv },
        concurrency,
        queue,
        vcpus: 2,
      },
      seed: rest.seed,
    }),
  );

describe('any load under any policy', () => {
  it('is simulated the same way twice, and alike without detail', () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const once = simulate(spec);
        expect(simulate(spec)).toEqual(once);
        const brief = simulate(spec, createQueueModel(spec.instance), 'summary').summary;
        expect(brief.changes).toEqual(once.summary.changes);
        expect(brief.requests.late).toBeCloseTo(once.summary.requests.late, 3);
      }),
      { numRuns: 25, seed: 5 },
    );
  });

  it('keeps capacity within its bounds, one change at a time, and waits the scale-in cooldown out', () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const { minutes, summary } = simulate(spec);
        const { minCapacity, maxCapacity, policies } = spec.autoscaling!;
        for (const row of minutes) {
          expect(row.instances).toBeGreaterThanOrEqual(minCapacity);
          expect(row.desired).toBeLessThanOrEqual(maxCapacity);
        }
        const cooldownMs = policies[0]!.TargetTrackingScalingPolicyConfiguration!.ScaleInCooldown! * 1_000;
        for (const [index, change] of summary.changes.entries()) {
          const before = summary.changes[index - 1];
          if (!before) continue;
          expect(change.askedMs).toBeGreaterThanOrEqual(before.doneMs ?? Number.POSITIVE_INFINITY);
          if (change.direction === 'in' && before.direction === 'in')
            expect(change.askedMs - before.doneMs!).toBeGreaterThanOrEqual(cooldownMs);
        }
      }),
      { numRuns: 40, seed: 6 },
    );
  });

  it('loses no request: offered is what the load holds, and each is served or dropped', () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const { minutes, summary } = simulate(spec);
        const { offered, served, dropped, late } = summary.requests;
        expect(served + dropped).toBeCloseTo(offered, 3);
        expect(dropped).toBeGreaterThanOrEqual(0);
        expect(late).toBeLessThanOrEqual(served + 1e-6);
        expect(minutes.reduce((sum, row) => sum + row.requests, 0)).toBeCloseTo(offered, 3);
        const { callers: who, levels: offer } = spec.load;
        if (who.drivenBy === 'arrivals' && who.spacing === 'constant')
          expect(offered).toBeCloseTo(createLevelCurve(offer).total, 3);
        for (const { responseUsP50, responseUsP99 } of minutes) {
          if (responseUsP50 !== null) expect(responseUsP99).toBeGreaterThanOrEqual(responseUsP50);
        }
      }),
      { numRuns: 40, seed: 7 },
    );
  });
});
