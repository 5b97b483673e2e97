import { decodeBuckets, type EncodedHistogram, emptyHistogram, encodeCounts } from './histogram.ts';

/** The histogram of all that is in these, bucket by bucket. One alone is passed on as it is. */
export function mergeHistograms(parts: readonly EncodedHistogram[]): EncodedHistogram {
  const filled = parts.filter(({ count }) => count > 0);
  const [first = emptyHistogram] = filled;
  if (filled.length < 2) return first;
  const counts = new Map<number, number>();
  let [count, sum, min, max] = [0, 0, first.min!, first.max!];
  for (const part of filled) {
    decodeBuckets(part.buckets, (bucket, held) => counts.set(bucket, (counts.get(bucket) ?? 0) + held));
    count += part.count;
    sum += part.sum;
    min = Math.min(min, part.min!);
    max = Math.max(max, part.max!);
  }
  return { count, sum, min, max, buckets: encodeCounts([...counts].sort(([a], [b]) => a - b)) };
}
