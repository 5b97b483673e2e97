import type { Clock } from '../../core/clock.ts';

/** Wall time without asking for it each time; to be looked at anew now and then: clocks are slewed, laptops sleep. */
export class WallTime {
  readonly #clock: Clock;
  #offsetMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.look();
  }

  look(): void {
    this.#offsetMs = this.#clock.nowMs() - this.#clock.monotonicMs();
  }

  /** Of an instant on the monotonic clock. */
  epochMs(monotonicMs: number): number {
    return monotonicMs + this.#offsetMs;
  }
}
