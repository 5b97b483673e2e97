import type { Clock } from '../../core/clock.ts';
import { openArrivals } from '../arrivals/open-arrivals.ts';
import { Arrivals } from '../executors/arrivals.ts';
import { ClosedUsers } from '../executors/closed-users.ts';
import type { LoadExecutor } from '../executors/load-executor.ts';
import type { Iterations } from '../executors/performer.ts';
import type { RequestBudget } from '../iteration/request-budget.ts';
import { shareOf, stripeLength } from '../schedule.ts';
import type { TimerWheel } from '../transport/timer-wheel.ts';
import type { WorkerAssignment } from './messages.ts';

export interface ExecutorDeps {
  assignment: WorkerAssignment;
  clock: Clock;
  wheel: TimerWheel;
  iterations: Iterations;
  budget: RequestBudget;
  originMs: number;
  /** The last arrival has begun. */
  exhausted(): void;
  /** After stopping: no iteration is under way any more. */
  drained(): void;
}

/** What drives a worker's iterations, as its plan says: users or arrivals. */
export function createExecutor(deps: ExecutorDeps): LoadExecutor {
  const { assignment, originMs, budget } = deps;
  const { plan, worker, workers } = assignment;
  const { profile, seed } = plan;
  const endMs = originMs + profile.durationMs;
  if (profile.model === 'closed') {
    const share = shareOf(profile, null, worker, workers);
    return new ClosedUsers({ ...deps, profile, share, seed, budget, endMs });
  }
  const maxRequests = arrivalsAreRequests(assignment) ? plan.maxRequests : null;
  return new Arrivals({
    ...deps,
    source: openArrivals({ profile, seed, maxRequests }, { stripe: worker, stripes: workers }),
    endsWithSource: maxRequests !== null || profile.model === 'trace',
    endMs,
    warmupMs: plan.warmupMs,
    places: stripeLength(plan.connections, worker, workers),
    timeoutMs: plan.timeoutMs,
    precise: plan.precise,
  });
}

/** How many requests this worker's iterations may send; null: any number. */
export function requestsOf(assignment: WorkerAssignment): number | null {
  const { plan, worker, workers } = assignment;
  const { profile, maxRequests } = plan;
  if (maxRequests === null) return null;
  if (profile.model === 'closed') return shareOf(profile, maxRequests, worker, workers).maxRequests;
  // Then the schedule ends with the last of them.
  return arrivalsAreRequests(assignment) ? null : stripeLength(maxRequests, worker, workers);
}

/** From when on a request that waits for its connection is not sent any more; arrivals' flows may go on after their last one. */
export function closesAtMs({ plan: { profile } }: WorkerAssignment, originMs: number): number {
  return profile.model === 'closed' ? originMs + profile.durationMs : Number.POSITIVE_INFINITY;
}

/** A flow may send several, or none. */
function arrivalsAreRequests({ plan }: WorkerAssignment): boolean {
  return plan.scenario === undefined;
}
