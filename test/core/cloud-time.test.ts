import { describe, expect, it } from 'vitest';
import { ObservedCloudClock } from '../../src/core/cloud-time.ts';
import { ManualClock } from '../support/manual-clock.ts';

describe('the observed cloud clock', () => {
  it('is the wall clock at a scale of 1 with nothing observed', async () => {
    const wall = new ManualClock(5_000);
    const cloud = new ObservedCloudClock(wall, 1);
    await wall.advance(250);
    expect(cloud.nowMs()).toBe(5_250);
  });

  it('takes over what the stand-in says and runs on at its scale', async () => {
    const wall = new ManualClock(5_000);
    const cloud = new ObservedCloudClock(wall, 20);
    cloud.observe('1000000');
    await wall.advance(100);
    expect(cloud.nowMs()).toBe(1_002_000);
  });

  it.each([undefined, '', 'soon'])('ignores a header of %j', (header) => {
    const cloud = new ObservedCloudClock(new ManualClock(7), 20);
    cloud.observe(header);
    expect(cloud.nowMs()).toBe(7);
  });
});
