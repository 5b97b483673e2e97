import type { Clock, Timer } from '../../src/core/clock.ts';

/** A clock that goes on when it is told to: an hour passes in the time that its work takes. */
export interface HandClock extends Clock {
  advance(ms: number): void;
}

export function createHandClock(): HandClock {
  let nowMs = 0;
  const timers = new Set<{ atMs: number; fire: () => void }>();
  return {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    after(delayMs, fire): Timer {
      const timer = { atMs: nowMs + delayMs, fire };
      timers.add(timer);
      return { cancel: () => timers.delete(timer) };
    },
    advance(ms) {
      nowMs += ms;
      for (const timer of [...timers]) {
        if (timer.atMs > nowMs) continue;
        timers.delete(timer);
        timer.fire();
      }
    },
  } as HandClock;
}
