import { describe, expect, it } from 'vitest';
import { costOf, summariseScaling } from '../../src/record/scaling-summary.ts';
import type { TimelineEvent } from '../../src/record/timeline.ts';
import { tablePrice } from '../../src/resources/live-price.ts';

const hour = 3_600_000;
const cloud = { capacityEmulated: true, timeScale: 20 };

function capacity(cloudTimeMs: number, current: number, desired: number): TimelineEvent {
  return { at: '', cloudTimeMs, type: 'capacity', current, desired, endpointStatus: 'InService' };
}

const outAndIn = [
  capacity(0, 1, 1),
  capacity(hour, 1, 3),
  capacity(2 * hour, 3, 3),
  capacity(3 * hour, 1, 1),
];

describe('how the fleet moved', () => {
  it('is counted by the changes of what was wanted', () => {
    expect(summariseScaling(outAndIn, cloud, null)).toMatchObject({
      ...cloud,
      instances: { atStart: 1, max: 3, atEnd: 1 },
      scaleOuts: 1,
      scaleIns: 1,
      scaleOutDelays: [{ from: 1, to: 3, moments: { askedMs: hour, inServiceMs: 2 * hour } }],
    });
  });

  it('is unknown where nobody watched', () => {
    expect(summariseScaling([], cloud, null)).toBeUndefined();
  });

  it('does not depend on the order of the lines', () => {
    expect(summariseScaling(outAndIn.toReversed(), cloud, null)).toEqual(
      summariseScaling(outAndIn, cloud, null),
    );
  });
});

describe('the cost', () => {
  const local = { target: 'local' as const, timeScale: 20 };

  it("is instance-hours of cloud time at the table's price, and says that nothing was charged", () => {
    const cost = costOf(outAndIn, 4 * hour, tablePrice('ml.m5.large'), local);
    expect(cost.instanceHours).toBe(2 + 3 + 1);
    expect(cost.total).toBeCloseTo(6 * 0.115, 5);
    expect(cost.note).toMatch(/^Nothing was charged.*4h of cloud time at 20 times.*prices of 2026-09/);
  });

  it('on AWS is charged, at the price that AWS says now', () => {
    const price = {
      instanceType: 'ml.m5.large',
      hourlyUsd: 0.138,
      source: 'pricing-api' as const,
      region: 'eu-central-1',
      asOf: null,
    };
    const cost = costOf(outAndIn, 4 * hour, price, { target: 'aws', timeScale: 1 });
    expect(cost).toEqual({
      instanceHours: 6,
      total: 0.828,
      note: 'This for the instances alone, for 4h of cloud time, at $0.138 an hour of ml.m5.large (eu-central-1, AWS Pricing API).',
    });
  });

  it('is left open for a type without a price', () => {
    const cost = costOf(outAndIn, 4 * hour, tablePrice('ml.r5.large'), local);
    expect(cost).toEqual({ instanceHours: 6, note: 'No price of ml.r5.large is in the table of 2026-09.' });
  });
});
