import type { z } from 'zod';
import type { ContentPlaces } from '../core/content.ts';
import { userError } from '../core/errors.ts';
import type { Drive } from './drive.ts';
import type { ExpectedRate, LoadModel } from './load-model.ts';
import { rateModel } from './rate.ts';
import type { SteeringCommand, SteeringUnit } from './steering.ts';
import { traceModel } from './trace.ts';
import { usersModel } from './users.ts';
import type { Unit, Zod } from './waits/wait-kind.ts';
import { isTimed, type Wait } from './waits/waits.ts';

/** The kinds of load there are. The first is meant where flags name none. */
export const loadModels = [usersModel, rateModel, traceModel] as const;

/** The offered load over time. Plain data: travels to workers, into `result.json` and to `simulate`. */
export type OfferedLoad = LoadOf<(typeof loadModels)[number]>;

type LoadOf<Model> = Model extends LoadModel<infer Load> ? Load : never;

/** Of `profile` in `result.json`. */
export function loadSchema(zod: Zod): z.ZodType<OfferedLoad> {
  // By the model's name, so that what is wrong with a load is said of its own model and not of all.
  const schemas = loadModels.map((model) => model.schema(zod));
  return zod.discriminatedUnion('model', schemas as never) as z.ZodType<OfferedLoad>;
}

export function driveOf(load: OfferedLoad): Drive {
  return modelOf(load).drive(load);
}

/** What is offered, without the rate expected of it: `200 users, all started at once, each one request per 1s`. */
export function describeLoad(load: OfferedLoad, unit: Unit = 'request'): string {
  return modelOf(load).describe(load, unit);
}

/** Who sends, as a sentence begins: `200 users`, `Arrivals at 500 requests/s`, `Arrivals` where their rate varies. */
export function senderOf(load: OfferedLoad): string {
  return modelOf(load).sender(load);
}

/**
 * Requests a second. Users: once every user has started, while the service keeps up. Null where the service's speed
 * alone decides.
 */
export function expectedRate(load: OfferedLoad): ExpectedRate | null {
  return modelOf(load).expectedRate(load);
}

/** For people: null, too, where all arrives at one instant. */
export function expectedRateRps(load: OfferedLoad): number | null {
  const expected = expectedRate(load);
  return expected === null || expected.atOnce === true ? null : expected.meanRps;
}

/** From when on the load is at its plan's level, in ms of the run. */
export function fullFromMs(load: OfferedLoad): number {
  return modelOf(load).steadyFromMs(load);
}

/** Whether timers set starts, so that send lag says something. */
export function hasTimedStarts(load: OfferedLoad): boolean {
  const drive = driveOf(load);
  return drive.drivenBy === 'arrivals' || isTimed(drive.wait);
}

/** With another wait, where there are users to wait. */
export function withWait(load: OfferedLoad, wait: Wait): OfferedLoad {
  return modelOf(load).withWait?.(load, wait) ?? load;
}

/**
 * @param records how many the data file holds; null without one @throws MlbenchError for a payload that is not there
 */
export function checkPayloads(load: OfferedLoad, records: number | null, places: ContentPlaces): void {
  modelOf(load).checkPayloads?.(load, records, places);
}

/** What a step of a steered load is; null: it cannot be steered. */
export function steeringUnit(load: OfferedLoad): SteeringUnit | null {
  const { steering } = modelOf(load);
  return 'refusal' in steering ? null : steering.unit;
}

/**
 * The load as commanded from `atMs` of the run on, the same load where that changes nothing; see `Steering`.
 * @throws MlbenchError `cannot-steer`, `bad-level`, `too-many-changes`
 */
export function steer(load: OfferedLoad, command: SteeringCommand, atMs: number): OfferedLoad {
  return steeringOf(load).steer(load, command, atMs);
}

/** So many steps more than now. @throws MlbenchError `cannot-steer` */
export function stepCommand(load: OfferedLoad, steps: number): SteeringCommand {
  return steeringOf(load).step(load, steps);
}

/** The last change in words: `12 users more than planned`, `the rate is 110 % of the plan`. */
export function describeChange(load: OfferedLoad): string {
  return steeringOf(load).describe(load);
}

/** Nothing new is sent at present; what cannot be steered is never paused. */
export function isPaused(load: OfferedLoad): boolean {
  const { steering } = modelOf(load);
  return 'isPaused' in steering && steering.isPaused(load);
}

/** For what this room does with a load; others ask by the functions above. */
export function modelOf(load: OfferedLoad): LoadModel<OfferedLoad> {
  return loadModels.find(({ model }) => model === load.model) as unknown as LoadModel<OfferedLoad>;
}

function steeringOf(load: OfferedLoad) {
  const { steering } = modelOf(load);
  if (!('refusal' in steering)) return steering;
  throw userError(
    'cannot-steer',
    `this load cannot be changed while it runs: ${steering.refusal}`,
    'let it run, or end it with Ctrl-C',
  );
}
