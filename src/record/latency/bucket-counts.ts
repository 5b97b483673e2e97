import {
  bucketCount,
  decodeBuckets,
  type EncodedHistogram,
  emptyHistogram,
  encodeCounts,
} from './histogram.ts';

/**
 * Histograms added up bucket by bucket, so that nothing is lost. What is added is read straight into the counts, without an object a bucket: to lead a run of
 * 10,000 workers is to do so 80,000 times a second.
 */
export class BucketCounts {
  count = 0;
  sum = 0;
  /** Exact, µs; null: nothing was added. */
  min: number | null = null;
  max: number | null = null;
  /** All buckets that hold something are within these two. */
  #lowest = bucketCount;
  #highest = -1;
  /** Float64: a run may outlast 2³² requests. Not made before it is needed: most histograms of names stay empty. */
  #counts: Float64Array | undefined;

  /** @throws Error if its encoding is not one of ours */
  add(encoded: EncodedHistogram): void {
    if (encoded.count === 0) return;
    this.#counts ??= new Float64Array(bucketCount);
    const counts = this.#counts;
    decodeBuckets(encoded.buckets, (bucket, count) => {
      counts[bucket] = counts[bucket]! + count;
      if (bucket < this.#lowest) this.#lowest = bucket;
      if (bucket > this.#highest) this.#highest = bucket;
    });
    this.count += encoded.count;
    this.sum += encoded.sum;
    if (encoded.min !== null && (this.min === null || encoded.min < this.min)) this.min = encoded.min;
    if (encoded.max !== null && (this.max === null || encoded.max > this.max)) this.max = encoded.max;
  }

  /** From the lowest to the highest bucket that holds something, until `visit` answers true. */
  some(visit: (bucket: number, count: number) => boolean): boolean {
    const counts = this.#counts;
    if (counts === undefined) return false;
    for (let bucket = this.#lowest; bucket <= this.#highest; bucket++) {
      const count = counts[bucket]!;
      if (count > 0 && visit(bucket, count)) return true;
    }
    return false;
  }

  encoded(): EncodedHistogram {
    const { count, sum, min, max } = this;
    if (count === 0 || this.#counts === undefined) return emptyHistogram;
    return { count, sum, min, max, buckets: encodeCounts(this.#counts, this.#lowest, this.#highest) };
  }

  clear(): void {
    this.#counts?.fill(0, this.#lowest, this.#highest + 1);
    this.#lowest = bucketCount;
    this.#highest = -1;
    this.count = 0;
    this.sum = 0;
    this.min = null;
    this.max = null;
  }
}
