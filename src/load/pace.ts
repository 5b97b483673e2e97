import type { Random } from '../core/random.ts';
import type { Wait } from './profile.ts';

export interface NextStart {
  intendedMs: number;
  /** A timer decides when: how late the worker takes it up is its own doing, and counts as send lag. */
  timed: boolean;
}

/**
 * When a user's next request is meant to start, after one intended at `intendedMs` was answered at `answeredMs`.
 *
 *   none                 answered
 *   constant, between    answered + wait
 *   pacing, throughput   max(intended + period, answered)
 *
 * A closed user never owes requests: if the answer took longer than the period, the next is due at once and the period
 * counts from there (locust's constant_pacing does the same). To hold a rate whatever the answers, use arrivals.
 */
export function paceNext(wait: Wait, intendedMs: number, answeredMs: number, random: Random): NextStart {
  switch (wait.kind) {
    case 'none':
      return { intendedMs: answeredMs, timed: false };
    case 'constant':
      return { intendedMs: answeredMs + wait.waitMs, timed: wait.waitMs > 0 };
    case 'between':
      return { intendedMs: answeredMs + random.between(wait.lowMs, wait.highMs), timed: wait.highMs > 0 };
    case 'pacing':
      return paced(intendedMs + wait.periodMs, answeredMs);
    case 'throughput':
      return paced(intendedMs + 1_000 / wait.rateRps, answeredMs);
  }
}

/** Whether starts are set by timers, so that send lag says something. */
export function hasTimedWaits(wait: Wait): boolean {
  return wait.kind !== 'none' && !(wait.kind === 'constant' && wait.waitMs === 0);
}

function paced(dueMs: number, answeredMs: number): NextStart {
  return dueMs > answeredMs ? { intendedMs: dueMs, timed: true } : { intendedMs: answeredMs, timed: false };
}
