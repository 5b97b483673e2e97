import type { CountLate } from './fleet/missed.ts';
import { createDistribution } from './latency/distribution.ts';
import type { IntervalLog } from './read-interval-log.ts';

/** Counts by the histograms of a run's intervals: exact to the bucket, which is 0.1 % of a value wide. */
export function countLateBy({ intervals }: Pick<IntervalLog, 'intervals'>, timeScale: number): CountLate {
  const all = intervals.filter(({ tag }) => tag.kind === 'response' && tag.name === undefined);
  return (fromMs, toMs, limitUs) => {
    const distribution = createDistribution();
    for (const interval of all) {
      const endMs = Math.round(interval.toMs * timeScale);
      if (endMs > fromMs && endMs <= toMs && interval.maxUs > limitUs) distribution.add(interval.histogram());
    }
    return distribution.countAbove(limitUs);
  };
}
