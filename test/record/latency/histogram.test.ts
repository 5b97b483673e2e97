import fc from 'fast-check';
import * as hdr from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import { createDistribution, summariseLatency } from '../../../src/record/latency/distribution.ts';
import {
  bucketOf,
  createLatencyRecorder,
  decodeBuckets,
  type EncodedHistogram,
  highestLatencyUs,
  lowestValueOf,
} from '../../../src/record/latency/histogram.ts';
import { encode, latencies } from './encoded.ts';

function distributionOf(...parts: number[][]) {
  const distribution = createDistribution();
  for (const part of parts) distribution.add(encode(part));
  return distribution;
}

describe('the latency recorder', () => {
  it('uses the very buckets of HdrHistogram', () => {
    const histogram = hdr.build({
      lowestDiscernibleValue: 1,
      highestTrackableValue: highestLatencyUs,
      numberOfSignificantValueDigits: 3,
    }) as hdr.JsHistogram;
    fc.assert(
      fc.property(latencies, (us) => {
        expect(lowestValueOf(bucketOf(us))).toBe(histogram.lowestEquivalentValue(us));
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives back what was recorded, exactly in count, sum, min and max', () => {
    fc.assert(
      fc.property(fc.array(latencies, { minLength: 1, maxLength: 200 }), (values) => {
        const encoded = encode(values);
        expect(encoded.count).toBe(values.length);
        expect(encoded.sum).toBe(values.reduce((sum, value) => sum + value, 0));
        expect(encoded.min).toBe(Math.min(...values));
        expect(encoded.max).toBe(Math.max(...values));
        const decoded: number[] = [];
        decodeBuckets(encoded.buckets, (bucket, count) => {
          for (let i = 0; i < count; i++) decoded.push(lowestValueOf(bucket));
        });
        const expected = values.map((us) => lowestValueOf(bucketOf(us))).sort((a, b) => a - b);
        expect(decoded).toEqual(expected);
      }),
    );
  });

  it('is empty after each take', () => {
    const recorder = createLatencyRecorder();
    recorder.record(12);
    recorder.take();
    expect(recorder.take()).toEqual({ count: 0, sum: 0, min: null, max: null, buckets: '' });
    recorder.record(1);
    expect(recorder.take()).toMatchObject({ count: 1, min: 1_000, max: 1_000 });
  });

  it('survives JSON, and many in one bucket', () => {
    const recorder = createLatencyRecorder();
    for (let i = 0; i < 100_000; i++) recorder.record(5);
    const travelled = JSON.parse(JSON.stringify(recorder.take())) as EncodedHistogram;
    const counts: number[] = [];
    decodeBuckets(travelled.buckets, (_, count) => counts.push(count));
    expect(counts).toEqual([100_000]);
  });

  it('counts what cannot be as zero, and what is beyond its range in its last bucket', () => {
    expect(encode([-5, Number.NaN]).max).toBe(0);
    expect(encode([1e12]).max).toBe(highestLatencyUs);
  });

  it('refuses an encoding that is cut short', () => {
    expect(() => decodeBuckets(Buffer.from([0x80]).toString('base64'), () => {})).toThrow(/cut short/);
    expect(() => decodeBuckets(Buffer.from([5]).toString('base64'), () => {})).toThrow(/cut short/);
  });
});

describe('a merged distribution', () => {
  it('is the same however the records were split over workers and intervals', () => {
    fc.assert(
      fc.property(
        fc.array(latencies, { minLength: 1, maxLength: 100 }),
        fc.array(latencies, { maxLength: 100 }),
        fc.array(latencies, { maxLength: 100 }),
        (a, b, c) => {
          const whole = summariseLatency(distributionOf([...a, ...b, ...c]));
          expect(summariseLatency(distributionOf(a, b, c))).toEqual(whole);
          expect(summariseLatency(distributionOf(c, a, b))).toEqual(whole);
        },
      ),
    );
  });

  it('finds percentiles within a thousandth, and never outside what was measured', () => {
    fc.assert(
      fc.property(
        fc.array(latencies, { minLength: 1, maxLength: 300 }),
        fc.constantFrom(50, 90, 99, 99.9, 100),
        (values, percentile) => {
          const sorted = values.toSorted((a, b) => a - b);
          const exact = sorted[Math.max(0, Math.ceil((percentile / 100) * sorted.length - 1e-9) - 1)]!;
          const found = distributionOf(values).percentile(percentile)!;
          expect(found).toBeGreaterThanOrEqual(Math.min(exact, sorted.at(-1)!));
          expect(found).toBeLessThanOrEqual(exact * 1.001 + 1);
          expect(found).toBeLessThanOrEqual(sorted.at(-1)!);
        },
      ),
    );
  });

  it('clamps to the maximum where HdrHistogram alone reads 120,061,951', () => {
    expect(distributionOf([120_000_000]).percentile(99)).toBe(120_000_000);
  });

  it('says nothing where nothing was measured', () => {
    expect(summariseLatency(createDistribution())).toMatchObject({
      count: 0,
      p50: null,
      mean: null,
      max: null,
    });
  });

  it('counts what lies above a limit', () => {
    expect(distributionOf([1_000, 2_000, 3_000, 500_000]).countAbove(2_500)).toBe(2);
  });

  it('writes HdrHistogram’s percentile spectrum in milliseconds', () => {
    const spectrum = distributionOf([1_000, 1_000, 4_000]).spectrum();
    expect(spectrum).toMatch(/Value\s+Percentile\s+TotalCount/);
    expect(spectrum).toMatch(/Total count\s+=\s+3\]/);
    expect(spectrum).toMatch(/^\s+4\.0\d\d 1\.0+\s+3/m);
  });
});
