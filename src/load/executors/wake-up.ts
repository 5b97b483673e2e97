import type { Clock, Timer } from '../../core/clock.ts';

/** Calls back at or just after an instant of `clock.monotonicMs()`, never before it. One instant at a time. */
export interface WakeUp {
  /** Takes the place of what was set before. */
  set(dueMs: number): void;
  /** Calls back as soon as the event loop has looked at its sockets. */
  setAfterSockets(): void;
  clear(): void;
}

/**
 * @param precise polls through the last two milliseconds instead of trusting a timer, which is about one late: costs
 * most of a core from 1,000 instants a second on
 */
export function createWakeUp(clock: Clock, precise: boolean, wake: () => void): WakeUp {
  let timer: Timer | undefined;
  let immediate: NodeJS.Immediate | undefined;
  let dueMs = Number.POSITIVE_INFINITY;

  const clear = () => {
    timer?.cancel();
    timer = undefined;
    if (immediate !== undefined) clearImmediate(immediate);
    immediate = undefined;
  };
  const look = () => {
    timer = undefined;
    immediate = undefined;
    const leftMs = dueMs - clock.monotonicMs();
    if (leftMs <= 0) wake();
    else if (precise && leftMs <= pollWithinMs) immediate = setImmediate(look);
    // Node's timers may fire up to 2 ms early: then it waits for the rest.
    else timer = clock.after(precise ? leftMs - pollWithinMs : leftMs, look);
  };
  return {
    set(atMs) {
      clear();
      dueMs = atMs;
      if (atMs === Number.POSITIVE_INFINITY) return;
      const leftMs = atMs - clock.monotonicMs();
      if (leftMs <= 0 || (precise && leftMs <= pollWithinMs)) immediate = setImmediate(look);
      else timer = clock.after(precise ? leftMs - pollWithinMs : leftMs, look);
    },
    setAfterSockets() {
      clear();
      dueMs = Number.NEGATIVE_INFINITY;
      immediate = setImmediate(look);
    },
    clear,
  };
}

const pollWithinMs = 2;
