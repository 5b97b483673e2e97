import type {
  ActivityObservation,
  AlarmObservation,
  AlarmTransition,
  CapacityLimits,
  MetricObservation,
  VariantObservation,
} from '../observation/observation.ts';
import type { PolicyObservation } from '../observation/policy-observation.ts';
import type { ScheduledActionObservation } from '../observation/scheduled-action-observation.ts';

/** What the observer asks of the cloud: AWS's own calls and nothing else. Times are cloud milliseconds. */
export interface ScalingSource {
  /** When the endpoint was made; null where there is none. */
  describeCreation(): Promise<number | null>;
  /** @returns null where there is no such endpoint */
  describeVariant(): Promise<VariantObservation | null>;
  /** @returns null where the variant is no scalable target */
  describeLimits(): Promise<CapacityLimits | null>;
  describePolicies(): Promise<PolicyObservation[]>;
  /**
   * The alarms that the variant's policies made themselves, and those of `others`.
   * @param others names of alarms that a caller made for a policy
   */
  describeAlarms(others?: readonly string[]): Promise<AlarmObservation[]>;
  /** State changes in (afterMs, untilMs]. */
  describeTransitions(alarmName: string, afterMs: number, untilMs: number): Promise<AlarmTransition[]>;
  /** Those that started at or after `sinceMs`. */
  describeActivities(sinceMs: number): Promise<ActivityObservation[]>;
  describeScheduledActions(): Promise<ScheduledActionObservation[]>;
  /**
   * Datapoints of the whole periods within [fromMs, toMs).
   * @param alarms whose metrics are read too, each with the alarm's statistic and period
   */
  readMetrics(
    fromMs: number,
    toMs: number,
    alarms: readonly AlarmObservation[],
  ): Promise<MetricObservation[]>;
}
