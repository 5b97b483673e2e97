import { mostUsers } from './level.ts';
import type { LoadPlan } from './plan.ts';
import type { ClosedProfile, LoadProfile, Ramp } from './profile.ts';

/**
 * The profile, cut into what each worker does. Pure: one global schedule, striped so that the workers together do exactly
 * what one alone would, whatever their number.
 */
export interface WorkerShare {
  /** Global indices of its users: `first`, `first + step`, `first + 2·step` … */
  first: number;
  step: number;
  /** How many requests it may send; null: as many as the duration holds. */
  maxRequests: number | null;
}

/** Milliseconds from the run's start at which user `index` (from 0) begins. */
export function userStartMs(ramp: Ramp, users: number, index: number): number {
  return ramp.kind === 'usersPerSecond'
    ? (index / ramp.usersPerSecond) * 1_000
    : (index / users) * ramp.durationMs;
}

/** When the last user has begun. */
export function rampEndMs(profile: ClosedProfile): number {
  return userStartMs(profile.ramp, profile.users, profile.users - 1);
}

/** From when on the run is at its plan's load: all users started, warm-up over. */
export function steadyFromMs({ profile, warmupMs }: Pick<LoadPlan, 'profile' | 'warmupMs'>): number {
  const ramps = profile.model === 'closed' && profile.stages === undefined;
  return Math.max(warmupMs, ramps ? rampEndMs(profile) : 0);
}

/** Whether polling for arrivals takes no core from anyone: one is left beside the workers and the main thread. */
export function spareCore(
  { profile, sharesMachine }: Pick<LoadPlan, 'profile' | 'sharesMachine'>,
  workers: number,
  cores: number,
): boolean {
  return profile.model !== 'closed' && !sharesMachine && workers + 1 < cores;
}

/** User i belongs to worker i mod n; requests are shared in proportion to users, no remainder lost. */
export function shareOf(
  profile: ClosedProfile,
  maxRequests: number | null,
  worker: number,
  workers: number,
): WorkerShare {
  const mine = { first: worker, step: workers };
  if (maxRequests === null) return { ...mine, maxRequests: null };
  const all = mostUsers(profile);
  let usersBefore = 0;
  for (let other = 0; other < worker; other++) usersBefore += stripeLength(all, other, workers);
  // Differences of a rounded running total: they add up to the whole, however it divides.
  const upTo = (count: number) => Math.floor((maxRequests * count) / all);
  const users = stripeLength(all, worker, workers);
  return { ...mine, maxRequests: upTo(usersBefore + users) - upTo(usersBefore) };
}

/** Never more workers than users or connections; `auto` leaves one core to the rest of the machine. */
export function workerCount(
  requested: number | 'auto',
  { profile, connections }: { profile: LoadProfile; connections: number },
  availableParallelism: number,
): number {
  const wanted = requested === 'auto' ? Math.max(1, availableParallelism - 1) : requested;
  return Math.max(1, Math.min(wanted, profile.model === 'closed' ? mostUsers(profile) : connections));
}

/** How many of `total` things, dealt out in turn, stripe `stripe` of `stripes` gets. */
export function stripeLength(total: number, stripe: number, stripes: number): number {
  return stripe >= total ? 0 : Math.ceil((total - stripe) / stripes);
}
