import { describe, expect, it } from 'vitest';
import { createDistribution } from '../../../src/record/latency/distribution.ts';
import { createLatencyRecorder } from '../../../src/record/latency/histogram.ts';

describe('the percentile spectrum', () => {
  const spectrumOf = (...ms: number[]) => {
    const recorder = createLatencyRecorder();
    for (const value of ms) recorder.record(value);
    const distribution = createDistribution();
    distribution.add(recorder.take());
    return distribution.spectrum();
  };
  const dataLines = (text: string) => text.split('\n').filter((line) => /^ +\d+\.\d+ +[01]\.\d+/.test(line));

  it('ends with the exact maximum, not with the upper edge of its bucket', () => {
    const spectrum = spectrumOf(1, 2, 120_000);
    const last = dataLines(spectrum).at(-1)!.trim().split(/ +/);
    expect(last).toEqual(['120000.000', '1.000000000000', '3']);
    expect(spectrum).toMatch(/#\[Max {5}= +120000\.000, Total count {4}= +3\]/);
    expect(spectrum).not.toContain('120061');
  });

  it('keeps the layout that plotting tools read', () => {
    const spectrum = spectrumOf(1, 2, 1_234.567);
    expect(spectrum).toMatch(/^ {7}Value {5}Percentile TotalCount 1\/\(1-Percentile\)\n\n/);
    expect(dataLines(spectrum)[0]).toBe('       1.000 0.000000000000          1           1.00');
    expect(spectrum).toMatch(/#\[Max {5}= {5}1234\.567, Total/);
  });

  it('of nothing is left as it is', () => {
    expect(createDistribution().spectrum()).toContain('Total count    =            0');
  });
});
