import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LevelCurve } from '../../src/offered/levels/level-curve.ts';
import {
  describeChange,
  driveOf,
  type OfferedLoad,
  steer,
  steeringUnit,
  stepCommand,
} from '../../src/offered/offered-load.ts';
import type { RateLoad } from '../../src/offered/rate.ts';
import type { SteeringCommand } from '../../src/offered/steering.ts';
import type { TraceLoad } from '../../src/offered/trace.ts';
import type { UsersLoad } from '../../src/offered/users.ts';
import { refusalOf } from '../support/refusal-of.ts';

const users: UsersLoad = {
  model: 'closed',
  users: 20,
  ramp: { kind: 'over', durationMs: 0 },
  wait: { kind: 'none' },
  durationMs: 60_000,
};
const rate: RateLoad = { model: 'open', arrivals: 'constant', rateRps: 100, durationMs: 60_000 };
const trace: TraceLoad = { model: 'trace', file: 't.csv', arrivals: 1, durationMs: 1 };

const turn = (load: OfferedLoad, steps: number, atMs: number) => steer(load, stepCommand(load, steps), atMs);

function curveOf(load: OfferedLoad): LevelCurve {
  const drive = driveOf(load);
  return drive.drivenBy === 'users' ? drive.users : drive.rate!;
}

describe('a load turned by steps', () => {
  it('keeps a record of each change', () => {
    const once = turn(users, 10, 1_000);
    const twice = turn(once, -1, 2_000);
    expect(twice).toEqual({
      ...users,
      changes: [
        { atMs: 1_000, addedUsers: 10 },
        { atMs: 2_000, addedUsers: 9 },
      ],
    });
    expect(describeChange(twice)).toBe('9 users more than planned');
    expect(describeChange(turn(twice, -10, 3_000))).toBe('1 user fewer than planned');
  });

  it('twice for one instant is one change, and back again is none', () => {
    const held = turn(turn(rate, 1, 1_000), 1, 1_000);
    expect(held).toMatchObject({ changes: [{ atMs: 1_000, ratePercent: 102 }] });
    expect(describeChange(held)).toBe('the rate is 102 % of the plan');
    expect(turn(held, -2, 1_000)).toMatchObject({ changes: [] });
  });

  it('never comes to nothing, nor to more than a machine can do', () => {
    expect(turn(users, -100, 1_000)).toMatchObject({ changes: [{ addedUsers: -19 }] });
    expect(turn(rate, -500, 1_000)).toMatchObject({ changes: [{ ratePercent: 1 }] });
    const least = turn(rate, -500, 1_000);
    expect(turn(least, -1, 2_000)).toBe(least);
    const most = { ...rate, rateRps: 1_000_000 };
    expect(turn(most, 10, 1_000)).toBe(most);
  });

  it('goes on from a level that it was set to', () => {
    const set = steer(users, { type: 'level', level: 500 }, 1_000);
    expect(turn(set, 1, 2_000)).toMatchObject({ changes: [{ users: 500 }, { atMs: 2_000, users: 501 }] });
    const rateSet = steer(rate, { type: 'level', level: 7 }, 1_000);
    // A step is a hundredth of the planned rate.
    expect(turn(rateSet, 10, 2_000)).toMatchObject({ changes: [{ rateRps: 7 }, { rateRps: 17 }] });
  });
});

describe('a load steered', () => {
  it('to a level is there until the end, whatever the plan says', () => {
    const staged: UsersLoad = {
      ...users,
      stages: [
        { durationMs: 30_000, level: 100 },
        { durationMs: 30_000, level: 0 },
      ],
    };
    const curve = curveOf(steer(staged, { type: 'level', level: 500 }, 10_000));
    expect(curve.at(9_999)).toBeCloseTo(46.66, 1);
    expect([10_000, 30_000, 59_999].map((ms) => curve.at(ms))).toEqual([500, 500, 500]);
    expect(describeChange(steer(users, { type: 'level', level: 500 }, 1))).toBe('500 users until the end');
    expect(describeChange(steer(rate, { type: 'level', level: 0.5 }, 1))).toBe(
      'the rate is 0.5/s until the end',
    );
  });

  it('that pauses stands on record as paused, and goes on as it was', () => {
    const before = steer(users, { type: 'offset', offset: 5 }, 1_000);
    const paused = steer(before, { type: 'pause' }, 2_000);
    expect(paused).toMatchObject({ changes: [{ addedUsers: 5 }, { atMs: 2_000, paused: true }] });
    expect(describeChange(paused)).toBe('paused: nothing new is sent');
    expect(steer(paused, { type: 'pause' }, 2_500)).toBe(paused);
    const resumed = steer(paused, { type: 'resume' }, 3_000);
    expect(resumed).toMatchObject({ changes: [{}, {}, { atMs: 3_000, addedUsers: 5 }] });
    expect(steer(resumed, { type: 'resume' }, 4_000)).toBe(resumed);
    expect([1_500, 2_500, 3_500].map((ms) => curveOf(resumed).at(ms))).toEqual([25, 0, 25]);
  });

  it('to what cannot be is refused with the bounds', () => {
    for (const command of [
      { type: 'level', level: -1 },
      { type: 'level', level: Number.NaN },
      { type: 'level', level: 60_001 },
      { type: 'offset', offset: 59_981 },
    ] satisfies SteeringCommand[]) {
      expect(refusalOf(() => steer(users, command, 1_000))).toMatchObject({ code: 'bad-level', exitCode: 2 });
    }
    let load: OfferedLoad = users;
    for (let change = 0; change < 1_000; change++)
      load = steer(load, { type: 'level', level: change % 2 }, change);
    expect(refusalOf(() => steer(load, { type: 'pause' }, 1_000)).code).toBe('too-many-changes');
  });

  it('cannot be a trace, which says why', () => {
    expect(steeringUnit(trace)).toBeNull();
    expect(steeringUnit(users)).toBe('users');
    expect(steeringUnit(rate)).toBe('percent');
    const refusal = refusalOf(() => steer(trace, { type: 'pause' }, 0));
    expect(refusal).toMatchObject({ code: 'cannot-steer', exitCode: 2 });
    expect(refusal.message).toContain('a trace says when each request starts');
  });
});

