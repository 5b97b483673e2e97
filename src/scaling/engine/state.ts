/**
 * The scaling engine's whole state: plain data, never changed in place, so that it can be kept, compared and replayed.
 */

import type { Alarm } from '../alarms/alarm.ts';
import type { MetricWindows } from '../alarms/metric.ts';
import type { CheckedScheduledAction } from '../policies/check-scheduled-action.ts';
import type { Cooldowns } from '../policies/cooldown.ts';
import type { ScalingPolicy } from '../policies/kinds/policy-kinds.ts';
import type { VariantId } from '../policies/predefined-metric.ts';
import type { Activity, ActivityDirection } from './activity.ts';
import { byName } from './by-name.ts';

export interface ScalingState {
  settings: ScalingSettings;
  /** Evaluation boundaries up to and including this instant are done. */
  evaluatedToMs: number;
  /** By alarm name. */
  alarms: Readonly<Record<string, Alarm>>;
  /** By resource id, `endpoint/E/variant/V`. */
  targets: Readonly<Record<string, ScalableTarget>>;
  windows: MetricWindows;
  /** Newest first, bounded by `settings.maxActivities`. */
  activities: readonly Activity[];
  /** How many ids were given out: each is derived from it and `settings.seed`. */
  idsMade: number;
}

export interface ScalingSettings {
  region: string;
  accountId: string;
  /** Makes the ids of alarms, policies and activities repeatable. */
  seed: string;
  /** Cloud time from a service metric's period end until it can be read. Users report 60 to 180 s on AWS. */
  metricDelayMs: number;
  /**
   * Most instances a scale-in takes away at once; null: as many as the proportion says. AWS: "gradual", no number
   * published, so null (inferred).
   */
  maxScaleInStep: number | null;
  maxActivities: number;
}

export interface ScalableTarget {
  resourceId: string;
  variant: VariantId;
  arn: string;
  roleArn: string;
  minCapacity: number;
  maxCapacity: number;
  suspended: SuspendedState;
  tags: Readonly<Record<string, string>>;
  createdMs: number;
  /** By policy name. */
  policies: Readonly<Record<string, ScalingPolicy>>;
  /** As last observed; null before the first observation. */
  capacity: ObservedCapacity | null;
  cooldowns: Cooldowns;
  /** By name. */
  scheduledActions: Readonly<Record<string, ScheduledAction>>;
  /** The capacity is outside of the range, and could not be changed when the range was set. */
  rangeDue: boolean;
  /** The change under way; there is never more than one. */
  openChange: OpenChange | null;
}

export interface ScheduledAction extends CheckedScheduledAction {
  name: string;
  arn: string;
  resourceId: string;
  createdMs: number;
  /** When it runs next; null: never again. */
  nextMs: number | null;
}

export interface SuspendedState {
  scaleIn: boolean;
  scaleOut: boolean;
  scheduled: boolean;
}

export interface ObservedCapacity {
  endpointStatus: string;
  current: number;
  desired: number;
  /** Why the endpoint's last change failed; such a change was rolled back. */
  failureReason?: string | null | undefined;
}

export interface OpenChange {
  activityId: string;
  direction: ActivityDirection;
  to: number;
  /** Starts when the change has succeeded. */
  cooldownMs: number;
  /** Capacity that the next scale-out within the cooldown is counted from. */
  baseCapacity: number;
}

/** What happened, in the order it happened. */
export type ScalingEvent =
  | {
      type: 'alarm-state';
      atMs: number;
      alarmName: string;
      previous: Pick<Alarm, 'state' | 'reason' | 'reasonData'>;
      next: Pick<Alarm, 'state' | 'reason' | 'reasonData'>;
    }
  /** An alarm's action ran for the first time in its present state. */
  | { type: 'alarm-action'; atMs: number; alarmName: string; actionArn: string; failure: string | null }
  | {
      type: 'alarm-configuration';
      atMs: number;
      alarmName: string;
      change: 'created' | 'updated' | 'deleted';
      alarm: Alarm;
    }
  | { type: 'activity'; atMs: number; activity: Activity };

/** What the scaling engine asks of SageMaker; the driver reports back with a `ChangeOutcome`. */
export interface ScalingCommand {
  type: 'set-desired-instance-count';
  atMs: number;
  activityId: string;
  resourceId: string;
  endpointName: string;
  variantName: string;
  count: number;
}

export interface Step {
  state: ScalingState;
  events: readonly ScalingEvent[];
  commands: readonly ScalingCommand[];
}

export function createScalingState(settings: ScalingSettings, nowMs: number): ScalingState {
  return {
    settings,
    evaluatedToMs: nowMs,
    alarms: byName(),
    targets: byName(),
    windows: {},
    activities: [],
    idsMade: 0,
  };
}
