import fc from 'fast-check';
import { expect, it } from 'vitest';
import { emptyHistogram } from '../../../src/record/latency/histogram.ts';
import { mergeHistograms } from '../../../src/record/latency/merge-histograms.ts';
import { encode, latencies } from './encoded.ts';

it('adds histograms up as if one had recorded all', () => {
  fc.assert(
    fc.property(fc.array(fc.array(latencies, { maxLength: 60 }), { maxLength: 5 }), (parts) => {
      expect(mergeHistograms(parts.map(encode))).toEqual(encode(parts.flat()));
    }),
  );
});

it('of nothing is nothing', () => {
  expect(mergeHistograms([])).toEqual(emptyHistogram);
  expect(mergeHistograms([emptyHistogram, emptyHistogram])).toEqual(emptyHistogram);
});
