/**
 * The one clock's record of a run: one object a line in `timeline.ndjson`, and what `watch-scaling --json` prints.
 * `at` is an ISO instant on the cloud's clock; `cloudTimeMs` counts cloud milliseconds from the run's start (without
 * a run: from `up`), so that offered load, latency, metrics, alarms and instance counts share an axis.
 */
export type TimelineEvent = { at: string; cloudTimeMs: number } & TimelineFact;

export type TimelineFact =
  | { type: 'capacity'; current: number; desired: number; endpointStatus: string }
  | {
      type: 'alarm';
      alarmName: string;
      /** Which of a target-tracking policy's pair; `other` for an alarm the caller made. */
      side: 'high' | 'low' | 'other';
      state: AlarmStateValue;
      previousState: AlarmStateValue | null;
      reason: string;
    }
  | {
      type: 'activity';
      activityId: string;
      status: string;
      description: string;
      cause: string;
      statusMessage: string;
      /** Why, in words with the alarm's datapoints and the policy's reckoning; absent where that is not known. */
      explanation?: string;
    }
  | {
      type: 'metric';
      metricName: string;
      statistic: string;
      periodSeconds: number;
      value: number;
      /** The policy's target for this metric; null where none applies. */
      target: number | null;
      /** When a look first showed it, counted as `cloudTimeMs` is; absent where nobody looked before. */
      visibleAtMs?: number;
    }
  | { type: 'phase'; phase: PhaseName; message: string }
  | LoadSample;

/** What the callers did and felt in one interval of the run. */
export interface LoadSample {
  type: 'load';
  /** Wall milliseconds since the load started, at the interval's end. */
  elapsedMs: number;
  intervalMs: number;
  users: number;
  /** Requests answered (or failed) a wall second in this interval. */
  rateRps: number;
  /** What the profile wanted; null in the closed model, which wants what it gets. */
  intendedRateRps: number | null;
  failed: number;
  inFlight: number;
  /** Response time; null where nothing was answered in the interval. */
  responseUs: { p50: number; p95: number; p99: number; max: number } | null;
}

export type AlarmStateValue = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
export type PhaseName = 'up' | 'load-started' | 'load-changed' | 'load-ended' | 'stable' | 'down';
