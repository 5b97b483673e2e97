import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/core/random.ts';

describe('seeded randomness', () => {
  it('gives the same stream for the same seed and another for another', () => {
    const draw = (seed: number) => {
      const random = createRandom(seed);
      return Array.from({ length: 5 }, () => random.next());
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('spreads uniform numbers evenly over [0, 1)', () => {
    const random = createRandom(1);
    const bins = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) bins[random.int(10)]! += 1;
    // A bin of a fair draw has a standard deviation of 95; 500 is more than five of them.
    for (const count of bins) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  it('draws exponential gaps with the mean asked for', () => {
    const random = createRandom(2);
    let sum = 0;
    for (let i = 0; i < 100_000; i++) sum += random.exponential(4);
    expect(sum / 100_000).toBeCloseTo(4, 1);
  });
});
