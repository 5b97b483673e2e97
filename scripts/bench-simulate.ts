/**
 * What simulating costs, in CPU time of one core: a day of one-minute load under a target-tracking policy, a sweep of
 * 1,000 policies over that day, and the same day at a million times the rate.
 *
 *   node scripts/bench-simulate.ts [POLICIES]
 */
import { createQueueModel } from '../src/scaling/simulate/queue-model.ts';
import { simulate } from '../src/scaling/simulate/simulate.ts';
import type { SimulationSpec } from '../src/scaling/simulate/spec.ts';

const policies = Number(process.argv[2] ?? 1_000);
const minuteMs = 60_000;

/** A working day: a sine with a level of its own in each minute. */
function day(peakRps: number): SimulationSpec['load'] {
  const levels = Array.from({ length: 1_440 }, (_, minute) => {
    const level = peakRps * (0.55 - 0.45 * Math.cos((2 * Math.PI * minute) / 1_440));
    return { fromMs: minute * minuteMs, toMs: (minute + 1) * minuteMs, fromLevel: level, toLevel: level };
  });
  return { callers: { drivenBy: 'arrivals', spacing: 'constant' }, levels };
}

function specOf(peakRps: number, target: number, cooldown: number, concurrency = 2): SimulationSpec {
  return {
    load: day(peakRps),
    settleMs: 0,
    startMs: Date.UTC(2026, 0, 1),
    instance: { service: { kind: 'constant', us: 20_000 }, concurrency, queue: 256, vcpus: 2 },
    instances: 1,
    autoscaling: {
      minCapacity: 1,
      maxCapacity: 10,
      policies: [
        {
          PolicyName: `target-${target}`,
          PolicyType: 'TargetTrackingScaling',
          TargetTrackingScalingPolicyConfiguration: {
            TargetValue: target,
            PredefinedMetricSpecification: { PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance' },
            ScaleOutCooldown: cooldown,
            ScaleInCooldown: 300,
          },
        },
      ],
    },
    provisionTimeMs: 240_000,
    removalTimeMs: 0,
    metricDelayMs: 60_000,
    sloUs: 200_000,
    seed: 1,
    hourlyPriceUsd: 0.115,
  };
}

function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

const print = (line: string) => process.stdout.write(`${line}\n`);
const first = cpuMs(() => simulate(specOf(600, 3_000, 300)));
print(`a day, cold:                    ${first.toFixed(0)} ms`);
const warm = Array.from({ length: 5 }, () => cpuMs(() => simulate(specOf(600, 3_000, 300))));
print(`a day, warm (median of 5):      ${warm.toSorted((a, b) => a - b)[2]?.toFixed(0)} ms`);
const million = specOf(1_000_000, 3_000_000, 300);
const huge = {
  ...million,
  instance: { ...million.instance, service: { kind: 'constant' as const, us: 12 } },
};
print(`a day at 1,000,000 requests/s:  ${cpuMs(() => simulate(huge)).toFixed(0)} ms`);
print(`a day at 1 request/s:           ${cpuMs(() => simulate(specOf(1, 30, 300))).toFixed(0)} ms`);
const model = createQueueModel(specOf(600, 3_000, 300).instance);
const sweep = cpuMs(() => {
  for (let index = 0; index < policies; index++)
    simulate(specOf(600, 1_000 + 4 * index, 60 * (index % 10)), model, 'summary');
});
print(`${policies} policies over the day:      ${(sweep / 1_000).toFixed(1)} s`);
