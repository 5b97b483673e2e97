import { wholeSchedule } from './arrivals/intended-starts.ts';
import { openArrivals } from './arrivals/open-arrivals.ts';
import { createRateIntegral } from './arrivals/rate-integral.ts';
import { ratePieces } from './level.ts';
import type { LoadPlan } from './plan.ts';
import type { LoadProfile } from './profile.ts';

/** What a plan of arrivals wants, reckoned apart from the workers that send it. */
type OfferedPlan = Pick<LoadPlan, 'profile' | 'seed' | 'maxRequests'>;

export interface OfferedCount {
  /** Arrivals that the seeded schedule holds up to the end of sending. */
  arrivals: number;
  /** Of those, intended within the warm-up. */
  warmup: number;
}

/** Null in the closed model, whose requests depend on the answers. */
export function countOffered(plan: OfferedPlan, warmupMs: number, endMs: number): OfferedCount | null {
  if (plan.profile.model === 'closed') return null;
  const source = openArrivals(plan, wholeSchedule);
  try {
    const warmup = source.skipBefore(Math.min(warmupMs, endMs));
    return { warmup, arrivals: warmup + source.skipBefore(endMs) };
  } finally {
    source.close();
  }
}

/** The offered rate over intervals asked for in ascending order. */
export interface OfferedRate {
  between(fromMs: number, toMs: number): number | null;
  follow(profile: LoadProfile): void;
  close(): void;
}

export function createOfferedRate(plan: OfferedPlan): OfferedRate {
  const { profile } = plan;
  if (profile.model === 'closed') return { between: () => null, follow() {}, close() {} };
  if (profile.model === 'trace') {
    const source = openArrivals(plan, wholeSchedule);
    return {
      between(fromMs, toMs) {
        source.skipBefore(fromMs);
        return (source.skipBefore(toMs) * 1_000) / Math.max(1, toMs - fromMs);
      },
      follow() {},
      close: () => source.close(),
    };
  }
  let integral = createRateIntegral(ratePieces(profile));
  return {
    between: (fromMs, toMs) =>
      ((integral.upTo(toMs) - integral.upTo(fromMs)) * 1_000) / Math.max(1, toMs - fromMs),
    follow(changed) {
      if (changed.model === 'open') integral = createRateIntegral(ratePieces(changed));
    },
    close() {},
  };
}
