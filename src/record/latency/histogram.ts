/**
 * A latency recorder in HdrHistogram's own bucket layout (3 significant digits, 1 µs … 2³¹−1 µs, about 35 minutes),
 * cheap enough to be filled five times a request and emptied every second. `BucketCounts` on the other side adds up
 * what it encodes, bucket by bucket, so nothing is lost on the way.
 *
 * Layout (http://hdrhistogram.org): values below 2048 have a bucket each; every further power of two is cut into 1024
 * equal buckets.
 */
export interface LatencyRecorder {
  /** @param ms milliseconds; negative and unrepresentably small become 0, beyond 35 minutes the largest bucket */
  record(ms: number): void;
  /** What was recorded since the last call; empties the recorder. */
  take(): EncodedHistogram;
}

/** Plain data, for JSON and thread messages alike. Times in µs; `min` and `max` exact, null when `count` is 0. */
export interface EncodedHistogram {
  count: number;
  sum: number;
  min: number | null;
  max: number | null;
  /** Base64 of LEB128 pairs (empty buckets skipped, count), in ascending bucket order. */
  buckets: string;
}

export const highestLatencyUs = 2_147_483_647;
export const bucketCount = 22_528;

export function createLatencyRecorder(): LatencyRecorder {
  const counts = new Uint32Array(bucketCount);
  let count = 0;
  let sum = 0;
  let min = highestLatencyUs;
  let max = 0;
  return {
    record(ms) {
      const us = ms >= 2_147_483.647 ? highestLatencyUs : ms > 0 ? (ms * 1_000 + 0.5) | 0 : 0;
      const index = bucketOf(us);
      counts[index] = counts[index]! + 1;
      count += 1;
      sum += us;
      if (us < min) min = us;
      if (us > max) max = us;
    },
    take() {
      if (count === 0) return emptyHistogram;
      const first = bucketOf(min);
      const last = bucketOf(max);
      const encoded = { count, sum, min, max, buckets: encodeCounts(counts, first, last) };
      counts.fill(0, first, last + 1);
      count = 0;
      sum = 0;
      min = highestLatencyUs;
      max = 0;
      return encoded;
    },
  };
}

export const emptyHistogram: EncodedHistogram = { count: 0, sum: 0, min: null, max: null, buckets: '' };

export function bucketOf(us: number): number {
  if (us < 2_048) return us;
  const magnitude = 21 - Math.clz32(us);
  return (magnitude << 10) + (us >>> magnitude);
}

/** The smallest value that a bucket holds. */
export function lowestValueOf(bucket: number): number {
  if (bucket < 2_048) return bucket;
  const magnitude = (bucket >>> 10) - 1;
  return (bucket - (magnitude << 10)) * 2 ** magnitude;
}

/** Calls `visit` for each bucket that holds something. @throws Error if the encoding is not one of ours */
export function decodeBuckets(buckets: string, visit: (bucket: number, count: number) => void): void {
  const bytes = Buffer.from(buckets, 'base64');
  let offset = 0;
  let bucket = -1;
  const next = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[offset++];
      if (byte === undefined || scale > 2 ** 49) throw new Error('histogram encoding is cut short or broken');
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (offset < bytes.length) {
    bucket += next() + 1;
    if (bucket >= bucketCount) throw new Error(`histogram encoding names bucket ${bucket}`);
    visit(bucket, next());
  }
}

/** The encoding of (bucket, count) pairs; buckets ascending, counts above 0. */
export function encodeBuckets(pairs: readonly (readonly [bucket: number, count: number])[]): string {
  const writer = createBucketWriter(pairs.length);
  for (const [bucket, count] of pairs) writer.put(bucket, count);
  return writer.encoded();
}

/** The same, of counts by bucket. @param first the first bucket that may hold something, `last` the last */
export function encodeCounts(counts: Uint32Array | Float64Array, first: number, last: number): string {
  const writer = createBucketWriter(last - first + 1);
  for (let bucket = first; bucket <= last; bucket++) {
    const count = counts[bucket]!;
    if (count > 0) writer.put(bucket, count);
  }
  return writer.encoded();
}

function createBucketWriter(mostPairs: number) {
  // A pair takes at most 3 bytes of gap and 8 of count.
  const bytes = Buffer.allocUnsafe(mostPairs * 11);
  let length = 0;
  let previous = -1;
  const putNumber = (number: number) => {
    let value = number;
    for (; value > 127; value = Math.floor(value / 128)) bytes[length++] = (value % 128) | 128;
    bytes[length++] = value;
  };
  return {
    put(bucket: number, count: number) {
      putNumber(bucket - previous - 1);
      putNumber(count);
      previous = bucket;
    },
    encoded: () => bytes.toString('base64', 0, length),
  };
}
