import { userError } from '../core/errors.ts';
import { createRandom } from '../core/random.ts';
import { formatDurationMs } from '../core/units.ts';
import { intendedStarts, type Spacing } from './arrivals/arrivals.ts';
import { checkLength, mostRateRps, sendsNothing } from './levels/bounds.ts';
import { createLevelCurve, type LevelCurve, type LevelPiece } from './levels/level-curve.ts';
import type { LoadModel } from './load-model.ts';
import { type LoadFlags, offeredDefaults } from './options.ts';
import { describeStages, type Stage, stagePieces, stagesDurationMs, stagesSchema } from './stages.ts';
import { createSteering, type Steered, steeredPieces } from './steering.ts';
import { formatRate, grouped } from './words.ts';

/** Requests that arrive whether or not the earlier ones have been answered. */
export interface RateLoad {
  model: 'open';
  arrivals: Spacing;
  /** At the start; without stages, until the end. */
  rateRps: number;
  /** The rate goes linearly from the level before to each stage's level in turn. */
  stages?: readonly Stage[];
  durationMs: number;
  /** What was changed during the run, in order. */
  changes?: readonly RateChange[];
}

/** From `atMs` of the run on: so much of the planned rate, this rate, or none. */
type RateChange =
  | { atMs: number; ratePercent: number }
  | { atMs: number; rateRps: number }
  | { atMs: number; paused: true };

/** Fewer arrivals than this are expected of a Poisson process that would mostly send nothing: no seed is looked for. */
const leastExpected = 0.01;

const steered: Steered<RateLoad, RateChange> = {
  unit: 'percent',
  plannedOffset: 100,
  mostLevel: mostRateRps,
  stepLevel: (highest) => highest / 100,
  offsetLevel: (planned, offset) => (planned * offset) / 100,
  offsetFor: (highest, level) => Math.floor((100 * level) / highest + 1e-9),
  planned: plannedPieces,
  changes: ({ changes }) => changes ?? [],
  withChanges: (load, changes) => ({ ...load, changes }),
  force(entry) {
    if ('ratePercent' in entry) return { offset: entry.ratePercent };
    return 'rateRps' in entry ? { level: entry.rateRps } : { paused: true };
  },
  entry(atMs, force) {
    if ('offset' in force) return { atMs, ratePercent: force.offset };
    return 'level' in force ? { atMs, rateRps: force.level } : { atMs, paused: true };
  },
  describe: (force) =>
    'level' in force
      ? `the rate is ${grouped(force.level)}/s until the end`
      : `the rate is ${grouped(force.offset)} % of the plan`,
};

export const rateModel: LoadModel<RateLoad> = {
  model: 'open',
  schema: (zod) =>
    zod.object({
      model: zod.literal('open'),
      arrivals: zod.enum(['constant', 'poisson']),
      rateRps: zod.number().nonnegative(),
      stages: stagesSchema(zod).exactOptional(),
      durationMs: zod.number().nonnegative(),
      changes: zod
        .array(
          zod.union([
            zod.object({ atMs: zod.number(), ratePercent: zod.number() }),
            zod.object({ atMs: zod.number(), rateRps: zod.number() }),
            zod.object({ atMs: zod.number(), paused: zod.literal(true) }),
          ]),
        )
        .exactOptional(),
    }),
  namedBy: 'rateRps',
  claims: ({ stages }) => stages !== undefined,
  outOfPlace: { flags: ['ramp', 'wait'], why: 'arrivals know no users' },
  checkFlags({ rateRps, stages }) {
    if (rateRps !== 0 || stages !== undefined) return;
    throw userError(
      'bad-rate',
      '--rate 0 would never send a request',
      'pass a rate above 0, such as --rate 100',
    );
  },
  fromFlags: (flags) => ({ load: rateOf(flags), places: {} }),
  check(load) {
    const { highest, total } = curveOf(load);
    if (highest > mostRateRps)
      throw userError(
        'too-high-a-rate',
        `${highest} arrivals per second are more than can be scheduled`,
        `use at most ${mostRateRps}`,
      );
    if (highest === 0) throw sendsNothing('the stages never leave a rate of 0');
    checkLength(load.durationMs);
    if (load.arrivals === 'poisson' && total < leastExpected)
      throw sendsNothing(
        `only ${total.toPrecision(1)} arrivals are expected within ${formatDurationMs(load.durationMs)}`,
      );
  },
  sendsUnder(load) {
    if (load.arrivals === 'constant') return () => true;
    const { total } = curveOf(load);
    return (seed) => createRandom(seed).exponential(1) < total;
  },
  describe({ arrivals, rateRps, stages }) {
    const kind = arrivals === 'poisson' ? 'Poisson' : 'evenly spaced';
    return stages === undefined
      ? `${kind} arrivals`
      : `${kind} arrivals, from ${formatRate(rateRps)}/s ${describeStages(stages)}`;
  },
  sender: ({ rateRps, stages }) =>
    stages === undefined ? `Arrivals at ${grouped(rateRps)} requests/s` : 'Arrivals',
  expectedRate(load) {
    const varies = load.stages !== undefined;
    if (!varies) return { meanRps: load.rateRps, peakRps: null, varies, isCeiling: false };
    const curve = curveOf(load);
    return { meanRps: curve.mean(0, load.durationMs), peakRps: curve.highest, varies, isCeiling: false };
  },
  steadyFromMs: () => 0,
  drive(load) {
    const rate = curveOf(load);
    return {
      drivenBy: 'arrivals',
      rate,
      spacing: load.arrivals,
      finite: false,
      mostLateMs: 0,
      open: (options, stripe) => intendedStarts(rate, load.arrivals, options, stripe),
    };
  },
  steering: createSteering(steered),
};

function rateOf({
  rateRps = 0,
  arrivals = offeredDefaults.arrivals,
  stages,
  durationMs,
  maxRequests,
}: LoadFlags): RateLoad {
  const shared = { model: 'open', arrivals, rateRps } as const;
  if (stages !== undefined) return { ...shared, stages, durationMs: stagesDurationMs(stages) };
  return { ...shared, durationMs: durationMs ?? durationFor(maxRequests, rateRps) };
}

const heldUpMs = 3_000;

/**
 * A number of requests without a duration: as long as they take, ten standard deviations of a Poisson process included,
 * and a while for a machine that is held up just before the last of them.
 */
function durationFor(maxRequests: number | undefined, rateRps: number): number {
  if (maxRequests === undefined) return offeredDefaults.durationMs;
  return Math.ceil(((maxRequests + 10 * Math.sqrt(maxRequests)) * 1_000) / rateRps) + heldUpMs;
}

function plannedPieces({ rateRps, stages, durationMs }: RateLoad): LevelPiece[] {
  if (stages !== undefined) return stagePieces(rateRps, stages);
  return [{ fromMs: 0, toMs: durationMs, fromLevel: rateRps, toLevel: rateRps }];
}

function curveOf(load: RateLoad): LevelCurve {
  return createLevelCurve(steeredPieces(steered, load));
}
