import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UsersDrive } from '../../src/offered/drive.ts';
import type { LevelCurve } from '../../src/offered/levels/level-curve.ts';
import { userSpans } from '../../src/offered/levels/user-spans.ts';
import { userStartMs } from '../../src/offered/ramp.ts';
import { type UsersLoad, usersModel } from '../../src/offered/users.ts';

/** How many of ten users, at once unless told otherwise, are wanted over ten seconds. */
function closed(changes: Partial<UsersLoad> = {}): LevelCurve {
  const load: UsersLoad = {
    model: 'closed',
    users: 10,
    ramp: { kind: 'over', durationMs: 0 },
    wait: { kind: 'none' },
    durationMs: 10_000,
    ...changes,
  };
  return (usersModel.drive(load) as UsersDrive).users;
}

describe('a user is active', () => {
  it('from its start in the ramp to the end of the run', () => {
    const ramp = { kind: 'usersPerSecond', usersPerSecond: 5 } as const;
    const profile = closed({ ramp });
    for (let index = 0; index < 10; index++) {
      const [span] = userSpans(profile.pieces, index);
      expect(span!.fromMs).toBeCloseTo(userStartMs(ramp, 10, index));
      expect(span!.toMs).toBe(10_000);
    }
  });

  it('while the stages want it', () => {
    const stages = [
      { durationMs: 4_000, level: 4 },
      { durationMs: 1_000, level: 4 },
      { durationMs: 2_000, level: 0 },
      { durationMs: 0, level: 2 },
      { durationMs: 1_000, level: 2 },
    ];
    const pieces = closed({ users: 0, stages, durationMs: 8_000 }).pieces;
    expect(userSpans(pieces, 3)).toEqual([{ fromMs: 3_000, toMs: 5_500 }]);
    expect(userSpans(pieces, 1)).toEqual([
      { fromMs: 1_000, toMs: 6_500 },
      { fromMs: 7_000, toMs: 8_000 },
    ]);
    expect(userSpans(pieces, 4)).toEqual([]);
  });

  it('from the instant at which users were added by hand, until they were taken away', () => {
    const changes = [
      { atMs: 2_000, addedUsers: 1 },
      { atMs: 5_000, addedUsers: -1 },
    ];
    const pieces = closed({ changes }).pieces;
    expect(userSpans(pieces, 10)).toEqual([{ fromMs: 2_000, toMs: 5_000 }]);
    expect(userSpans(pieces, 9)).toEqual([{ fromMs: 0, toMs: 5_000 }]);
    expect(userSpans(pieces, 8)).toEqual([{ fromMs: 0, toMs: 10_000 }]);
  });

  it('so that at any instant as many are as the level says', () => {
    const stages = fc.array(
      fc.record({ durationMs: fc.integer({ min: 1, max: 5_000 }), level: fc.integer({ min: 0, max: 40 }) }),
      { minLength: 1, maxLength: 5 },
    );
    fc.assert(
      fc.property(
        stages,
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 0, max: 25_000 }),
        (parts, users, halfMs) => {
          const atMs = halfMs + 0.5;
          const curve = closed({ users, stages: parts });
          const level = curve.at(atMs);
          fc.pre(Math.abs(level - Math.round(level)) > 1e-6);
          const active = Array.from({ length: 41 }, (_, index) => userSpans(curve.pieces, index)).filter(
            (spans) => spans.some(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs),
          );
          expect(active).toHaveLength(Math.ceil(level));
        },
      ),
    );
  });
});
