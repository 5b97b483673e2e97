import type { SimulatedLoad } from '../../offered/simulated-load.ts';
import type { TimelineEvent } from '../../record/schemas/timeline.ts';
import type { SuspendedState } from '../engine/state.ts';
import type { ScheduledActionRequest } from '../policies/check-scheduled-action.ts';
import type { PolicyWithAlarms } from '../policies/kinds/policy-alarms.ts';
import type { InstanceModel } from './queue-model.ts';

/** What to simulate. All times are cloud time. */
export interface SimulationSpec {
  load: SimulatedLoad;
  /** Goes on for so long after the load's end. */
  settleMs: number;
  /** Epoch milliseconds at which the load starts: alarms look on the cloud's minute, so the second matters. */
  startMs: number;
  instance: InstanceModel & { vcpus: number };
  instances: number;
  /** Null: the fleet does not scale. */
  autoscaling: SimulatedAutoscaling | null;
  /** Until an instance added serves. */
  provisionTimeMs: number;
  /** Until instances taken away are gone; they get no traffic from the start. */
  removalTimeMs: number;
  metricDelayMs: number;
  /** A request slower than this, or refused, misses the SLO. */
  sloUs: number;
  /** For arrivals at random. */
  seed: number;
  hourlyPriceUsd: number | null;
}

export interface SimulatedAutoscaling {
  minCapacity: number;
  maxCapacity: number;
  policies: readonly NamedPolicy[];
  scheduledActions?: readonly NamedScheduledAction[];
  suspended?: SuspendedState;
}

/** As `PutScalingPolicy` takes it, without the target it goes to. */
export interface NamedPolicy extends PolicyWithAlarms {
  PolicyName: string;
}

/** As `PutScheduledAction` takes it, without the target it goes to. */
export interface NamedScheduledAction extends ScheduledActionRequest {
  ScheduledActionName: string;
}

export interface Simulation {
  events: TimelineEvent[];
  minutes: SimulatedMinute[];
  summary: SimulationSummary;
}

/** One minute of the cloud's clock; the first and the last may be shorter. Latencies in µs, null without requests. */
export interface SimulatedMinute {
  /** 0 is the minute in which the load starts. */
  minute: number;
  /** At its end. */
  instances: number;
  desired: number;
  /** What the policy tracks, as CloudWatch will have it; null where nothing is tracked. */
  metric: number | null;
  /** Offered, a second. */
  rateRps: number;
  requests: number;
  /** Refused by a full queue. */
  dropped: number;
  /** Served, but slower than the SLO. */
  late: number;
  responseUsP50: number | null;
  responseUsP95: number | null;
  responseUsP99: number | null;
}

export interface SimulationSummary {
  durationMs: number;
  requests: { offered: number; served: number; dropped: number; late: number };
  /** Of all offered: dropped or late. */
  sloMissShare: number;
  sloUs: number;
  responseUs: { p50: number; p95: number; p99: number; p99_9: number } | null;
  instances: { atStart: number; max: number; atEnd: number; hours: number };
  scaleOuts: number;
  scaleIns: number;
  changes: CapacityChange[];
  costUsd: number | null;
}

/** One change of the instance count, with what led to it. Milliseconds since the load's start. */
export interface CapacityChange {
  direction: 'out' | 'in';
  from: number;
  to: number;
  askedMs: number;
  doneMs: number | null;
  /** In AWS's words: `monitor alarm …`, or the bound of the range that a scheduled action set. */
  cause: string;
  /**
   * Start of the first of the periods in a row, on this side of the alarm's threshold, that led to it; null: not by an
   * alarm.
   */
  breachedSinceMs: number | null;
}
