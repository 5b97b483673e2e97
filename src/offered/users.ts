import { userError } from '../core/errors.ts';
import type { UsersDrive } from './drive.ts';
import { checkLength, mostUsers, sendsNothing } from './levels/bounds.ts';
import { createLevelCurve, type LevelPiece } from './levels/level-curve.ts';
import type { LoadModel } from './load-model.ts';
import { type LoadFlags, offeredDefaults } from './options.ts';
import { describeRamp, type Ramp, rampEndMs, rampPieces, rampSchema } from './ramp.ts';
import { describeStages, type Stage, stagePieces, stagesDurationMs, stagesSchema } from './stages.ts';
import { createSteering, type Steered, steeredPieces } from './steering.ts';
import { cycleOf, describeWait, rateOfUser, type Wait, waitSchema } from './waits/waits.ts';
import { countOf } from './words.ts';

/** A number of users, each of which waits for its answer before it sends again. */
export interface UsersLoad {
  model: 'closed';
  users: number;
  ramp: Ramp;
  wait: Wait;
  /** Instead of the ramp: users from `users` on, linearly to each stage's level in turn. */
  stages?: readonly Stage[];
  durationMs: number;
  /** What was changed during the run, in order. */
  changes?: readonly UserChange[];
}

/** From `atMs` of the run on: so many users more (or fewer) than planned, so many users, or none. */
type UserChange =
  | { atMs: number; addedUsers: number }
  | { atMs: number; users: number }
  | { atMs: number; paused: true };

const steered: Steered<UsersLoad, UserChange> = {
  unit: 'users',
  plannedOffset: 0,
  mostLevel: mostUsers,
  stepLevel: () => 1,
  offsetLevel: (planned, offset) => planned + offset,
  offsetFor: (highest, level) => level - Math.ceil(highest),
  planned: plannedPieces,
  changes: ({ changes }) => changes ?? [],
  withChanges: (load, changes) => ({ ...load, changes }),
  force(entry) {
    if ('addedUsers' in entry) return { offset: entry.addedUsers };
    return 'users' in entry ? { level: entry.users } : { paused: true };
  },
  entry(atMs, force) {
    if ('offset' in force) return { atMs, addedUsers: force.offset };
    return 'level' in force ? { atMs, users: force.level } : { atMs, paused: true };
  },
  describe(force) {
    if ('level' in force) return `${countOf(force.level, 'user')} until the end`;
    if (force.offset === 0) return 'as many users as planned';
    return `${countOf(Math.abs(force.offset), 'user')} ${force.offset > 0 ? 'more' : 'fewer'} than planned`;
  },
};

export const usersModel: LoadModel<UsersLoad> = {
  model: 'closed',
  schema: (zod) =>
    zod.object({
      model: zod.literal('closed'),
      users: zod.number().nonnegative(),
      ramp: rampSchema(zod),
      wait: waitSchema(zod),
      stages: stagesSchema(zod).exactOptional(),
      durationMs: zod.number().nonnegative(),
      changes: zod
        .array(
          zod.union([
            zod.object({ atMs: zod.number(), addedUsers: zod.number() }),
            zod.object({ atMs: zod.number(), users: zod.number() }),
            zod.object({ atMs: zod.number(), paused: zod.literal(true) }),
          ]),
        )
        .exactOptional(),
    }),
  namedBy: 'users',
  outOfPlace: {
    flags: ['arrivals', 'connections', 'precise'],
    why: 'users send when they have their answer, each on a connection of its own',
    remedy: 'add --rate, or leave it out',
  },
  fromFlags: (flags) => ({ load: usersOf(flags), places: {} }),
  check(load) {
    const { users } = driveOf(load);
    if (users.highest > mostUsers)
      throw userError(
        'too-many-users',
        `${Math.ceil(users.highest)} users are more than one machine has ports for`,
        `use at most ${mostUsers}`,
      );
    if (users.highest === 0) throw sendsNothing('the stages never have a user');
    checkLength(load.durationMs);
  },
  describe({ users, ramp, stages, wait }, unit) {
    const start = stages === undefined ? describeRamp(ramp, users) : describeStages(stages);
    return `${users} user${users === 1 ? '' : 's'}, ${start}, ${describeWait(wait, unit)}`;
  },
  sender: ({ users, stages }) => (stages === undefined ? countOf(users, 'user') : 'Users'),
  expectedRate(load) {
    const perUser = rateOfUser(cycleOf(load.wait));
    if (perUser === null) return null;
    const varies = load.stages !== undefined;
    const { users } = driveOf(load);
    const meanUsers = varies ? users.mean(0, load.durationMs) : load.users;
    return {
      meanRps: perUser * meanUsers,
      peakRps: varies ? perUser * Math.ceil(users.highest) : null,
      varies,
      isCeiling: cycleOf(load.wait).kind === 'pause',
    };
  },
  steadyFromMs: ({ stages, ramp, users }) => (stages === undefined ? rampEndMs(ramp, users) : 0),
  drive: driveOf,
  withWait: (load, wait) => ({ ...load, wait }),
  steering: createSteering(steered),
};

function usersOf({
  users = offeredDefaults.users,
  ramp,
  wait = offeredDefaults.wait,
  stages,
  durationMs,
  maxRequests,
}: LoadFlags): UsersLoad {
  const lastsMs =
    stages === undefined
      ? (durationMs ?? (maxRequests === undefined ? offeredDefaults.durationMs : longestForRequestsMs))
      : stagesDurationMs(stages);
  const expectedMs =
    durationMs === undefined && maxRequests !== undefined ? soonestMs(maxRequests, users, wait) : lastsMs;
  return {
    model: 'closed',
    users,
    ramp: ramp ?? { kind: 'over', durationMs: stages ? 0 : Math.min(30_000, expectedMs / 10) },
    wait,
    ...(stages === undefined ? {} : { stages }),
    durationMs: lastsMs,
  };
}

/** A number of requests without a duration takes as long as it takes; everything is bounded all the same. */
const longestForRequestsMs = 86_400_000;

/** What so many requests take a service that answers at once; 0 where only its answers tell. */
function soonestMs(requests: number, users: number, wait: Wait): number {
  const perUser = rateOfUser(cycleOf(wait));
  return perUser === null ? 0 : (requests * 1_000) / (perUser * users);
}

function plannedPieces({ users, ramp, stages, durationMs }: UsersLoad): LevelPiece[] {
  return stages === undefined ? rampPieces(ramp, users, durationMs) : stagePieces(users, stages);
}

function driveOf(load: UsersLoad): UsersDrive {
  return { drivenBy: 'users', users: createLevelCurve(steeredPieces(steered, load)), wait: load.wait };
}
