import type { Emit } from '../../core/events.ts';
import type { WireBlock } from '../../core/wire/wire-block.ts';
import type { OfferedLoad } from '../../offered/offered-load.ts';
import type { RunResult } from '../../record/schemas/result.ts';
import type { Interval } from '../measure/interval.ts';
import type { Totals } from '../measure/totals.ts';
import type { StopReason } from './run-state.ts';

/**
 * What a run tells those who follow it. `load-planned`, `load-started` and `load-finished` come in this order,
 * `load-interval` and `load-changed` any number of times between the last two. `load-stopping` comes before the end of
 * the load: of a run that is aborted before it starts even before all others. A run that is refused tells nothing, and
 * one that fails may not finish.
 */
export type LoadEvent =
  /** Before the first request: the plan in one line, its expected rate and end. */
  | {
      type: 'load-planned';
      description: string;
      workers: number;
      seed: number;
      durationMs: number;
      expectedRateRps: number | null;
    }
  /** The run begins at this instant (epoch milliseconds): nothing refuses it any more. */
  | { type: 'load-started'; startAtMs: number }
  /** Once an interval (one second): what was measured in it. */
  | {
      type: 'load-interval';
      interval: Interval;
      durationMs: number;
      /** So much of the measured part has passed: from the end of the warm-up to the end of sending at most. */
      windowMs: number;
      /** The run ends with so many requests; left out: with its time alone. */
      maxRequests?: number;
    }
  /** Somebody changed the load; the offered load's last change says from when on. */
  | { type: 'load-changed'; description: string; atMs: number; offered: OfferedLoad }
  /** @param because with `figures`: what they said */
  | { type: 'load-stopping'; reason: StopReason; because?: string }
  /** With `--debug`, at any time. */
  | { type: 'wire'; block: WireBlock }
  | { type: 'load-finished'; result: RunResult; totals: Totals; windowMs: number };

/**
 * Follows a run, to show it, to write files of it, or to decide on it. A run has any number of observers, and no
 * observer knows of another. An observer must not throw: its failures are its own.
 */
export type RunObserver = Emit<LoadEvent>;
