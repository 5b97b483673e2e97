import { describe, expect, it } from 'vitest';
import type { ClosedProfile, OpenProfile, TraceProfile } from '../../src/load/profile.ts';
import { describeChange, turnProfile } from '../../src/load/steering.ts';

const closed: ClosedProfile = {
  model: 'closed',
  users: 20,
  ramp: { kind: 'over', durationMs: 0 },
  wait: { kind: 'none' },
  durationMs: 60_000,
};
const open: OpenProfile = { model: 'open', arrivals: 'constant', rateRps: 100, durationMs: 60_000 };
const trace: TraceProfile = { model: 'trace', file: '/t', arrivals: 1, durationMs: 1 };

describe('a load changed by hand', () => {
  it('keeps a record of each change', () => {
    const once = turnProfile(closed, 10, 1_000)!;
    const twice = turnProfile(once, -1, 2_000)!;
    expect(twice).toEqual({
      ...closed,
      changes: [
        { atMs: 1_000, addedUsers: 10 },
        { atMs: 2_000, addedUsers: 9 },
      ],
    });
    expect(describeChange(twice)).toBe('9 users more than planned');
    expect(describeChange(turnProfile(twice, -10, 3_000)!)).toBe('1 user fewer than planned');
  });

  it('by a key held down is one change', () => {
    const held = turnProfile(turnProfile(open, 1, 1_000)!, 1, 1_030)!;
    expect(held).toMatchObject({ changes: [{ atMs: 1_000, ratePercent: 102 }] });
    expect(describeChange(held)).toBe('the rate is 102 % of the plan');
  });

  it('never comes to nothing, nor to more than a machine can do', () => {
    expect(turnProfile(closed, -100, 1_000)).toMatchObject({ changes: [{ addedUsers: -19 }] });
    expect(turnProfile(open, -500, 1_000)).toMatchObject({ changes: [{ ratePercent: 1 }] });
    expect(turnProfile(turnProfile(open, -500, 1_000)!, -1, 2_000)).toBeNull();
    expect(turnProfile({ ...open, rateRps: 1_000_000 }, 10, 1_000)).toBeNull();
  });

  it('cannot be a trace', () => {
    expect(turnProfile(trace, 10, 1_000)).toBeNull();
  });
});
