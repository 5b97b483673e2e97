import { describe, expect, it } from 'vitest';
import type { CommandEvent } from '../../../src/experiment/context/context.ts';
import {
  decideExpiry,
  type ExpiryFacts,
  expiryOf,
  noteNothingCosts,
} from '../../../src/experiment/cost/expiry.ts';
import { tablePrice } from '../../../src/resources/sdk/live-price.ts';

const nowMs = Date.parse('2026-11-22T18:00:00.000Z');
const hour = 3_600_000;

/** Four instances at 0.115 USD: 0.46 USD an hour. */
const facts: ExpiryFacts = {
  nowMs,
  instances: 4,
  price: tablePrice('ml.m5.large'),
  region: 'us-east-1',
  down: 'mlbench down',
};
const inAnHour = '2026-11-22T19:00:00.000Z';

describe('an experiment expires', () => {
  it('after the time named, counted from now, whatever was decided before', () => {
    expect(decideExpiry({ ttlMs: 2 * hour }, null, facts)).toBe('2026-11-22T20:00:00.000Z');
    expect(decideExpiry({ ttlMs: 2 * hour }, inAnHour, facts)).toBe('2026-11-22T20:00:00.000Z');
    expect(decideExpiry({ ttlMs: 2 * hour }, '2026-11-22T17:00:00.000Z', facts)).toBe(
      '2026-11-22T20:00:00.000Z',
    );
  });

  it('when it did before, where nothing is named', () => {
    expect(decideExpiry({}, inAnHour, facts)).toBe(inAnHour);
    expect(decideExpiry({}, null, facts)).toBeNull();
  });

  it('no more once that is switched off, even if it was past', () => {
    expect(decideExpiry({ ttlMs: null }, inAnHour, facts)).toBeNull();
    expect(decideExpiry({ ttlMs: null }, '2026-11-22T17:00:00.000Z', facts)).toBeNull();
  });

  it('when as many instances as there may be would have cost what was named', () => {
    expect(decideExpiry({ maxCostUsd: 0.92 }, null, facts)).toBe('2026-11-22T20:00:00.000Z');
    expect(decideExpiry({ maxCostUsd: 0.92, ttlMs: null }, inAnHour, facts)).toBe('2026-11-22T20:00:00.000Z');
  });

  it('at the earlier of both', () => {
    expect(decideExpiry({ maxCostUsd: 0.92, ttlMs: 1 * hour }, null, facts)).toBe(inAnHour);
    expect(decideExpiry({ maxCostUsd: 0.46, ttlMs: 5 * hour }, null, facts)).toBe(inAnHour);
  });

  it('never later than the money lasts, to the second', () => {
    expect(decideExpiry({ maxCostUsd: 1 }, null, facts)).toBe('2026-11-22T20:10:26.000Z');
  });
});

describe('an end that makes no sense is refused', () => {
  const refusal = (...args: Parameters<typeof decideExpiry>) => {
    try {
      decideExpiry(...args);
    } catch (error) {
      return error;
    }
    throw new Error('not refused');
  };

  it('one that is past', () => {
    expect(
      refusal({}, '2026-11-22T16:30:00.000Z', { ...facts, down: 'mlbench down --name b' }),
    ).toMatchObject({
      code: 'expired',
      exitCode: 2,
      message:
        'the experiment expired 1h30m ago, at 2026-11-22T16:30:00.000Z: AWS was to delete its endpoint then',
      remedy:
        'pass --ttl 2h to count from now or --ttl none for no end, or remove the rest: mlbench down --name b',
    });
  });

  it('money that is gone before an endpoint is up, with the arithmetic', () => {
    expect(refusal({ maxCostUsd: 0.1 }, null, facts)).toMatchObject({
      code: 'max-cost-too-low',
      message:
        '--max-cost-usd 0.1: 4 × $0.115 an hour of ml.m5.large (us-east-1, prices of 2026-09) spend that in 13m3s, and below 20m an endpoint is hardly up',
      remedy: 'pass 0.16 or more, or a smaller --max',
    });
    expect(decideExpiry({ maxCostUsd: 0.16 }, null, facts)).not.toBeNull();
  });

  it.each([
    ['of nobody', tablePrice('ml.p5.48xlarge'), 'us-east-1', 'the Pricing API did not say it'],
    [
      'of another region',
      tablePrice('ml.m5.large'),
      'eu-west-1',
      'the Pricing API did not say it, and the table has it for another region ($0.115; us-east-1, prices of 2026-09)',
    ],
  ])('money at a price %s', (_, price, region, why) => {
    expect(refusal({ maxCostUsd: 9 }, null, { ...facts, price, region })).toMatchObject({
      code: 'price-unknown',
      message: `--max-cost-usd 9: the price of ${price.instanceType} in ${region} is not known: ${why}`,
      remedy: 'say when it is to end instead, such as --ttl 2h, or allow pricing:GetProducts',
    });
  });
});

describe('what is left of the time', () => {
  it('counts down, and below zero once it is over', () => {
    expect(expiryOf({ expiresAt: inAnHour }, nowMs)).toEqual({ at: inAnHour, inMs: hour });
    expect(expiryOf({ expiresAt: inAnHour }, nowMs + 2 * hour)).toEqual({ at: inAnHour, inMs: -hour });
    expect(expiryOf({ expiresAt: null }, nowMs)).toBeNull();
    expect(expiryOf(null, nowMs)).toBeNull();
  });
});

describe('on the stand-in', () => {
  const told = (options: Parameters<typeof noteNothingCosts>[0]) => {
    const events: CommandEvent[] = [];
    noteNothingCosts(options, { emit: (event) => events.push(event), experiment: 'b' });
    return events;
  };

  it('an end is taken and nothing made of it, which is said', () => {
    expect(told({ ttlMs: hour })).toEqual([
      {
        type: 'notice',
        level: 'info',
        message: '--ttl: nothing costs on the stand-in, so nothing is scheduled to end it',
        remedy: 'mlbench down --name b does',
      },
    ]);
    expect(told({ maxCostUsd: 3 })).toMatchObject([{ message: expect.stringMatching(/^--max-cost-usd: /) }]);
  });

  it('there is nothing to say where none was named', () => {
    expect(told({})).toEqual([]);
    expect(told({ ttlMs: null })).toEqual([]);
  });
});
