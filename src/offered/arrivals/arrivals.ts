import { createRandom } from '../../core/random.ts';
import type { LevelCurve, LevelPiece } from '../levels/level-curve.ts';

/** Arrivals in order of their intended start, in ms from the run's start. */
export interface ArrivalSource {
  /** Of the next arrival; Infinity when there is none. */
  readonly nextMs: number;
  /** Which payload the next arrival is to carry; null where its source does not say. */
  readonly nextPayload: string | null;
  advance(): void;
  /** Passes over all arrivals intended before `ms`. @returns how many */
  skipBefore(ms: number): number;
  /** The rate was changed from an instant on: the same arrivals come at the instants of the new rate. */
  follow(rate: LevelCurve): void;
  close(): void;
}

/** How a schedule of arrivals is drawn, and where it ends. */
export interface ArrivalOptions {
  seed: number;
  /** The schedule ends after so many; null: at the load's end alone. */
  maxRequests: number | null;
}

/** Evenly spaced, or a Poisson process of the same rate. */
export type Spacing = 'constant' | 'poisson';

export interface Stripe {
  /** From 0. */
  stripe: number;
  stripes: number;
}

export const wholeSchedule: Stripe = { stripe: 0, stripes: 1 };

/**
 * When the requests of a rate are meant to start: arrival k comes when the integral of the rate has reached
 *
 *   constant   k
 *   Poisson    E₀ + … + E_k, gaps drawn from Exp(1) by the seed
 *
 * (time-rescaling makes that a Poisson process of the given rate, however it varies). There is one schedule: stripe i
 * of n holds its arrivals i, i + n, i + 2n …, so that any number of workers together do exactly what one would.
 */
export function intendedStarts(
  rate: LevelCurve,
  spacing: Spacing,
  { seed, maxRequests }: ArrivalOptions,
  { stripe, stripes }: Stripe = wholeSchedule,
): ArrivalSource {
  const random = createRandom(seed);
  const poisson = spacing === 'poisson';
  const end = maxRequests ?? Number.POSITIVE_INFINITY;
  let curve = rate;
  let index = -1;
  /** What the integral must have reached for arrival `index`. */
  let reached = 0;
  let nextMs = 0;

  const step = (by: number) => {
    index += by;
    if (!poisson) reached = index;
    else for (let drawn = 0; drawn < by; drawn++) reached += random.exponential(1);
  };
  const locate = () => {
    const atMs = index < end ? curve.instantOf(reached) : Number.POSITIVE_INFINITY;
    nextMs = atMs < curve.endMs ? atMs : Number.POSITIVE_INFINITY;
  };
  step(stripe + 1);
  locate();
  return {
    get nextMs() {
      return nextMs;
    },
    nextPayload: null,
    advance() {
      step(stripes);
      locate();
    },
    skipBefore(ms) {
      // Counts without asking for the instants: a schedule may hold hundreds of millions.
      const limit = curve.upTo(ms);
      let skipped = 0;
      for (; index < end && reached < limit; skipped++) step(stripes);
      locate();
      return skipped;
    },
    follow(changed) {
      curve = changed;
      locate();
    },
    close() {},
  };
}

/**
 * A source's rate, as steps of a second, or of a minute where it is longer than four hours. Reads the source to
 * `endMs`.
 * @param wholeSteps the last step is as long as the others, lest the arrivals of its one millisecond be a rate of their
 * own
 */
export function countedLevels(source: ArrivalSource, endMs: number, wholeSteps: boolean): LevelPiece[] {
  const stepMs = endMs > 4 * 3_600_000 ? 60_000 : 1_000;
  const pieces: LevelPiece[] = [];
  for (let fromMs = 0; fromMs < endMs; fromMs += stepMs) {
    const toMs = wholeSteps ? fromMs + stepMs : Math.min(endMs, fromMs + stepMs);
    const level = (source.skipBefore(Math.min(endMs, toMs)) * 1_000) / (toMs - fromMs);
    pieces.push({ fromMs, toMs, fromLevel: level, toLevel: level });
  }
  return pieces;
}
