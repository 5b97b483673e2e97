import type { LoadFlags } from '../../offered/options.ts';
import type { Expectation } from '../../record/schemas/expectation-schema.ts';
import type { TrackedMetric } from '../../scaling/policies/tracked-metric.ts';
import type { SweepAxes } from '../../scaling/simulate/sweep.ts';

export const suspendedParts = ['scale-out', 'scale-in', 'scheduled'] as const;
type SuspendedPart = (typeof suspendedParts)[number];

/** What `simulate` takes; every time is cloud time. Left out: the default of `load` or `up`. */
export interface SimulateOptions extends LoadFlags {
  /** Of what chance decides. Default 1. */
  seed?: number;
  /** A recorded run: its id, or its folder. Gives the load and the service times where those are not named. */
  fromRun?: string;
  settleMs?: number;
  /** Second of the cloud's minute at which the load starts: alarms look on the minute. */
  startSecond?: number;
  /** Epoch milliseconds at which the load starts, for scheduled actions. Default: 2026-01-01T00:00:00Z. */
  startAtMs?: number;
  instanceType?: string;
  instances?: number;
  autoscaling?: boolean;
  minCapacity?: number;
  maxCapacity?: number;
  metric?: TrackedMetric;
  targetValue?: number;
  scaleOutCooldownSeconds?: number;
  scaleInCooldownSeconds?: number;
  /** Files as `PutScalingPolicy` takes them; they act together, or with `compare` each by itself. */
  policyFiles?: readonly string[];
  /** Files as `PutScheduledAction` takes them. */
  scheduledActionFiles?: readonly string[];
  /** What a person has switched off. */
  suspend?: readonly SuspendedPart[];
  compare?: boolean;
  sweep?: SweepAxes;
  provisionTimeMs?: number;
  metricDelayMs?: number;
  serviceTimeMs?: number;
  /** Standard deviation / mean; 0: every request takes the same. */
  serviceTimeCv?: number;
  concurrency?: number;
  queue?: number;
  /** A request slower than this misses the SLO. Default: that of the first expectation, else ten service times. */
  sloMs?: number;
  /** Share of the requests that may miss the SLO. Default 0.01. */
  allowedMissShare?: number;
  expectations?: readonly Expectation[];
  /** Where the winning policy goes. */
  outPolicy?: string;
  html?: string;
}
