import type { Clock, Timer } from '../../src/core/clock.ts';

/** A clock that stands still until `advance` is called; timers fire in order of their due time. */
export class ManualClock implements Clock {
  #nowMs: number;
  readonly #startMs: number;
  #timers: { dueMs: number; sequence: number; action: () => void }[] = [];
  #sequence = 0;

  constructor(startMs = 0) {
    this.#nowMs = startMs;
    this.#startMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs - this.#startMs;
  }

  after(delayMs: number, action: () => void): Timer {
    const timer = { dueMs: this.#nowMs + Math.max(0, delayMs), sequence: this.#sequence++, action };
    this.#timers.push(timer);
    return {
      cancel: () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
      },
    };
  }

  /** Moves time forward and fires nothing: whoever would have was stopped. */
  skip(ms: number): void {
    this.#nowMs += ms;
  }

  /** Moves time forward, firing what falls due, and lets promises run on after each timer. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      await promisesRunOn();
      const next = this.#timers
        .filter((timer) => timer.dueMs <= untilMs)
        .sort((a, b) => a.dueMs - b.dueMs || a.sequence - b.sequence)[0];
      if (!next) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.action();
    }
    this.#nowMs = untilMs;
    await promisesRunOn();
  }
}

function promisesRunOn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
