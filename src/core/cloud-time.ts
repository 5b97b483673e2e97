import type { Clock } from './clock.ts';

/** Each stand-in response carries this header: the stand-in's own epoch milliseconds. */
export const cloudTimeHeader = 'x-mlbench-cloud-time-ms';

/**
 * The cloud's clock as seen from here. On AWS it is the wall's; on the stand-in it is learnt from the header of
 * each response, and runs on between responses at the announced scale. Every time window asked of CloudWatch
 * comes from it.
 */
export interface CloudClock {
  nowMs(): number;
  /** Cloud milliseconds that pass in one of the wall's. 1 on AWS. */
  readonly timeScale: number;
}

export class ObservedCloudClock implements CloudClock {
  readonly timeScale: number;
  readonly #clock: Clock;
  #offset: { cloudMs: number; atMonotonicMs: number };

  constructor(clock: Clock, timeScale: number) {
    this.#clock = clock;
    this.timeScale = timeScale;
    this.#offset = { cloudMs: clock.nowMs(), atMonotonicMs: clock.monotonicMs() };
  }

  nowMs(): number {
    return this.#offset.cloudMs + (this.#clock.monotonicMs() - this.#offset.atMonotonicMs) * this.timeScale;
  }

  /** @param headerValue of `x-mlbench-cloud-time-ms`; anything but a number is ignored. */
  observe(headerValue: string | undefined): void {
    const cloudMs = Number(headerValue);
    if (!headerValue || !Number.isFinite(cloudMs)) return;
    this.#offset = { cloudMs, atMonotonicMs: this.#clock.monotonicMs() };
  }
}
