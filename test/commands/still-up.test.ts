import { describe, expect, it } from 'vitest';
import { whatExists } from '../../src/commands/still-up.ts';
import type { LedgerResource } from '../../src/resources/ledger.ts';
import { type InstancePrice, tablePrice } from '../../src/resources/live-price.ts';

const record = (kind: string, over: Partial<LedgerResource> = {}): LedgerResource => ({
  kind,
  name: kind,
  state: 'present',
  identifiers: { name: kind },
  createdAt: '2026-01-01T00:00:00.000Z',
  ...over,
});
const live: InstancePrice = {
  instanceType: 'ml.m5.large',
  hourlyUsd: 0.115,
  source: 'pricing-api',
  region: 'us-east-1',
  asOf: null,
};
const endpoint = record('endpoint', { applied: { instances: 2, instanceType: 'ml.m5.large' } });

describe('after an up that failed', () => {
  it('it is said how many instances are up, and what they cost an hour', () => {
    expect(whatExists([record('bucket'), record('model'), endpoint], 1, live)).toBe(
      '2 instances of ml.m5.large are up: $0.230 an hour (us-east-1, AWS Pricing API); 2 other resources are on record',
    );
    expect(whatExists([endpoint], 1, live)).toBe(
      '2 instances of ml.m5.large are up: $0.230 an hour (us-east-1, AWS Pricing API)',
    );
  });

  it('an endpoint that was begun may be up', () => {
    const begun = record('endpoint', { state: 'intended' });
    expect(whatExists([record('bucket'), begun], 1, live)).toBe(
      '1 instance of ml.m5.large may be up: $0.115 an hour (us-east-1, AWS Pricing API); 1 other resource is on record',
    );
  });

  it('a price that nobody knows is not made up', () => {
    expect(whatExists([endpoint], 2, tablePrice('ml.p5.48xlarge'))).toBe(
      '2 instances of ml.p5.48xlarge are up: the price of ml.p5.48xlarge is not known',
    );
  });

  it('without an endpoint nothing runs', () => {
    expect(whatExists([record('bucket'), record('model')], 1, null)).toBe(
      '2 resources are on record; no instance is up',
    );
  });
});
