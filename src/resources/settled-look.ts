import { sleep } from '../core/clock.ts';
import type { Scope } from './resource.ts';

const everyMs = 5_000;

/**
 * Looks until what is seen is as wanted, or until the time is up.
 * @param forMs of waiting, at most
 * @returns what was seen last
 */
export async function lookUntil<Seen>(
  look: () => Promise<Seen>,
  wanted: (seen: Seen) => boolean,
  forMs: number,
  scope: Pick<Scope, 'clock' | 'signal' | 'waiting'>,
  state: string,
): Promise<Seen> {
  const deadlineMs = scope.clock.monotonicMs() + forMs;
  for (;;) {
    const seen = await look();
    if (wanted(seen) || scope.clock.monotonicMs() >= deadlineMs) return seen;
    scope.waiting(state);
    await sleep(scope.clock, everyMs, scope.signal);
  }
}
