import { sleep } from '../core/clock.ts';
import { createRandom, randomSeed } from '../core/random.ts';
import type { Scope } from './resource.ts';
import type { WaitLimits } from './wait.ts';

/**
 * Calls again as long as the service refuses for a reason that passes by itself: a role not known everywhere yet, an
 * update still under way. When the time is up, the service's own refusal is thrown.
 * @param passing what is waited for, in words, if the refusal is such a one
 */
export async function waitOut<Result>(
  call: () => Promise<Result>,
  passing: (refusal: unknown) => string | undefined,
  scope: Scope,
  limits: WaitLimits,
): Promise<Result> {
  const random = createRandom(randomSeed());
  const deadlineMs = scope.clock.monotonicMs() + limits.timeoutMs;
  for (;;) {
    try {
      return await call();
    } catch (refusal) {
      const state = passing(refusal);
      if (state === undefined || scope.clock.monotonicMs() >= deadlineMs) throw refusal;
      scope.waiting(state);
      await sleep(scope.clock, limits.intervalMs * random.between(1, 1.25), scope.signal);
    }
  }
}
