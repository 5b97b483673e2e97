import { createRandom } from '../../core/random.ts';
import { ratePieces } from '../level.ts';
import type { OpenProfile } from '../profile.ts';
import { createRateIntegral } from './rate-integral.ts';

/** Arrivals in order of their intended start, in ms from the run's start. */
export interface ArrivalSource {
  /** Of the next arrival; Infinity when there is none. */
  readonly nextMs: number;
  /** Which payload the next arrival is to carry; null where its source does not say. */
  readonly nextPayload: string | null;
  advance(): void;
  /** Passes over all arrivals intended before `ms`. @returns how many */
  skipBefore(ms: number): number;
  /** The profile was changed from an instant on: the same arrivals come at the instants of the new rate. */
  follow(profile: OpenProfile): void;
  close(): void;
}

export interface Stripe {
  /** From 0. */
  stripe: number;
  stripes: number;
}

export const wholeSchedule: Stripe = { stripe: 0, stripes: 1 };

/**
 * When the requests of an open profile are meant to start: arrival k comes when the integral of the rate has reached
 *
 *   constant   k
 *   Poisson    E₀ + … + E_k, gaps drawn from Exp(1) by the seed
 *
 * (time-rescaling makes that a Poisson process of the profile's rate, however it varies). There is one schedule: stripe i
 * of n holds its arrivals i, i + n, i + 2n …, so that any number of workers together do exactly what one would.
 *
 * @param maxRequests the schedule ends after so many; null: at the profile's end alone
 */
export function intendedStarts(
  profile: OpenProfile,
  seed: number,
  maxRequests: number | null = null,
  { stripe, stripes }: Stripe = wholeSchedule,
): ArrivalSource {
  const random = createRandom(seed);
  const poisson = profile.arrivals === 'poisson';
  const end = maxRequests ?? Number.POSITIVE_INFINITY;
  let integral = createRateIntegral(ratePieces(profile));
  let { durationMs } = profile;
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
    const atMs = index < end ? integral.instantOf(reached) : Number.POSITIVE_INFINITY;
    nextMs = atMs < durationMs ? atMs : Number.POSITIVE_INFINITY;
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
      const limit = ms < durationMs ? integral.upTo(ms) : integral.total;
      let skipped = 0;
      for (; index < end && reached < limit; skipped++) step(stripes);
      locate();
      return skipped;
    },
    follow(changed) {
      integral = createRateIntegral(ratePieces(changed));
      durationMs = changed.durationMs;
      locate();
    },
    close() {},
  };
}
