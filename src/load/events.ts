import type { OfferedLoad } from '../offered/offered-load.ts';
import type { ErrorGroup, RunResult } from './result.ts';

/** What `runLoad` tells while it runs. */
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
  /** Once an interval (one second): what was measured in it. */
  | {
      type: 'load-progress';
      elapsedMs: number;
      durationMs: number;
      intervalMs: number;
      users: number;
      intendedRateRps: number | null;
      rateRps: number;
      responseUs: { p50: number; p95: number; p99: number; max: number } | null;
      sent: number;
      succeeded: number;
      failed: number;
      /** Failed in this interval. */
      intervalFailed: number;
      inFlight: number;
      /** The commonest errors so far, at most three. */
      topErrors: ErrorGroup[];
    }
  /** Somebody changed the load; the profile's last change says from when on. */
  | { type: 'load-changed'; description: string; atMs: number; profile: OfferedLoad }
  | { type: 'load-stopping'; reason: 'duration' | 'requests' | 'interrupted' | 'worker-failed' }
  | { type: 'load-finished'; result: RunResult };
