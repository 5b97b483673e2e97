import { describe, expect, it } from 'vitest';
import { createMetricNews, createOutlookNews } from '../../src/observe/watch-news.ts';
import type { TimelineEvent } from '../../src/record/schemas/timeline.ts';

const metric = (
  metricName: string,
  value: number,
  target: number | null,
  periodSeconds = 60,
): Extract<TimelineEvent, { type: 'metric' }> => ({
  type: 'metric',
  at: '2026-01-01T00:00:00.000Z',
  cloudTimeMs: 0,
  metricName,
  statistic: 'Sum',
  periodSeconds,
  value,
  target,
});

const counting = (words: string, count: string) => ({
  text: `${words} ${count}`,
  withoutCount: words,
  countsDown: false,
});

describe('an outlook', () => {
  it('is news at first, and when it says something else', () => {
    const isNews = createOutlookNews();
    expect(isNews([counting('scale-out: possible in', '2m10s')])).toBe(true);
    expect(isNews([counting('scale-out: possible', '')])).toBe(true);
    expect(isNews([counting('scale-out: possible', '')])).toBe(false);
  });

  it('is none where it only counts down', () => {
    const isNews = createOutlookNews();
    isNews([counting('scale-out: possible in', '2m10s'), counting('scale-in: needs', '12 more datapoints')]);
    const later = [
      counting('scale-out: possible in', '2m5s'),
      counting('scale-in: needs', '1 more datapoint'),
    ];
    expect(isNews(later)).toBe(false);
  });

  it('is news where what stands beside the lines changed, down to a figure', () => {
    const isNews = createOutlookNews();
    isNews([], { high: '2/3 above 30ms' });
    expect(isNews([], { high: '2/3 above 31ms' })).toBe(true);
  });
});

describe('a metric', () => {
  it('is worth a line where scaling follows it and its value changed', () => {
    const isNews = createMetricNews();
    expect(isNews(metric('InvocationsPerInstance', 5, 3_000))).toBe(true);
    expect(isNews(metric('InvocationsPerInstance', 5, 3_000))).toBe(false);
    expect(isNews(metric('InvocationsPerInstance', 6, 3_000))).toBe(true);
    expect(isNews(metric('ModelLatency', 6, null))).toBe(false);
  });

  it('of a period shorter than a minute is, where it crosses the target value', () => {
    const isNews = createMetricNews();
    const values = [1, 2, 9, 8, 3].map((value) => isNews(metric('ConcurrentRequestsPerModel', value, 5, 10)));
    expect(values).toEqual([true, false, true, false, true]);
  });
});
