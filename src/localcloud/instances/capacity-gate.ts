import type { Clock } from '../../core/clock.ts';

/**
 * Holds an instance to its emulated capacity, in wall time: `concurrency` requests at a time, each holding its slot for
 * max(real inference, service time); `queue` more wait in order; beyond that it is full.
 *
 *   request i on a slot:  start(i) = max(arrival(i), release(i−1))   release(i) = max(start(i) + serviceTime, real end)
 *
 * `start` is the instant planned, not the one at which a late timer fires: otherwise each request would add its timer's
 * lateness (about 1 ms) to the next, and 2 slots of 20 ms would carry 95 requests a second instead of 100.
 */
export interface CapacityGate {
  /**
   * Runs `work` once a slot is free; at once, if one is.
   * @returns false if the queue is full: `work` will never run
   */
  admit(work: (slot: Slot) => void): boolean;
  readonly running: number;
  readonly waiting: number;
  /** Slot-milliseconds held since the gate was made: occupancy = Δ / (Δt × concurrency). */
  heldMs(): number;
  readonly concurrency: number;
}

interface Slot {
  /**
   * To be called once, when the real inference has ended: runs `deliver` when the service time is over too, and frees
   * the slot.
   */
  finish(deliver: () => void): void;
}

export interface GateLimits {
  /** Null: only for as long as the real inference takes. */
  serviceTimeMs: number | null;
  concurrency: number;
  queue: number;
}

export function createCapacityGate(limits: GateLimits, clock: Clock): CapacityGate {
  const { concurrency, queue } = limits;
  const serviceTimeMs = limits.serviceTimeMs ?? 0;
  const waiting = new Fifo<{ work: (slot: Slot) => void; arrivedMs: number }>();
  const slots = createOccupancy(clock.monotonicMs());

  const run = (work: (slot: Slot) => void, plannedStartMs: number) => {
    const releaseMs = plannedStartMs + serviceTimeMs;
    work({
      finish(deliver) {
        if (serviceTimeMs === 0) release(deliver, clock.monotonicMs());
        else holdUntil(clock, releaseMs, () => release(deliver, releaseMs));
      },
    });
  };

  const release = (deliver: () => void, plannedMs: number) => {
    const nowMs = clock.monotonicMs();
    const next = waiting.shift();
    if (next) {
      // Lateness is made up for, but not that of a machine that stood still.
      const earliestMs = Math.max(plannedMs, next.arrivedMs);
      run(next.work, Math.max(earliestMs, nowMs - maxCatchUpMs));
    } else {
      slots.change(-1, nowMs);
    }
    deliver();
  };

  return {
    admit(work) {
      const nowMs = clock.monotonicMs();
      if (slots.held < concurrency) {
        slots.change(1, nowMs);
        run(work, nowMs);
        return true;
      }
      if (waiting.size >= queue) return false;
      waiting.push({ work, arrivedMs: nowMs });
      return true;
    },
    get running() {
      return slots.held;
    },
    get waiting() {
      return waiting.size;
    },
    heldMs: () => slots.heldMs(clock.monotonicMs()),
    concurrency,
  };
}

/** How many slots are held, and for how long they have been. */
function createOccupancy(startMs: number) {
  let held = 0;
  let heldMs = 0;
  let sinceMs = startMs;
  const account = (nowMs: number) => {
    heldMs += held * (nowMs - sinceMs);
    sinceMs = nowMs;
    return heldMs;
  };
  return {
    get held() {
      return held;
    },
    change(by: 1 | -1, nowMs: number) {
      account(nowMs);
      held += by;
    },
    heldMs: account,
  };
}

function holdUntil(clock: Clock, untilMs: number, action: () => void): void {
  const leftMs = untilMs - clock.monotonicMs();
  // Timers fire up to a millisecond early: look at the clock again.
  if (leftMs <= earlyMs) action();
  else clock.after(leftMs, () => holdUntil(clock, untilMs, action));
}

const earlyMs = 0.3;
const maxCatchUpMs = 100;

/** An array shifts in time proportional to its length. */
class Fifo<Item> {
  #incoming: Item[] = [];
  #outgoing: Item[] = [];

  get size(): number {
    return this.#incoming.length + this.#outgoing.length;
  }

  push(item: Item): void {
    this.#incoming.push(item);
  }

  shift(): Item | undefined {
    if (this.#outgoing.length === 0) {
      this.#outgoing = this.#incoming.reverse();
      this.#incoming = [];
    }
    return this.#outgoing.pop();
  }
}
