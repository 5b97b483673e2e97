import { describe, expect, it } from 'vitest';
import { summariseScaling } from '../../src/record/fleet/scaling-summary.ts';
import { hour, outAndIn } from './support/fleet.ts';

const cloud = { capacityEmulated: true, timeScale: 20 };

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

  it('says of the cloud its time scale and whether capacity was emulated, and nothing else that is known of it', () => {
    const known = { ...cloud, settings: { credentials: { secretAccessKey: 'secret' } } };
    expect(summariseScaling(outAndIn, known, null)).toEqual(summariseScaling(outAndIn, cloud, null));
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
