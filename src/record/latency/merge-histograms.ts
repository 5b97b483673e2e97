import { decodeBuckets, type EncodedHistogram, emptyHistogram, encodeBuckets } from './histogram.ts';

/** Adds histograms up, bucket by bucket: nothing is lost. */
export function mergeHistograms(parts: readonly EncodedHistogram[]): EncodedHistogram {
  const filled = parts.filter(({ count }) => count > 0);
  const [first, ...others] = filled;
  if (first === undefined) return emptyHistogram;
  if (others.length === 0) return first;
  const counts = new Map<number, number>();
  for (const { buckets } of filled)
    decodeBuckets(buckets, (bucket, count) => counts.set(bucket, (counts.get(bucket) ?? 0) + count));
  const extreme = (pick: (a: number, b: number) => number, of: 'min' | 'max') =>
    filled.map((part) => part[of]).reduce((a, b) => (a === null || b === null ? (a ?? b) : pick(a, b)));
  return {
    count: filled.reduce((sum, { count }) => sum + count, 0),
    sum: filled.reduce((total, { sum }) => total + sum, 0),
    min: extreme(Math.min, 'min'),
    max: extreme(Math.max, 'max'),
    buckets: encodeBuckets([...counts].sort(([a], [b]) => a - b)),
  };
}
