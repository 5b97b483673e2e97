import { describe, expect, test } from 'vitest';
import { scaledClock } from '../../../src/core/clock.ts';
import type { Instance } from '../../../src/localcloud/instances/instance.ts';
import { createInvocationMetrics } from '../../../src/localcloud/runtime/invocation-metrics.ts';
import type { Route } from '../../../src/localcloud/runtime/router.ts';
import type { MetricSample } from '../../../src/localcloud/service/ports.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const variant = { endpointName: 'e', variantName: 'v' };
const answered = { modelStatus: 200, modelLatencyUs: 21_000, overheadLatencyUs: 400 };

function setUp(timeScale = 20) {
  const wallClock = new ManualClock(1_800_000_000_000);
  const samples: MetricSample[] = [];
  const metrics = createInvocationMetrics({
    sink: { record: (sample) => samples.push(sample) },
    cloudClock: scaledClock(wallClock, timeScale),
    wallClock,
    timeScale,
    variants: () => [variant],
  });
  const route: Route = {
    variantName: 'v',
    weight: 1,
    strategy: 'RANDOM',
    instances: [{} as Instance, {} as Instance],
  };
  /** Sum over samples, as CloudWatch's Sum. */
  const sum = (metricName: string) =>
    samples
      .filter((sample) => sample.metricName === metricName)
      .reduce((total, { value, weight }) => total + value * weight, 0);
  return { wallClock, samples, metrics, route, sum };
}

describe('metrics of invocations', () => {
  test('let each request stand for as many as the clock is faster', () => {
    const { metrics, route, sum } = setUp();
    for (let request = 0; request < 5; request++) metrics.invoked('e', route, answered);
    metrics.flush();
    expect(sum('Invocations')).toBe(100);
    expect(sum('InvocationsPerInstance')).toBe(50);
  });

  test('tell the model’s errors from the caller’s', () => {
    const { metrics, route, sum, samples } = setUp(1);
    for (const modelStatus of [200, 400, 503, 0]) metrics.invoked('e', route, { ...answered, modelStatus });
    metrics.refused('e', route);
    metrics.unavailable('e', route);
    metrics.flush();
    expect(sum('Invocation4XXErrors')).toBe(2);
    expect(sum('Invocation5XXErrors')).toBe(3);
    expect(sum('InvocationModelErrors')).toBe(3);
    const modelErrors = samples.filter(({ metricName }) => metricName === 'InvocationModelErrors');
    expect(modelErrors.reduce((count, { weight }) => count + weight, 0)).toBe(6);
  });

  test('give latencies in microseconds, one by one', () => {
    const { metrics, route, samples } = setUp();
    metrics.invoked('e', route, answered);
    expect(samples).toMatchObject([
      { metricName: 'ModelLatency', value: 21_000, unit: 'Microseconds', weight: 20 },
      { metricName: 'OverheadLatency', value: 400, unit: 'Microseconds', weight: 20 },
    ]);
  });

  test('keep a minute’s requests in that minute', async () => {
    const { metrics, route, samples, wallClock } = setUp();
    const startMinute = Math.floor(wallClock.nowMs() / 60_000);
    metrics.invoked('e', route, answered);
    await wallClock.advance(3_000);
    metrics.invoked('e', route, answered);
    metrics.flush();
    const minutes = samples
      .filter(({ metricName, value }) => metricName === 'Invocations' && value === 1)
      .map(({ atMs }) => Math.floor(atMs / 60_000) - startMinute);
    expect(minutes).toEqual([0, 1]);
  });

  test('say zero for each minute without traffic, and only for those', async () => {
    const { metrics, route, samples, wallClock } = setUp();
    const startMinute = Math.floor(wallClock.nowMs() / 60_000);
    metrics.invoked('e', route, answered);
    await wallClock.advance(9_050);
    const zeros = samples
      .filter(({ metricName, value }) => metricName === 'Invocations' && value === 0)
      .map(({ atMs }) => Math.floor(atMs / 60_000) - startMinute);
    expect(zeros).toEqual([1, 2]);
    expect(samples.some(({ metricName, value }) => metricName === 'ModelLatency' && value === 0)).toBe(false);
  });
});
