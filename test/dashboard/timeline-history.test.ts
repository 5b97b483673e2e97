import { describe, expect, it } from 'vitest';
import { createTimelineHistory } from '../../src/dashboard/live/timeline-history.ts';
import type { TimelineEvent } from '../../src/record/schemas/timeline.ts';

function sample(second: number, p99 = 10_000): TimelineEvent {
  return {
    at: new Date(second * 1_000).toISOString(),
    cloudTimeMs: second * 1_000,
    type: 'load',
    elapsedMs: second * 1_000,
    intervalMs: 1_000,
    users: 1,
    rateRps: 100,
    intendedRateRps: null,
    failed: 0,
    inFlight: 1,
    responseUs: { p50: 1_000, p95: 5_000, p99, max: p99 },
  };
}

describe('the history of a timeline', () => {
  it('keeps every second of the first two hours', () => {
    const history = createTimelineHistory();
    for (let second = 1; second <= 7_200; second++) history.add(sample(second));
    expect(history.events()).toHaveLength(7_200);
  });

  it('stays within bounds for a day, and keeps the worst second of it, the first and the last', () => {
    const history = createTimelineHistory();
    for (let second = 1; second <= 86_400; second++)
      history.add(sample(second, second === 40_000 ? 9e6 : 1e4));
    const seconds = history.events().map(({ cloudTimeMs }) => cloudTimeMs / 1_000);
    expect(seconds.length).toBeLessThanOrEqual(7_200);
    expect(seconds).toContain(40_000);
    expect([seconds[0], seconds.at(-1)]).toEqual([1, 86_400]);
  });

  it('drops metric values before anything that happened once', () => {
    const history = createTimelineHistory();
    const phase: TimelineEvent = {
      ...{ at: new Date(0).toISOString(), cloudTimeMs: 0 },
      ...{ type: 'phase', phase: 'load-started', message: 'the load starts' },
    };
    history.add(phase);
    for (let minute = 1; minute <= 5_000; minute++) {
      history.add({
        ...{ at: new Date(minute).toISOString(), cloudTimeMs: minute * 60_000, type: 'metric' },
        ...{ metricName: 'm', statistic: 'Sum', periodSeconds: 60, value: minute, target: null },
      });
    }
    const events = history.events();
    expect(events).toHaveLength(4_000);
    expect(events[0]).toEqual(phase);
    expect(events.at(-1)).toMatchObject({ value: 5_000 });
  });
});