const stages = fc.option(
  fc.array(
    fc.record({ durationMs: fc.integer({ min: 1, max: 20_000 }), level: fc.integer({ min: 0, max: 400 }) }),
    { minLength: 1, maxLength: 5 },
  ),
  { nil: undefined },
);
const loads: fc.Arbitrary<OfferedLoad> = fc
  .tuple(fc.boolean(), fc.integer({ min: 1, max: 300 }), stages)
  .map(([closed, level, parts]) => {
    const durationMs = parts === undefined ? 60_000 : parts.reduce((sum, part) => sum + part.durationMs, 0);
    const staged = parts === undefined ? {} : { stages: parts };
    return closed
      ? { ...users, users: level, durationMs, ...staged }
      : { ...rate, rateRps: level, durationMs, ...staged };
  });
const commands: fc.Arbitrary<SteeringCommand> = fc.oneof(
  fc.record({ type: fc.constant('level' as const), level: fc.integer({ min: 0, max: 1_000 }) }),
  fc.record({ type: fc.constant('offset' as const), offset: fc.integer({ min: -400, max: 400 }) }),
  fc.constant<SteeringCommand>({ type: 'pause' }),
  fc.constant<SteeringCommand>({ type: 'resume' }),
);
const journeys = fc.array(fc.tuple(commands, fc.double({ min: 0, max: 0.3, noNaN: true })), {
  minLength: 1,
  maxLength: 12,
});

describe('whatever the commands', () => {
  it('the curve before their instant never changes, and the level after is what was asked', () => {
    fc.assert(
      fc.property(loads, journeys, fc.integer({ min: 0, max: 1_000 }), (plan, journey, share) => {
        let load = plan;
        let atMs = 0;
        /** The level that was asked for last, by what the plan wants. */
        let running = (planned: number) => planned;
        let paused = false;
        for (const [command, gap] of journey) {
          atMs += gap * plan.durationMs;
          const before = curveOf(load);
          load = steer(load, command, atMs);
          const after = curveOf(load);
          for (let step = 0; step < 20; step++) {
            const ms = (atMs * (step + share / 1_001)) / 20;
            if (ms < Math.min(atMs, plan.durationMs) - 1e-6)
              expect(after.at(ms)).toBeCloseTo(before.at(ms), 6);
          }
          if (command.type === 'level') running = () => command.level;
          if (command.type === 'offset')
            running = (planned) =>
              Math.max(
                0,
                steeringUnit(plan) === 'users' ? planned + command.offset : (planned * command.offset) / 100,
              );
          paused = command.type === 'pause';
          const asked = paused ? () => 0 : running;
          for (let step = 0; step < 20; step++) {
            const ms = atMs + ((plan.durationMs - atMs) * (step + share / 1_001)) / 20;
            if (ms >= atMs && ms < plan.durationMs)
              expect(after.at(ms)).toBeCloseTo(asked(curveOf(plan).at(ms)), 6);
          }
          expect(after.endMs).toBeCloseTo(plan.durationMs, 6);
        }
      }),
    );
  });

  it('as many arrivals come by an instant before them as would have come', () => {
    fc.assert(
      fc.property(loads, journeys, (plan, journey) => {
        let load = plan;
        let atMs = 0;
        for (const [command, gap] of journey) {
          atMs += gap * plan.durationMs;
          const before = curveOf(load).upTo(atMs);
          load = steer(load, command, atMs);
          expect(curveOf(load).upTo(atMs)).toBeCloseTo(before, 6);
        }
      }),
    );
  });
});
