import { describe, expect, it } from 'vitest';
import { endpointKind } from '../../../src/resources/kinds/endpoint/endpoint.ts';

const variant = (desired: number) => ({ name: 'AllTraffic', current: desired, desired, weight: 1 });
const standing = (desired: number, configName = 'c') => ({
  name: 'e',
  arn: 'a',
  status: 'InService',
  configName,
  failureReason: undefined,
  variants: [variant(desired)],
});
const spec = (instances: number, fewestInstances: number) => ({
  name: 'e',
  configName: 'c',
  variantName: 'AllTraffic',
  instanceType: 'ml.m5.large',
  instances,
  fewestInstances,
});
const applied = (instances: number, fewestInstances: number) => ({
  instances,
  fewestInstances,
  instanceType: 'ml.m5.large',
});

describe('how many instances an endpoint that is up gets', () => {
  it.each([
    ['as many as before, whatever autoscaling made of them', spec(1, 1), 4, applied(1, 1), []],
    ['another wish', spec(2, 1), 4, applied(1, 1), ['instances 4 → 2']],
    [
      'another wish, but no fewer than autoscaling may have',
      spec(2, 3),
      4,
      applied(1, 1),
      ['instances 4 → 3'],
    ],
    ['a higher --min takes none away', spec(1, 2), 4, applied(1, 1), []],
    ['a higher --min adds what is missing', spec(1, 2), 1, applied(1, 1), ['instances 1 → 2']],
    ['a lower --min takes none away', spec(1, 1), 3, applied(1, 3), []],
    ['the wish, where an up was killed that wanted more', spec(2, 1), 4, undefined, ['instances 4 → 2']],
  ])('%s', (_, wanted, desired, before, differences) => {
    expect(endpointKind.differences?.(wanted, standing(desired), before)).toEqual(differences);
  });
});

it('says that another instance type takes it off autoscaling for a while', () => {
  const [phrase] =
    endpointKind.differences?.(
      { ...spec(1, 1), instanceType: 'ml.m5.xlarge' },
      standing(1, 'old'),
      applied(1, 1),
    ) ?? [];
  expect(phrase).toMatch(/old → c, blue\/green; taken off autoscaling for it/);
});
