import { describe, expect, it } from 'vitest';
import { type CatalogMetric, metrics, predefinedMetrics, seriesName } from '../../src/catalog/metrics.ts';
import { metricQueries } from '../../src/observe/source/metric-queries.ts';
import { predefinedMetric } from '../../src/scaling/policies/predefined-metric.ts';
import { predictable } from '../../src/scaling/simulate/predicted-metrics.ts';

const catalog: readonly CatalogMetric[] = Object.values(metrics);
const byName = new Map<string, CatalogMetric>(catalog.map((metric) => [metric.metricName, metric]));

describe('the catalog of metrics', () => {
  it('has each name once', () => expect(byName.size).toBe(catalog.length));

  it('has the statistics and periods that are watched', () => {
    for (const { MetricStat } of metricQueries('e', 'v', [])) {
      const known = byName.get(MetricStat?.Metric?.MetricName ?? '');
      expect(known?.statistics).toContain(MetricStat?.Stat);
      expect(MetricStat?.Period).toBe(known?.periodSeconds);
      expect(MetricStat?.Metric).toMatchObject({
        Namespace: known?.namespace,
        Dimensions: [
          { Name: 'EndpointName', Value: 'e' },
          { Name: 'VariantName', Value: 'v' },
        ],
      });
    }
  });

  it('has the statistics that are predicted', () => {
    expect(predictable).toContain('InvocationsPerInstance (Sum)');
    for (const text of predictable) {
      const [, name = '', statistic] = /^(\S+) \((\S+)\)$/.exec(text) ?? [];
      expect(byName.get(name)?.statistics, text).toContain(statistic);
    }
  });

  it.each(Object.entries(predefinedMetrics))('has what %s tracks', (name, { metric, statistic }) => {
    expect(metric.statistics).toContain(statistic);
    const { high, low } = predefinedMetric(name as keyof typeof predefinedMetrics, {
      endpointName: 'e',
      variantName: 'v',
    });
    for (const alarm of [high, low]) {
      expect(alarm).toMatchObject({ namespace: metric.namespace, metricName: metric.metricName, statistic });
      expect(alarm.periodMs).toBeGreaterThanOrEqual(metric.periodSeconds * 1_000);
    }
  });
});

it('names a series by its statistic, and by its period where that is no minute', () => {
  expect(seriesName(metrics.modelLatency, 'p99')).toBe('ModelLatency p99');
  expect(seriesName(metrics.concurrentRequests, 'Maximum', 10)).toBe(
    'ConcurrentRequestsPerModel Maximum 10s',
  );
});
