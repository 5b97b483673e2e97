import * as hdr from 'hdr-histogram-js';
import { decodeBuckets, type EncodedHistogram, highestLatencyUs, lowestValueOf } from './histogram.ts';
import type { LatencySummary } from './latency-summary.ts';
import { clampSpectrum } from './spectrum.ts';

/** The merged latencies of a kind: over workers, over intervals, or both. Exact in min, max, mean and count. */
export interface LatencyDistribution {
  readonly count: number;
  readonly min: number | null;
  readonly max: number | null;
  add(encoded: EncodedHistogram): void;
  /** µs; the value that `percentile` % of the records do not exceed, within 0.1 %; null when nothing was recorded. */
  percentile(percentile: number): number | null;
  mean(): number | null;
  /** Records whose value is certainly above `us`, bucket by bucket. */
  countAbove(us: number): number;
  /** HdrHistogram's percentile spectrum, values in milliseconds, the last one the exact maximum. */
  spectrum(): string;
}

export function createDistribution(): LatencyDistribution {
  const histogram = hdr.build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: highestLatencyUs,
    numberOfSignificantValueDigits: 3,
    // 64-bit counts: a run may outlast 2³² requests, and a sum of workers' counts must not wrap.
    bitBucketSize: 64,
  });
  const perBucket = new Map<number, number>();
  let count = 0;
  let sum = 0;
  let min: number | null = null;
  let max: number | null = null;
  return {
    get count() {
      return count;
    },
    get min() {
      return min;
    },
    get max() {
      return max;
    },
    add(encoded) {
      if (encoded.count === 0) return;
      decodeBuckets(encoded.buckets, (bucket, bucketCount) => {
        histogram.recordValueWithCount(lowestValueOf(bucket), bucketCount);
        perBucket.set(bucket, (perBucket.get(bucket) ?? 0) + bucketCount);
      });
      count += encoded.count;
      sum += encoded.sum;
      if (encoded.min !== null && (min === null || encoded.min < min)) min = encoded.min;
      if (encoded.max !== null && (max === null || encoded.max > max)) max = encoded.max;
    },
    percentile(percentile) {
      if (min === null || max === null) return null;
      // HDR answers with its bucket's upper edge, which may lie beyond what was ever measured.
      return Math.min(max, Math.max(min, histogram.getValueAtPercentile(percentile)));
    },
    mean: () => (count === 0 ? null : sum / count),
    countAbove(us) {
      let above = 0;
      for (const [bucket, bucketCount] of perBucket) if (lowestValueOf(bucket) > us) above += bucketCount;
      return above;
    },
    spectrum: () => clampSpectrum(histogram.outputPercentileDistribution(5, 1_000), min, max),
  };
}

export function summariseLatency(distribution: LatencyDistribution): LatencySummary {
  const mean = distribution.mean();
  return {
    count: distribution.count,
    min: distribution.min,
    mean: mean === null ? null : Math.round(mean * 10) / 10,
    p50: distribution.percentile(50),
    p66: distribution.percentile(66),
    p75: distribution.percentile(75),
    p80: distribution.percentile(80),
    p90: distribution.percentile(90),
    p95: distribution.percentile(95),
    p98: distribution.percentile(98),
    p99: distribution.percentile(99),
    p99_9: distribution.percentile(99.9),
    p99_99: distribution.percentile(99.99),
    max: distribution.max,
  };
}
