import { deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import * as hdr from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import { fromHdrBase64, toHdrBase64 } from '../../../src/record/latency/hdr-payload.ts';
import {
  bucketCount,
  decodeBuckets,
  type EncodedHistogram,
  encodeBuckets,
  highestLatencyUs,
  lowestValueOf,
} from '../../../src/record/latency/histogram.ts';
import { encode, histograms } from './encoded.ts';

/** The same, filled and encoded by hdr-histogram-js. */
function byLibrary({ buckets }: EncodedHistogram): hdr.JsHistogram {
  const histogram = hdr.build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: highestLatencyUs,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: 64,
  }) as hdr.JsHistogram;
  decodeBuckets(buckets, (bucket, count) => histogram.recordValueWithCount(lowestValueOf(bucket), count));
  return histogram;
}

const inside = (base64: string) => inflateSync(Buffer.from(base64, 'base64').subarray(8));
const frame = (bytes: Buffer) => {
  const compressed = deflateSync(bytes);
  const head = Buffer.alloc(8);
  head.writeInt32BE(0x1c849314, 0);
  head.writeInt32BE(compressed.length, 4);
  return Buffer.concat([head, compressed]).toString('base64');
};

describe('a histogram in HdrHistogram’s encoding', () => {
  it('holds byte for byte the counts that hdr-histogram-js writes', () => {
    fc.assert(
      fc.property(histograms, (histogram) => {
        const ours = inside(toHdrBase64(histogram)).subarray(40);
        const theirs = inside(hdr.encodeIntoCompressedBase64(byLibrary(histogram))).subarray(40);
        expect(ours.equals(theirs)).toBe(true);
      }),
    );
  });

  it('is decoded by hdr-histogram-js to the same counts and percentiles', () => {
    fc.assert(
      fc.property(histograms, (histogram) => {
        const decoded = hdr.decodeFromCompressedBase64(toHdrBase64(histogram), 64);
        const expected = hdr.decodeFromCompressedBase64(
          hdr.encodeIntoCompressedBase64(byLibrary(histogram)),
          64,
        );
        expect(decoded.totalCount).toBe(histogram.count);
        const shown = [0.1, 25, 50, 90, 99, 99.9, 100];
        expect(shown.map((percentile) => decoded.getValueAtPercentile(percentile))).toEqual(
          shown.map((percentile) => expected.getValueAtPercentile(percentile)),
        );
      }),
    );
  });

  it('comes back with counts and maximum exact, and all within a thousandth', () => {
    fc.assert(
      fc.property(histograms, (histogram) => {
        const { count, buckets, max, min, sum } = fromHdrBase64(toHdrBase64(histogram), histogram.max!);
        expect({ count, buckets, max }).toEqual({
          count: histogram.count,
          buckets: histogram.buckets,
          max: histogram.max,
        });
        expect(min).toBeLessThanOrEqual(histogram.min!);
        expect(min).toBeGreaterThanOrEqual(histogram.min! * 0.999);
        expect(Math.abs(sum - histogram.sum)).toBeLessThanOrEqual(histogram.sum * 0.001);
      }),
    );
  });

  it('has the head that other readers expect', () => {
    const bytes = inside(toHdrBase64(encode([1, 2, 3])));
    expect(bytes.readInt32BE(0)).toBe(0x1c849303 | 0x10);
    expect(bytes.readInt32BE(4)).toBe(bytes.length - 40);
    expect([bytes.readInt32BE(8), bytes.readInt32BE(12)]).toEqual([0, 3]);
    expect([bytes.readBigInt64BE(16), bytes.readBigInt64BE(24)]).toEqual([1n, BigInt(highestLatencyUs)]);
    expect(bytes.readDoubleBE(32)).toBe(1);
  });

  it('takes counts beyond 32 bits', () => {
    const count = 2 ** 40 + 1;
    const histogram = { count, sum: count * 7, min: 7, max: 7, buckets: encodeBuckets([[7, count]]) };
    expect(fromHdrBase64(toHdrBase64(histogram), 7)).toEqual(histogram);
  });
});

describe('what is no such histogram', () => {
  const good = toHdrBase64(encode([100, 20_000]));
  const changed = (at: number, value: number) => {
    const bytes = Buffer.from(inside(good));
    bytes.writeInt32BE(value, at);
    return frame(bytes);
  };
  const endless = Buffer.concat([inside(good).subarray(0, 40), Buffer.alloc(bucketCount + 1, 2)]);
  endless.writeInt32BE(bucketCount + 1, 4);

  it.each([
    ['nothing', ''],
    ['another kind', Buffer.from('hello, world').toString('base64')],
    ['half of one', good.slice(0, good.length >> 1)],
    ['other digits', changed(12, 2)],
    ['another range', changed(28, 1_000)],
    ['a wrong length', changed(4, 5)],
    ['more buckets than there are', frame(endless)],
    ['a number without an end', frame(Buffer.concat([inside(good).subarray(0, 40), Buffer.alloc(9, 0xff)]))],
    ['a bomb', frame(Buffer.alloc(50_000_000))],
  ])('is refused: %s', (_, base64) => {
    expect(() => fromHdrBase64(base64, 20_000)).toThrow();
  });

  it('is refused: a maximum that it does not hold', () => {
    expect(() => fromHdrBase64(good, 90_000)).toThrow(/maximum/);
  });
});
