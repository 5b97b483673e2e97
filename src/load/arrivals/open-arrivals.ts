import type { LoadPlan } from '../plan.ts';
import { type ArrivalSource, intendedStarts, type Stripe, wholeSchedule } from './intended-starts.ts';
import { openTrace } from './trace-arrivals.ts';

/** The arrivals of an open or a trace profile, or a stripe of them. */
export function openArrivals(
  { profile, seed, maxRequests }: Pick<LoadPlan, 'profile' | 'seed' | 'maxRequests'>,
  stripe: Stripe = wholeSchedule,
): ArrivalSource {
  switch (profile.model) {
    case 'open':
      return intendedStarts(profile, seed, maxRequests, stripe);
    case 'trace':
      return openTrace(profile, maxRequests, stripe);
    case 'closed':
      throw new Error('closed users have no arrivals');
  }
}
