import { describe, expect, it } from 'vitest';
import { hourlyPriceUsd } from '../../src/catalog/prices.ts';

describe('prices', () => {
  it('are known for the types of the table and for no others', () => {
    expect(hourlyPriceUsd('ml.m5.large')).toBe(0.115);
    expect(hourlyPriceUsd('ml.p5.48xlarge')).toBeUndefined();
  });
});
