import type { Clock } from '../../core/clock.ts';
import { dealtRequests, dealUsers, stripeLength } from '../../offered/deal.ts';
import { driveOf } from '../../offered/offered-load.ts';
import { Arrivals } from '../executors/arrivals.ts';
import { ClosedUsers } from '../executors/closed-users.ts';
import type { LoadExecutor } from '../executors/load-executor.ts';
import type { Iterations } from '../executors/performer.ts';
import type { RequestBudget } from '../iteration/request-budget.ts';
import type { LoadPlan } from '../plan/plan.ts';
import { sendingEndMs } from '../plan/schedule.ts';
import type { TimerWheel } from '../transport/exchange/timer-wheel.ts';
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
  const { plan, worker, workers, contents } = assignment;
  const { offered, seed } = plan;
  const drive = driveOf(offered);
  const endMs = originMs + sendingEndMs(plan);
  if (drive.drivenBy === 'users') {
    const share = dealUsers(worker, workers);
    return new ClosedUsers({ ...deps, drive, share, seed, budget, endMs });
  }
  const maxRequests = arrivalsAreRequests(plan) ? plan.maxRequests : null;
  return new Arrivals({
    ...deps,
    source: drive.open({ seed, maxRequests }, { stripe: worker, stripes: workers }, contents),
    endsWithSource: maxRequests !== null || drive.finite,
    endMs,
    warmupMs: plan.warmupMs,
    places: stripeLength(plan.connections, worker, workers),
    timeoutMs: plan.timeoutMs,
    precise: plan.precise,
  });
}

/** How many requests this worker's iterations may send; null: any number. */
export function requestsOf({ plan, worker, workers }: WorkerAssignment): number | null {
  const { drivenBy } = driveOf(plan.offered);
  // Of arrivals that are requests the schedule ends with the last of them.
  if (drivenBy === 'arrivals' && arrivalsAreRequests(plan)) return null;
  return dealtRequests(plan.offered, plan.maxRequests, worker, workers)?.count ?? null;
}

/**
 * From when on a request that waits for its connection is not sent any more; arrivals' flows may go on after their last
 * one.
 */
export function closesAtMs({ plan }: WorkerAssignment, originMs: number): number {
  const { drivenBy } = driveOf(plan.offered);
  return drivenBy === 'users' ? originMs + sendingEndMs(plan) : Number.POSITIVE_INFINITY;
}

/** A flow may send several, or none. */
function arrivalsAreRequests({ scenario }: LoadPlan): boolean {
  return scenario === null;
}
