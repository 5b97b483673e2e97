import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMetricStore } from '../../../../src/localcloud/cloudwatch/metrics/metric-store.ts';
import { relativeError } from '../../../../src/localcloud/cloudwatch/metrics/quantile-sketch.ts';
import type { MetricSample } from '../../../../src/localcloud/service/ports.ts';

const dimensions = { EndpointName: 'e', VariantName: 'AllTraffic' };
const metric = { namespace: 'AWS/SageMaker', metricName: 'ModelLatency', dimensions };
const noon = Date.UTC(2026, 0, 1, 12);
const minute = 60_000;

function sample(
  atMs: number,
  value: number,
  weight = 1,
  overrides: Partial<MetricSample> = {},
): MetricSample {
  return { ...metric, unit: 'Microseconds', atMs, value, weight, ...overrides };
}

function read(
  store: ReturnType<typeof createMetricStore>,
  statistic: string,
  overrides = {},
  nowMs = noon + 1e11,
) {
  return store
    .statistics(
      { ...metric, statistic, periodMs: minute, fromMs: noon, toMs: noon + 60 * minute, ...overrides },
      nowMs,
    )
    .map(({ periodStartMs, value }) => [(periodStartMs - noon) / 1_000, value]);
}

describe('the metric store', () => {
  it('adds up what fell into each period', () => {
    const store = createMetricStore({ metricDelayMs: 0 });
    for (const [second, value] of [
      [0, 10],
      [59, 30],
      [60, 5],
    ] as const)
      store.record(sample(noon + second * 1_000, value));
    expect(read(store, 'Sum')).toEqual([
      [0, 40],
      [60, 5],
    ]);
    expect(read(store, 'Average')).toEqual([
      [0, 20],
      [60, 5],
    ]);
    expect(read(store, 'Minimum')[0]).toEqual([0, 10]);
    expect(read(store, 'Maximum')[0]).toEqual([0, 30]);
    expect(read(store, 'SampleCount')[0]).toEqual([0, 2]);
    expect(read(store, 'Sum', { periodMs: 5 * minute })).toEqual([[0, 45]]);
  });

  it('adds up thirds to the whole number that they make', () => {
    const store = createMetricStore({ metricDelayMs: 0 });
    for (let request = 0; request < 450; request++) store.record(sample(noon, 1 / 3, 20));
    expect(read(store, 'Sum')).toEqual([[0, 3_000]]);
  });

  it('agrees with sorting every value, for any values, weights and times', () => {
    const samples = fc.array(
      fc.record({
        second: fc.integer({ min: 0, max: 299 }),
        value: fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1e9, noNaN: true })),
        weight: fc.integer({ min: 1, max: 40 }),
      }),
      { minLength: 1, maxLength: 60 },
    );
    const percents = fc.constantFrom(0, 1, 50, 90, 99, 99.9, 100);
    const periods = fc.constantFrom(1, 2, 5);
    fc.assert(
      fc.property(samples, percents, periods, (recorded, percent, periodMinutes) => {
        const store = createMetricStore({ metricDelayMs: 0 });
        for (const { second, value, weight } of recorded)
          store.record(sample(noon + second * 1_000, value, weight));
        const periodMs = periodMinutes * minute;
        const naive = new Map<number, number[]>();
        for (const { second, value, weight } of recorded) {
          const start = Math.floor((second * 1_000) / periodMs) * (periodMs / 1_000);
          naive.set(start, [...(naive.get(start) ?? []), ...Array<number>(weight).fill(value)]);
        }
        const expectations = [...naive].sort((a, b) => a[0] - b[0]);
        const sums = read(store, 'Sum', { periodMs });
        const counts = read(store, 'SampleCount', { periodMs });
        const percentiles = read(store, `p${percent}`, { periodMs });
        expect(percentiles).toHaveLength(expectations.length);
        expectations.forEach(([start, values], i) => {
          values.sort((a, b) => a - b);
          const exact = values[Math.max(0, Math.ceil((percent / 100) * values.length - 1e-9) - 1)]!;
          expect(sums[i]![0]).toBe(start);
          const exactSum = values.reduce((sum, value) => sum + value, 0);
          expect(Math.abs(sums[i]![1]! - exactSum)).toBeLessThanOrEqual(exactSum * 1e-11);
          expect(counts[i]![1]).toBe(values.length);
          expect(Math.abs(percentiles[i]![1]! - exact)).toBeLessThanOrEqual(exact * relativeError * 1.001);
        });
      }),
      { numRuns: 200 },
    );
  });

  it('shows a period once it is over and the metric delay has passed', () => {
    const store = createMetricStore({ metricDelayMs: 60_000 });
    store.record(sample(noon + 5_000, 1));
    expect(read(store, 'Sum', {}, noon + 2 * minute - 1)).toEqual([]);
    expect(read(store, 'Sum', {}, noon + 2 * minute)).toEqual([[0, 1]]);
    // A longer period shows what its minutes have published so far.
    expect(read(store, 'Sum', { periodMs: 5 * minute }, noon + 2 * minute)).toEqual([[0, 1]]);
  });

  it('shows what a caller put at once', () => {
    const store = createMetricStore({ metricDelayMs: 60_000 });
    store.put({
      ...metric,
      namespace: 'Mine',
      unit: 'None',
      atMs: noon,
      resolutionMs: minute,
      values: [{ value: 7, weight: 2 }],
    });
    expect(read(store, 'Sum', { namespace: 'Mine' }, noon)).toEqual([[0, 14]]);
  });

  it('keeps concurrency by ten seconds and other service metrics by the minute', () => {
    const store = createMetricStore({ metricDelayMs: 0 });
    const metricName = 'ConcurrentRequestsPerModel';
    for (const second of [0, 11, 25]) {
      store.record(sample(noon + second * 1_000, second, 1, { metricName }));
      store.record(sample(noon + second * 1_000, second));
    }
    expect(read(store, 'Maximum', { metricName, periodMs: 10_000 })).toEqual([
      [0, 0],
      [10, 11],
      [20, 25],
    ]);
    expect(read(store, 'Maximum', { periodMs: 10_000 })).toEqual([[0, 25]]);
  });

  it('knows a metric only by all of its dimensions', () => {
    const store = createMetricStore({ metricDelayMs: 0 });
    store.record(sample(noon, 1));
    expect(read(store, 'Sum', { dimensions: { EndpointName: 'e' } })).toEqual([]);
    expect(read(store, 'Sum', { dimensions: { VariantName: 'AllTraffic', EndpointName: 'e' } })).toHaveLength(
      1,
    );
  });

  it('publishes a zero that stands for no sample as a sum without an average', () => {
    const store = createMetricStore({ metricDelayMs: 0 });
    store.record(sample(noon, 0, 0));
    expect(read(store, 'Sum')).toEqual([[0, 0]]);
    expect(read(store, 'Average')).toEqual([]);
    expect(read(store, 'p99')).toEqual([]);
  });

  it('turns ten-second data into minutes after three hours and forgets minutes after fifteen days', () => {
    const store = createMetricStore({ metricDelayMs: 0 });
    const overrides = { metricName: 'ConcurrentRequestsPerModel' };
    const hour = 60 * minute;
    for (let atMs = noon; atMs < noon + 4 * hour; atMs += 10_000) store.record(sample(atMs, 2, 1, overrides));
    const all = { ...overrides, toMs: noon + 400 * 24 * hour, periodMs: 10_000 };
    const old = read(store, 'SampleCount', { ...all, toMs: noon + 30 * minute });
    expect(old).toHaveLength(30);
    expect(old.every(([, count]) => count === 6)).toBe(true);
    expect(read(store, 'SampleCount', { ...all, fromMs: noon + 3 * hour })).toHaveLength(360);

    store.record(sample(noon + 16 * 24 * hour, 2, 1, overrides));
    expect(read(store, 'SampleCount', all)).toHaveLength(1);
  });

  it('gives up the metric without news for longest when there are too many', () => {
    const store = createMetricStore({ metricDelayMs: 0, maxMetrics: 2 });
    const named = (metricName: string, atMs: number) => store.record(sample(atMs, 1, 1, { metricName }));
    named('A', noon);
    named('B', noon + minute);
    named('A', noon + 2 * minute);
    named('C', noon + 2 * minute);
    expect(store.list(noon + 3 * minute).map(({ metricName }) => metricName)).toEqual(['A', 'C']);
  });

  it('gives up whole metrics, not parts, when there are too many periods', () => {
    const store = createMetricStore({ metricDelayMs: 0, maxPeriods: 100 });
    for (let i = 0; i < 60; i++) store.record(sample(noon + i * minute, 1, 1, { metricName: 'Old' }));
    for (let i = 50; i < 110; i++) store.record(sample(noon + i * minute, 1, 1, { metricName: 'New' }));
    expect(store.list(noon + 120 * minute).map(({ metricName }) => metricName)).toEqual(['New']);
    expect(read(store, 'Sum', { metricName: 'New', toMs: noon + 200 * minute })).toHaveLength(60);
    for (let i = 110; i < 145; i++) store.record(sample(noon + i * minute, 1, 1, { metricName: 'Old' }));
    expect(store.list(noon + 150 * minute)).toHaveLength(2);
  });

  it('has no percentiles for a statistic set, nor below zero', () => {
    const store = createMetricStore({ metricDelayMs: 0 });
    const base = { ...metric, namespace: 'Mine', unit: 'None', resolutionMs: minute };
    const set = { sampleCount: 4, sum: 10, minimum: 1, maximum: 4 };
    store.put({ ...base, atMs: noon, values: [], set });
    store.put({ ...base, atMs: noon + minute, values: [{ value: -3, weight: 1 }] });
    store.put({
      ...base,
      atMs: noon + 2 * minute,
      values: [],
      set: { sampleCount: 5, sum: 10, minimum: 2, maximum: 2 },
    });
    expect(read(store, 'Average', { namespace: 'Mine' })).toEqual([
      [0, 2.5],
      [60, -3],
      [120, 2],
    ]);
    expect(read(store, 'p50', { namespace: 'Mine' })).toEqual([[120, 2]]);
  });

  it('refuses statistics it does not keep', () => {
    const store = createMetricStore({ metricDelayMs: 0 });
    for (const statistic of ['tm90', 'p101', 'Median', 'PR(100:)'])
      expect(() => read(store, statistic)).toThrow(/not a valid statistic/);
  });
});
