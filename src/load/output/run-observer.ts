import type { LatencySummary } from '../../record/result.ts';
import type { Totals } from '../aggregate.ts';

/** Follows a run's figures while it goes: what writes files of them. Its failures are its own: it must not throw. */
export interface RunObserver {
  /** The run begins: nothing refuses it any more. */
  started(): void;
  /** After each second of the run. */
  interval(figures: IntervalFigures): void;
  /**
   * Once, however the run ended.
   * @param windowMs from the end of the warm-up to the end of sending
   */
  ended(totals: Totals, windowMs: number): void;
}

export interface IntervalFigures {
  /** Wall time of the interval's end, epoch milliseconds. */
  atMs: number;
  users: number;
  intervalMs: number;
  ended: number;
  failed: number;
  /** Of this interval alone, warm-up included. */
  response: LatencySummary;
  /** Since the start. */
  totals: Totals;
  /** Since the end of the warm-up. */
  windowMs: number;
}
