import fc from 'fast-check';
import {
  createLatencyRecorder,
  type EncodedHistogram,
  highestLatencyUs,
} from '../../../src/record/latency/histogram.ts';

/** Latencies in µs, of all magnitudes. */
export const latencies = fc.oneof(
  fc.integer({ min: 0, max: 5_000 }),
  fc.integer({ min: 0, max: 10_000_000 }),
  fc.integer({ min: 0, max: highestLatencyUs }),
);

export function encode(valuesUs: readonly number[]): EncodedHistogram {
  const recorder = createLatencyRecorder();
  for (const us of valuesUs) recorder.record(us / 1_000);
  return recorder.take();
}

export const histograms = fc.array(latencies, { minLength: 1, maxLength: 200 }).map(encode);
