import { mostUsersOf } from './drive.ts';
import { driveOf, type OfferedLoad } from './offered-load.ts';

/** Global indices of a worker's users: `first`, `first + step`, `first + 2·step` … */
export interface UserShare {
  first: number;
  step: number;
}

/** User i belongs to worker i mod n. */
export function dealUsers(worker: number, workers: number): UserShare {
  return { first: worker, step: workers };
}

/**
 * Which of a number of requests are a worker's, no remainder lost: with users, a run of its own of them in proportion
 * to its users; arrivals are dealt in turn. Null: any number of them.
 */
export function dealtRequests(
  load: OfferedLoad,
  maxRequests: number | null,
  worker: number,
  workers: number,
): { count: number; first: number; step: number } | null {
  if (maxRequests === null) return null;
  const drive = driveOf(load);
  if (drive.drivenBy === 'arrivals')
    return { count: stripeLength(maxRequests, worker, workers), first: worker, step: workers };
  const all = mostUsersOf(drive);
  let usersBefore = 0;
  for (let other = 0; other < worker; other++) usersBefore += stripeLength(all, other, workers);
  // Differences of a rounded running total: they add up to the whole, however it divides.
  const upTo = (count: number) => Math.floor((maxRequests * count) / all);
  const first = upTo(usersBefore);
  return { count: upTo(usersBefore + stripeLength(all, worker, workers)) - first, first, step: 1 };
}

/** How many of `total` things, dealt out in turn, stripe `stripe` of `stripes` gets. */
export function stripeLength(total: number, stripe: number, stripes: number): number {
  return stripe >= total ? 0 : Math.ceil((total - stripe) / stripes);
}
