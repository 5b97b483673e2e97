import { describe, expect, it } from 'vitest';
import { instancesOf, whatExists } from '../../../src/experiment/cost/still-up.ts';
import type { LedgerResource } from '../../../src/resources/engine/ledger.ts';
import { type InstancePrice, tablePrice } from '../../../src/resources/sdk/live-price.ts';

const records = (...kinds: string[]): LedgerResource[] =>
  kinds.map((kind) => ({
    kind,
    name: kind,
    state: 'present',
    identifiers: { name: kind },
    createdAt: '2026-01-01T00:00:00.000Z',
  }));
const price: InstancePrice = {
  instanceType: 'ml.m5.large',
  hourlyUsd: 0.115,
  source: 'pricing-api',
  region: 'us-east-1',
  asOf: null,
};
const all = records('bucket', 'model', 'endpoint');

describe('after an up that failed', () => {
  it('it is said how many instances are up, and what they cost an hour', () => {
    expect(whatExists(all, { instances: 2, certain: true, price })).toBe(
      '2 instances of ml.m5.large are up: $0.230 an hour (us-east-1, AWS Pricing API); 3 resources are on record',
    );
    expect(whatExists(records('endpoint'), { instances: 1, certain: true, price })).toBe(
      '1 instance of ml.m5.large is up: $0.115 an hour (us-east-1, AWS Pricing API); 1 resource is on record',
    );
  });

  it('those that were wanted may be up, where AWS does not say', () => {
    expect(whatExists(all, { instances: 2, certain: false, price })).toMatch(
      /^2 instances of ml\.m5\.large may be up: \$0\.230 an hour/,
    );
  });

  it('AWS says how many there are once the endpoint has come up', () => {
    const variant = { name: 'AllTraffic', current: 1, desired: 3, weight: 1 };
    const state = {
      name: 'e',
      arn: 'a',
      status: 'Updating',
      configName: 'c',
      failureReason: undefined,
      variants: [variant],
    };
    expect(instancesOf(state)).toBe(3);
    expect(instancesOf({ ...state, status: 'Creating', variants: [] })).toBeUndefined();
    expect(instancesOf({ ...state, status: 'Failed' })).toBe(0);
    expect(instancesOf({ ...state, status: 'UpdateRollbackFailed' })).toBe(3);
    expect(instancesOf(undefined)).toBe(0);
  });

  it('a price that nobody knows is not made up', () => {
    expect(whatExists(all, { instances: 2, certain: true, price: tablePrice('ml.p5.48xlarge') })).toBe(
      '2 instances of ml.p5.48xlarge are up: the price of ml.p5.48xlarge is not known; 3 resources are on record',
    );
  });

  it('without an endpoint, or with one that was refused, nothing costs by the hour', () => {
    expect(whatExists(records('bucket'), null)).toBe('no instance is up; 1 resource is on record');
    expect(whatExists(all, { instances: 0, certain: true, price })).toBe(
      'no instance is up; 3 resources are on record',
    );
  });
});
