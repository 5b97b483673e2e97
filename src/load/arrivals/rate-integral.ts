import type { LevelPiece } from '../level.ts';

/** How many arrivals a rate brings up to an instant, and when it has brought so many: each other's inverse. */
export interface RateIntegral {
  /** Up to the end. */
  readonly total: number;
  /** Arrivals expected from the start to `ms`. */
  upTo(ms: number): number;
  /** ms at which `arrivals` is reached; Infinity if it never is. Cheapest when asked in ascending order. */
  instantOf(arrivals: number): number;
}

/**
 * On a piece with rate r(x) = r₀ + a·x, arrivals n(x) = r₀·x + a·x²/2, and
 *
 *   x(n) = 2n / (r₀ + √(r₀² + 2·a·n))
 *
 * the root's form that stays exact for a = 0 and for r₀ = 0, and loses no digits to cancellation.
 *
 * @param pieces of rates a second
 */
export function createRateIntegral(pieces: readonly LevelPiece[]): RateIntegral {
  let before = 0;
  const parts = pieces.flatMap(({ fromMs, toMs, fromLevel, toLevel }) => {
    const lengthMs = toMs - fromMs;
    const startRate = fromLevel / 1_000;
    const slope = (toLevel - fromLevel) / 1_000 / lengthMs;
    const count = ((fromLevel + toLevel) / 2_000) * lengthMs;
    const part = { fromMs, toMs, startRate, slope, before, after: before + count };
    before = part.after;
    return count > 0 ? [part] : [];
  });
  const total = before;
  /** Where the last question was answered: questions come in ascending order. */
  let at = 0;
  return {
    total,
    upTo(ms) {
      const part = parts.find(({ toMs }) => ms < toMs);
      if (part === undefined) return total;
      const x = Math.max(0, ms - part.fromMs);
      return part.before + part.startRate * x + (part.slope * x * x) / 2;
    },
    instantOf(arrivals) {
      if (arrivals >= total) return Number.POSITIVE_INFINITY;
      while (at > 0 && arrivals < parts[at]!.before) at--;
      while (arrivals >= parts[at]!.after) at++;
      const { fromMs, toMs, startRate, slope, before: start } = parts[at]!;
      const n = arrivals - start;
      if (n <= 0) return fromMs;
      // Falling to zero, the root may come out below it by rounding.
      const root = Math.sqrt(Math.max(0, startRate * startRate + 2 * slope * n));
      const divisor = startRate + root;
      return divisor === 0 ? fromMs : Math.min(toMs, fromMs + (2 * n) / divisor);
    },
  };
}
