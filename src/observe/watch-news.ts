import { usualMetric } from '../catalog/metrics.ts';
import type { TimelineEvent } from '../record/schemas/timeline.ts';
import type { OutlookLine } from './explain/outlook.ts';
import { metricKeyOf } from './watch-state.ts';

/**
 * Whether an outlook says something else than the one before. A countdown is a new text at every look, and no news.
 * @param lines in which countdowns do not count
 * @param rest compared as it is
 */
export function createOutlookNews(): (lines: readonly OutlookLine[], rest?: object) => boolean {
  let last = '';
  return (lines, rest = {}) => {
    const news = JSON.stringify([rest, ...lines.map(({ withoutCount }) => withoutCount)]);
    const isNews = news !== last;
    last = news;
    return isNews;
  };
}

/**
 * Whether a metric is worth a line. Four metrics a minute would drown the rest; those that scaling follows tell the
 * story, where they change. Of shorter periods than a minute, where they cross the target value.
 */
export function createMetricNews(): (event: Extract<TimelineEvent, { type: 'metric' }>) => boolean {
  const lastValues = new Map<string, number | boolean>();
  return (event) => {
    const { metricName, value, target, periodSeconds } = event;
    if (metricName !== usualMetric.metricName && target === null) return false;
    const key = metricKeyOf(event);
    const news = periodSeconds < 60 && target !== null ? value > target : value;
    if (lastValues.get(key) === news) return false;
    lastValues.set(key, news);
    return true;
  };
}
