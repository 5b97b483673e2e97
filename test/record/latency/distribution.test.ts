import fc from 'fast-check';
import * as hdr from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import { createDistribution } from '../../../src/record/latency/distribution.ts';
import { emptyHistogram, highestLatencyUs } from '../../../src/record/latency/histogram.ts';
import { mergeHistograms } from '../../../src/record/latency/merge-histograms.ts';
import { encode, latencies } from './encoded.ts';

const parts = fc.array(fc.array(latencies, { maxLength: 60 }), { maxLength: 5 });
const percentiles = [0, 0.1, 25, 50, 90, 95, 99, 99.9, 99.99, 100];

describe('a distribution of latencies', () => {
  it('answers every percentile as hdr-histogram-js does, within what was measured', () => {
    fc.assert(
      fc.property(parts, fc.double({ min: 0, max: 100, noNaN: true }), (valuesUs, another) => {
        const distribution = createDistribution();
        const library = hdr.build({
          lowestDiscernibleValue: 1,
          highestTrackableValue: highestLatencyUs,
          numberOfSignificantValueDigits: 3,
          bitBucketSize: 64,
        });
        for (const part of valuesUs) {
          distribution.add(encode(part));
          for (const us of part) library.recordValue(us);
        }
        const all = valuesUs.flat();
        for (const percentile of [...percentiles, another]) {
          const theirs = Math.min(
            Math.max(library.getValueAtPercentile(percentile), Math.min(...all)),
            Math.max(...all),
          );
          expect(distribution.percentile(percentile)).toBe(all.length === 0 ? null : theirs);
        }
      }),
    );
  });

  it('counts what is above a value by buckets, and knows the exact count, mean, least and greatest', () => {
    fc.assert(
      fc.property(parts, (valuesUs) => {
        const distribution = createDistribution();
        for (const part of valuesUs) distribution.add(encode(part));
        const all = valuesUs.flat();
        expect(distribution.count).toBe(all.length);
        expect(distribution.min).toBe(all.length === 0 ? null : Math.min(...all));
        expect(distribution.max).toBe(all.length === 0 ? null : Math.max(...all));
        expect(distribution.mean()).toBe(all.length === 0 ? null : all.reduce((a, b) => a + b) / all.length);
        // Below 2,048 µs each whole number has a bucket of its own.
        expect(distribution.countAbove(1_000)).toBe(all.filter((us) => us > 1_000).length);
      }),
    );
  });

  it('refuses what is no encoding of ours, and the next merge knows nothing of it', () => {
    const good = encode([1, 500, 2_000_000]);
    const cut = { ...good, buckets: good.buckets.slice(0, 4) };
    const beyond = { ...good, buckets: Buffer.from([0xff, 0xff, 0x7f, 1]).toString('base64') };
    const filler = encode([7]);
    expect(() => mergeHistograms([filler, { ...cut, buckets: 'AQ==' }])).toThrow(/cut short or broken/);
    expect(() => mergeHistograms([filler, beyond])).toThrow(/names bucket/);
    expect(mergeHistograms([good, filler])).toEqual(encode([1, 7, 500, 2_000_000]));
    expect(mergeHistograms([emptyHistogram, good])).toEqual(good);
  });
});
