import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { simulate } from '../../../src/scaling/simulate/simulate.ts';
import { invocationsPolicy, minuteMs, sampleSpec, startMs, steps } from './sample-spec.ts';
import { runOnStandIn } from './stand-in-loop.ts';

const random = createRandom(2026);
const target = 60;
/** Requests a minute over target, at least 0.15 from a whole number of instances. */
const level = () => ((random.int(9) + 0.15 + random.next() * 0.7) * target) / 60;

const runs = Array.from({ length: 12 }, (_, index) => ({
  name: `run ${index + 1}`,
  points: steps([5 + random.int(20), level()], [5 + random.int(30), level()], [20 + random.int(20), level()]),
  second: index === 0 ? 0 : random.int(60),
  provisionMs: (120 + random.int(300)) * 1_000 + 500,
  metricDelayMs: random.int(4) * minuteMs,
  cooldowns: { out: random.int(6) * 60, in: random.int(6) * 60 },
}));

describe('a simulation and the stand-in, of the same load from the same second of the cloud minute', () => {
  it.each(runs)(
    '$name (second $second): every decision is the same, within one evaluation period',
    async (run) => {
      const spec = sampleSpec(run.points, {
        startMs: startMs + run.second * 1_000,
        settleMs: 10 * minuteMs,
        provisionTimeMs: run.provisionMs,
        metricDelayMs: run.metricDelayMs,
        autoscaling: { minCapacity: 1, maxCapacity: 8, policies: [invocationsPolicy(target, run.cooldowns)] },
      });
      const { changes } = simulate(spec).summary;
      const activities = await runOnStandIn(spec);
      expect(changes.map(({ to }) => `Setting desired instance count to ${to}.`)).toEqual(
        activities.map(({ description }) => description),
      );
      for (const [index, { askedMs }] of changes.entries()) {
        const startedMs = (activities[index]?.startedMs ?? 0) - spec.startMs;
        expect(Math.abs(askedMs - startedMs)).toBeLessThanOrEqual(minuteMs);
      }
      expect(changes.length).toBeGreaterThan(0);
    },
  );
});
