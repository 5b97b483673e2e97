import { describe, expect, it } from 'vitest';
import { defaultTargetValue, describeCapacity } from '../../../src/experiment/stack/emulated-capacity.ts';
import { defaultStandInOptions } from '../../../src/localcloud/options.ts';

const { capacity } = defaultStandInOptions;

describe('the target where none is named', () => {
  it("is half of what an instance carries, by AWS's formula", () => {
    expect(defaultTargetValue(capacity, 'ml.m5.large')).toBe(100 * 0.5 * 60);
    expect(defaultTargetValue(capacity, 'ml.c5.xlarge')).toBe(200 * 0.5 * 60);
    expect(defaultTargetValue({ ...capacity, concurrency: 1 }, 'ml.m5.large')).toBe(50 * 0.5 * 60);
  });

  it('is one request a second where nobody knows what it carries', () => {
    expect(defaultTargetValue({ ...capacity, serviceTimeMs: null }, 'ml.m5.large')).toBe(60);
    expect(defaultTargetValue(null, 'ml.m5.large')).toBe(60);
  });
});

describe('emulated capacity', () => {
  it('is said in one line', () => {
    expect(describeCapacity(capacity, 'ml.m5.large')).toBe(
      'emulated capacity: an instance (ml.m5.large) takes 2 requests at a time, 20ms each (100 requests/s), and queues 256',
    );
  });

  it('is not claimed where it is off', () => {
    expect(describeCapacity({ ...capacity, serviceTimeMs: null }, 'ml.m5.large')).toBeNull();
  });
});
