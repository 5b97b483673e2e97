import { expect, test } from 'vitest';
import { pollingCost, pollingCostText } from '../../src/observe/polling-cost.ts';

test('an hour of watching on AWS costs a quarter of a cent', () => {
  expect(pollingCost()).toEqual({ metricsPerHour: 240, usdPerHour: expect.closeTo(0.0024, 6) });
  expect(pollingCostText()).toBe(
    'watching asks CloudWatch for 240 metrics an hour (more where alarms look at others), which AWS charges with about $0.0024',
  );
});
