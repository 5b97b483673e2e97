import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { findInstanceType } from '../../../src/catalog/instance-types.ts';
import { scaledClock } from '../../../src/core/clock.ts';
import { createCapacityGate } from '../../../src/localcloud/instances/capacity-gate.ts';
import type { Instance } from '../../../src/localcloud/instances/instance.ts';
import { startMeter } from '../../../src/localcloud/instances/meter.ts';
import { processUsage } from '../../../src/localcloud/instances/usage.ts';
import type { MetricSample } from '../../../src/localcloud/service/ports.ts';
import { ManualClock } from '../../support/manual-clock.ts';

function setUp() {
  const wallClock = new ManualClock(1_800_000_000_000);
  const gate = createCapacityGate({ serviceTimeMs: 20, concurrency: 2, queue: 256 }, wallClock);
  const instance: Instance = {
    spec: { endpointName: 'e', variantName: 'v' } as Instance['spec'],
    type: findInstanceType('ml.m5.large')!,
    gate,
    outstanding: 0,
    pool: undefined,
    // This process stands in for the container's: its memory is real.
    readUsage: () => processUsage(process.pid),
  };
  const samples: MetricSample[] = [];
  const meter = startMeter({
    instances: () => [instance],
    sink: { record: (sample) => samples.push(sample) },
    cloudClock: scaledClock(wallClock, 20),
    wallClock,
    timeScale: 20,
    emulated: true,
    folder: tmpdir(),
  });
  const values = (metricName: string) =>
    samples.filter((sample) => sample.metricName === metricName).map(({ value }) => value);
  return { wallClock, gate, samples, meter, values };
}

describe('the meter', () => {
  test('shows an emulated instance as busy as its slots, in percent of a vCPU each', async () => {
    const { wallClock, gate, meter, values } = setUp();
    await wallClock.advance(800);
    expect(values('CPUUtilization').every((value) => value === 0)).toBe(true);
    // 1 of 2 slots, all the time.
    const again = () => gate.admit((slot) => slot.finish(again));
    again();
    await wallClock.advance(3_000);
    expect(values('CPUUtilization').at(-1)).toBeCloseTo(100, 0);
    meter.cancel();
  });

  test('shows running and waiting requests, and real memory and disk', async () => {
    const { wallClock, gate, meter, samples, values } = setUp();
    for (let request = 0; request < 100; request++) gate.admit((slot) => slot.finish(() => {}));
    await wallClock.advance(100);
    expect(values('ConcurrentRequestsPerModel').at(-1)).toBeGreaterThan(80);
    await wallClock.advance(3_000);
    expect(values('ConcurrentRequestsPerModel').at(-1)).toBe(0);
    expect(values('MemoryUtilization').at(-1)).toBeGreaterThan(0.1);
    expect(values('DiskUtilization').at(-1)).toBeGreaterThan(0);
    expect(samples[0]?.dimensions).toEqual({ EndpointName: 'e', VariantName: 'v' });
    meter.cancel();
  });
});
