import { decodeBuckets, type EncodedHistogram, lowestValueOf } from '../../record/latency/histogram.ts';
import { rowOf } from './heat-map.ts';

/** How many of a second's requests fell into each row of a heat map: pairs of a row and a count. */
export function cellsOf(histograms: readonly EncodedHistogram[]): number[] {
  const counts = new Map<number, number>();
  for (const { buckets } of histograms) {
    decodeBuckets(buckets, (bucket, count) => {
      const row = rowOf(lowestValueOf(bucket));
      counts.set(row, (counts.get(row) ?? 0) + count);
    });
  }
  return [...counts].sort(([a], [b]) => a - b).flat();
}
