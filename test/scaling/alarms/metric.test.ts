import { describe, expect, it } from 'vitest';
import {
  ingest,
  metricKey,
  type ObservedDatapoint,
  prune,
  publicationDelayMs,
  slotsAt,
} from '../../../src/scaling/alarms/metric.ts';

const minute = 60_000;
const metric = {
  namespace: 'AWS/SageMaker',
  metricName: 'InvocationsPerInstance',
  dimensions: { EndpointName: 'e', VariantName: 'v' },
  statistic: 'Sum',
  periodMs: minute,
};
const delayMs = minute;

function point(period: number, value: number): ObservedDatapoint {
  return {
    key: metricKey(metric),
    periodStartMs: period * minute,
    value,
    visibleAtMs: (period + 1) * minute + delayMs,
  };
}

describe('a metric window', () => {
  it('does not depend on the order in which dimensions are named', () => {
    const turned = { ...metric, dimensions: { VariantName: 'v', EndpointName: 'e' } };
    expect(metricKey(turned)).toBe(metricKey(metric));
    expect(metricKey({ ...metric, statistic: 'Average' })).not.toBe(metricKey(metric));
  });

  it('shows a datapoint at its period end plus the delay, not earlier', () => {
    const windows = ingest({}, [point(3, 7)]);
    const newest = (nowMs: number) => slotsAt(windows, metric, 5, delayMs, nowMs).at(-1);
    expect(newest(5 * minute - 1)).toEqual({ periodStartMs: 2 * minute, value: null });
    expect(newest(5 * minute)).toEqual({ periodStartMs: 3 * minute, value: 7 });
  });

  it('counts a period as missing only once its publication is due', () => {
    const windows = ingest({}, [point(1, 1), point(2, 2), point(4, 4)]);
    expect(slotsAt(windows, metric, 5, delayMs, 6 * minute).map((slot) => slot.value)).toEqual([
      null,
      1,
      2,
      null,
      4,
    ]);
  });

  it('is the same however datapoints arrive, and forgets what no alarm needs', () => {
    const points = [point(1, 1), point(2, 2), point(3, 3)];
    const oneByOne = points.toReversed().reduce((windows, next) => ingest(windows, [next]), {});
    expect(oneByOne).toEqual(ingest({}, [...points, point(2, 2)]));
    expect(prune(oneByOne, new Map([[metricKey(metric), 2 * minute]]))).toEqual(ingest({}, points.slice(1)));
    expect(prune(oneByOne, new Map())).toEqual({});
  });

  it.each([
    ['AWS/SageMaker', 60_000],
    ['/aws/sagemaker/Endpoints', 60_000],
    ['MyApp', 0],
  ])('of %s is published %d ms late', (namespace, expected) => {
    expect(publicationDelayMs({ ...metric, namespace }, 60_000)).toBe(expected);
  });
});
