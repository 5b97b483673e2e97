import { describe, expect, it } from 'vitest';
import { hourlyPriceUsd, instanceHours } from '../../src/catalog/prices.ts';

const hour = 3_600_000;

describe('instance-hours', () => {
  it('are the area under the counts', () => {
    const counts = [
      { atMs: 0, count: 1 },
      { atMs: hour, count: 3 },
      { atMs: 2 * hour, count: 2 },
    ];
    expect(instanceHours(counts, 4 * hour)).toBe(1 + 3 + 2 * 2);
  });

  it('are none where nothing was counted', () => {
    expect(instanceHours([], hour)).toBe(0);
  });

  it('never count backwards', () => {
    expect(instanceHours([{ atMs: hour, count: 5 }], 0)).toBe(0);
  });
});

describe('prices', () => {
  it('are known for the types of the table and for no others', () => {
    expect(hourlyPriceUsd('ml.m5.large')).toBe(0.115);
    expect(hourlyPriceUsd('ml.p5.48xlarge')).toBeUndefined();
  });
});
