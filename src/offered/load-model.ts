import type { z } from 'zod';
import type { ContentPlaces } from '../core/content.ts';
import type { Drive } from './drive.ts';
import type { LoadFlag, LoadFlags, OutOfPlace } from './options.ts';
import type { Steering } from './steering.ts';
import type { Unit, Zod } from './waits/wait-kind.ts';
import type { Wait } from './waits/waits.ts';

/** What the loads of all models have. */
interface AnyLoad {
  /** Its model's name. */
  model: string;
  durationMs: number;
}

/** Requests, or flows, a second. */
export interface ExpectedRate {
  /** Where the load varies: over the run. */
  meanRps: number;
  /** Where it varies; null: at no time more than known. */
  peakRps: number | null;
  varies: boolean;
  /** Answers that take time make it less. */
  isCeiling: boolean;
  /** All arrives at one instant: the mean counts what arrives, and is no rate that anybody would see. */
  atOnce?: true;
}

export interface FlaggedLoad<Load> {
  load: Load;
  /** Where the files are that the load names. */
  places: ContentPlaces;
}

/** A kind of offered load, all of it; its loads are plain data. */
export interface LoadModel<Load extends AnyLoad> {
  model: Load['model'];
  schema(zod: Zod): z.ZodType<Load>;

  /** The flag that names the model. */
  namedBy: LoadFlag;
  /** Flags that mean the model where none names one. */
  claims?(flags: LoadFlags): boolean;
  /** Flags of other models. */
  outOfPlace: OutOfPlace;
  /** @throws MlbenchError for flags that are the model's own and yet would not do */
  checkFlags?(flags: LoadFlags): void;
  /** @throws MlbenchError for a file that cannot be read */
  fromFlags(flags: LoadFlags): FlaggedLoad<Load>;

  /** @throws MlbenchError for a load that sends nothing, or more than can be sent */
  check(load: Load): void;
  /** Of a load that chance may leave without a request: whether it sends any under a seed. */
  sendsUnder?(load: Load): (seed: number) => boolean;
  /** What is offered, without the rate expected of it: `200 users, all started at once, each one request per 1s`. */
  describe(load: Load, unit: Unit): string;
  /** Who sends, as a sentence begins: `200 users`, `Arrivals at 500 requests/s`. */
  sender(load: Load): string;
  /** Null where the service's speed alone decides. */
  expectedRate(load: Load): ExpectedRate | null;
  /** From when on the load is at its plan's level. */
  steadyFromMs(load: Load): number;

  drive(load: Load): Drive;
  /** Of loads with users: with another wait. */
  withWait?(load: Load, wait: Wait): Load;
  /** Of loads that name payloads: whether each is there. @throws MlbenchError */
  checkPayloads?(load: Load, records: number | null, places: ContentPlaces): void;
  /** Or why its loads cannot be steered. */
  steering: Steering<Load> | { refusal: string };
}
