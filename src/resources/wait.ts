import { sleep } from '../core/clock.ts';
import { cloudError } from '../core/errors.ts';
import { createRandom, randomSeed } from '../core/random.ts';
import type { Scope } from './resource.ts';

export interface WaitLimits {
  /** Between looks; AWS gets a quarter of jitter on top. */
  intervalMs: number;
  timeoutMs: number;
}

/** @param awsTimeoutMs what AWS may take */
export function waitLimits(scope: Scope, awsTimeoutMs: number): WaitLimits {
  const { intervalMs, timeoutMs } = scope.clients.traits.waits;
  return { intervalMs, timeoutMs: timeoutMs ?? awsTimeoutMs };
}

/**
 * Looks until `look` has an answer, which it gives by `{ done }`, or until the time is up.
 * @throws MlbenchError `wait-timeout`, naming the state last seen
 */
export async function waitUntil<Result>(
  what: string,
  look: () => Promise<{ done: Result } | { state: string }>,
  scope: Scope,
  limits: WaitLimits,
): Promise<Result> {
  const random = createRandom(randomSeed());
  const deadlineMs = scope.clock.monotonicMs() + limits.timeoutMs;
  for (;;) {
    const seen = await look();
    if ('done' in seen) return seen.done;
    scope.waiting(seen.state);
    if (scope.clock.monotonicMs() > deadlineMs) {
      throw cloudError(
        'wait-timeout',
        `${what} is still ${seen.state} after ${Math.round(limits.timeoutMs / 60_000)} minutes`,
        'see mlbench status; run the command again to go on waiting, or mlbench down',
      );
    }
    await sleep(scope.clock, limits.intervalMs * random.between(1, 1.25), scope.signal);
  }
}
