import { describe, expect, it } from 'vitest';
import { summariseScaling } from '../../src/record/fleet/scaling-summary.ts';
import type { TimelineEvent } from '../../src/record/schemas/timeline.ts';

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
