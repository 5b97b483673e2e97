import { describe, expect, it } from 'vitest';
import { requestsNeeded } from '../../../src/load/run/early-stopping.ts';

describe('the requests that prove a percentile at 99 % confidence', () => {
  // MLPerf LoadGen's published counts for p99 and p90.
  it.each([
    [0.99, 0, 459],
    [0.99, 1, 662],
    [0.99, 2, 838],
    [0.99, 10, 2_010],
    [0.9, 0, 44],
    [0.9, 1, 64],
    [0.999, 0, 4_603],
    [0.5, 0, 7],
  ])('p%d with %d over: %d', (percentile, over, needed) => {
    expect(requestsNeeded(percentile, over)).toBe(needed);
  });

  it('are found at once for the longest run, too', () => {
    // The normal approximation, with its correction for continuity: over = n·s + 0.5 − 2.326·√(n·s·(1−s)).
    const over = 40_000_000;
    const needed = requestsNeeded(0.5, over);
    expect((over + 0.5 - needed / 2) / Math.sqrt(needed / 4)).toBeCloseTo(-2.326, 2);
  }, 1_000);

  it('grow with every one over, and towards the share itself for many', () => {
    let previous = 0;
    for (let over = 0; over < 50; over++) {
      const needed = requestsNeeded(0.95, over);
      expect(needed).toBeGreaterThan(previous);
      previous = needed;
    }
    expect(requestsNeeded(0.99, 20_000) * 0.01).toBeLessThan(20_000 * 1.05);
  });
});
