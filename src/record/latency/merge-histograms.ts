import { BucketCounts } from './bucket-counts.ts';
import { type EncodedHistogram, emptyHistogram } from './histogram.ts';

/** Adds histograms up, bucket by bucket: nothing is lost. */
export function mergeHistograms(parts: readonly EncodedHistogram[]): EncodedHistogram {
  const filled = parts.filter(({ count }) => count > 0);
  const [first] = filled;
  if (first === undefined) return emptyHistogram;
  if (filled.length === 1) return first;
  try {
    for (const part of filled) sums.add(part);
    return sums.encoded();
  } finally {
    sums.clear();
  }
}

/** One for all, empty between two calls: a merge a second and name allocates nothing but its result. */
const sums = new BucketCounts();
