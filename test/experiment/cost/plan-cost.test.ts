import { describe, expect, it } from 'vitest';
import { costAt } from '../../../src/experiment/cost/plan-cost.ts';
import { tablePrice } from '../../../src/resources/sdk/live-price.ts';

const counts = { instances: 2, maxInstances: 4 };
const live = {
  instanceType: 'ml.m5.large',
  hourlyUsd: 0.138,
  source: 'pricing-api' as const,
  region: 'eu-west-1',
  asOf: null,
};

describe('the cost of a plan', () => {
  it('is that of the instances planned, and of as many as there may be', () => {
    expect(costAt(live, counts, 'eu-west-1')).toEqual({
      instanceType: 'ml.m5.large',
      ...counts,
      perInstanceHour: 0.138,
      perHour: 0.276,
      perHourAtMax: 0.552,
      source: 'pricing-api',
      note: 'For the instances alone (eu-west-1, AWS Pricing API); requests to the API, storage and logs come on top.',
    });
  });

  it("says whose price it is where it is the table's", () => {
    const note = (region: string | null) => costAt(tablePrice('ml.m5.large'), counts, region).note;
    expect(note('us-east-1')).toBe(
      'For the instances alone (us-east-1, prices of 2026-09, as the Pricing API did not say); requests to the API, storage and logs come on top.',
    );
    expect(note('eu-west-1')).toContain('eu-west-1 may cost up to half as much again');
    expect(note(null)).toBe(
      'Nothing is charged: the stand-in is free. AWS would charge this for the instances alone (us-east-1, prices of 2026-09).',
    );
  });

  it('is left open where nobody knows the price', () => {
    expect(costAt(tablePrice('ml.p5.48xlarge'), counts, 'us-east-1')).toMatchObject({
      perInstanceHour: null,
      perHour: null,
      perHourAtMax: null,
      note: 'No price of ml.p5.48xlarge is known, not in the table of 2026-09 either.',
    });
  });
});
