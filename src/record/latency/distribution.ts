import * as hdr from 'hdr-histogram-js';
import { BucketCounts } from './bucket-counts.ts';
import { type EncodedHistogram, highestLatencyUs, lowestValueOf } from './histogram.ts';
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
  const sums = new BucketCounts();
  return {
    get count() {
      return sums.count;
    },
    get min() {
      return sums.min;
    },
    get max() {
      return sums.max;
    },
    add: (encoded) => sums.add(encoded),
    percentile: (percentile) => percentileOf(sums, percentile),
    mean: () => (sums.count === 0 ? null : sums.sum / sums.count),
    countAbove(us) {
      let above = 0;
      sums.some((bucket, count) => {
        if (lowestValueOf(bucket) > us) above += count;
        return false;
      });
      return above;
    },
    spectrum: () =>
      clampSpectrum(toHdrHistogram(sums).outputPercentileDistribution(5, 1_000), sums.min, sums.max),
  };
}

/** As HdrHistogram answers: the highest value of the bucket that the wanted record is in. */
function percentileOf(sums: BucketCounts, percentile: number): number | null {
  const { min, max } = sums;
  if (min === null || max === null) return null;
  const wanted = (Math.min(percentile, 100) / 100) * sums.count;
  // A share that is a whole number of records must not become one more by a rounding in its last bit.
  const rank = Math.max(1, Math.ceil(wanted - wanted * Number.EPSILON));
  let passed = 0;
  let found = max;
  sums.some((bucket, count) => {
    passed += count;
    if (passed < rank) return false;
    found = percentile === 0 ? lowestValueOf(bucket) : lowestValueOf(bucket + 1) - 1;
    return true;
  });
  // A bucket's edge may lie beyond what was ever measured.
  return Math.min(max, Math.max(min, found));
}

/** Only for what is printed once a run: it takes some 200 kB and a call a bucket. */
function toHdrHistogram(sums: BucketCounts): hdr.JsHistogram {
  const histogram = hdr.build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: highestLatencyUs,
    numberOfSignificantValueDigits: 3,
    // 64-bit counts: a run may outlast 2³² requests, and a sum of workers' counts must not wrap.
    bitBucketSize: 64,
  }) as hdr.JsHistogram;
  sums.some((bucket, count) => {
    histogram.recordValueWithCount(lowestValueOf(bucket), count);
    return false;
  });
  return histogram;
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
