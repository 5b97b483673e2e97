import type { LoadProfile, Ramp } from './profile.ts';

/**
 * The profile, cut into what each worker does. Pure: one global schedule, striped so that the workers together do exactly
 * what one alone would, whatever their number.
 */
export interface WorkerShare {
  /** Global indices of this worker's users, ascending. */
  users: number[];
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
export function rampEndMs(profile: LoadProfile): number {
  return userStartMs(profile.ramp, profile.users, profile.users - 1);
}

/** User i belongs to worker i mod n; requests are shared in proportion to users, no remainder lost. */
export function shareOf(
  profile: LoadProfile,
  maxRequests: number | null,
  worker: number,
  workers: number,
): WorkerShare {
  const users: number[] = [];
  for (let index = worker; index < profile.users; index += workers) users.push(index);
  if (maxRequests === null) return { users, maxRequests: null };
  let usersBefore = 0;
  for (let other = 0; other < worker; other++) usersBefore += stripeLength(profile.users, other, workers);
  // Differences of a rounded running total: they add up to the whole, however it divides.
  const upTo = (count: number) => Math.floor((maxRequests * count) / profile.users);
  return { users, maxRequests: upTo(usersBefore + users.length) - upTo(usersBefore) };
}

/** Never more workers than users; `auto` leaves one core to the rest of the machine. */
export function workerCount(
  requested: number | 'auto',
  profile: LoadProfile,
  availableParallelism: number,
): number {
  const wanted = requested === 'auto' ? Math.max(1, availableParallelism - 1) : requested;
  return Math.max(1, Math.min(wanted, profile.users));
}

function stripeLength(total: number, stripe: number, stripes: number): number {
  return stripe >= total ? 0 : Math.ceil((total - stripe) / stripes);
}
