import { describe, expect, it } from 'vitest';
import { costOf, type HourlyPrice, instanceHours } from '../../src/record/fleet/cost.ts';
import { hour, outAndIn } from './support/fleet.ts';

const tablePriced = (instanceType: string, hourlyUsd: number | null): HourlyPrice => ({
  instanceType,
  hourlyUsd,
  source: 'us-east-1, prices of 2026-09',
  asOf: '2026-09',
});

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

describe('the cost', () => {
  const local = { charged: false, timeScale: 20 };

  it("is instance-hours of cloud time at the table's price, and says that nothing was charged", () => {
    const cost = costOf(outAndIn, 4 * hour, tablePriced('ml.m5.large', 0.115), local);
    expect(cost).toMatchObject({ instanceHours: 2 + 3 + 1, charged: false });
    expect(cost.total).toBeCloseTo(6 * 0.115, 5);
    expect(cost.note).toMatch(/^Nothing was charged.*4h of cloud time at 20 times.*prices of 2026-09/);
  });

  it('on AWS is charged, at the price that AWS says now', () => {
    const price = {
      instanceType: 'ml.m5.large',
      hourlyUsd: 0.138,
      source: 'eu-central-1, AWS Pricing API',
      asOf: null,
    };
    const cost = costOf(outAndIn, 4 * hour, price, { charged: true, timeScale: 1 });
    expect(cost).toEqual({
      instanceHours: 6,
      total: 0.828,
      charged: true,
      note: 'This for the instances alone, for 4h of cloud time, at $0.138 an hour of ml.m5.large (eu-central-1, AWS Pricing API).',
    });
  });

  it('is left open for a type without a price', () => {
    const cost = costOf(outAndIn, 4 * hour, tablePriced('ml.r5.large', null), local);
    expect(cost).toEqual({
      instanceHours: 6,
      charged: false,
      note: 'No price of ml.r5.large is in the table of 2026-09.',
    });
  });
});
