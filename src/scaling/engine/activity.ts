/** Scaling activities, worded as Application Auto Scaling words them. */
import type { AlarmStateValue } from '../../record/schemas/timeline.ts';

type ActivityStatus = 'Pending' | 'InProgress' | 'Successful' | 'Overridden' | 'Unfulfilled' | 'Failed';

/** `bounds`: the capacity was outside of the registered minimum and maximum; no cooldown follows. */
export type ActivityDirection = 'out' | 'in' | 'bounds';

export interface Activity {
  activityId: string;
  resourceId: string;
  description: string;
  cause: string;
  startedMs: number;
  endedMs: number | null;
  status: ActivityStatus;
  statusMessage: string | null;
  /** Given only where nothing was changed; such activities are shown on request. */
  notScaledReasons: readonly NotScaledReason[];
}

/** Codes of "Scaling activities for Application Auto Scaling". */
export interface NotScaledReason {
  code:
    | 'AutoScalingAnticipatedFlapping'
    | 'TargetServicePutResourceAsUnscalable'
    | 'AlreadyAtMaxCapacity'
    | 'AlreadyAtMinCapacity'
    | 'AlreadyAtDesiredCapacity';
  maxCapacity?: number;
  minCapacity?: number;
  currentCapacity?: number;
}

export function alarmCause(alarmName: string, state: AlarmStateValue, policyName: string): string {
  return `monitor alarm ${alarmName} in state ${state} triggered policy ${policyName}`;
}

/** Status Pending: SageMaker has not answered yet. */
export function changeActivity(
  activityId: string,
  resourceId: string,
  count: number,
  cause: string,
  atMs: number,
): Activity {
  return {
    activityId,
    resourceId,
    description: `Setting desired instance count to ${count}.`,
    cause,
    startedMs: atMs,
    endedMs: null,
    status: 'Pending',
    statusMessage: null,
    notScaledReasons: [],
  };
}

export function notScaledActivity(
  activityId: string,
  resourceId: string,
  reason: NotScaledReason,
  cause: string,
  atMs: number,
): Activity {
  return {
    activityId,
    resourceId,
    description: 'Attempting to scale due to alarm triggered',
    cause,
    startedMs: atMs,
    endedMs: null,
    status: 'Failed',
    statusMessage: null,
    notScaledReasons: [reason],
  };
}

/** A scheduled action sets the range. @param failure null: it was set */
export function rangeActivity(
  activityId: string,
  resourceId: string,
  action: { name: string; minCapacity: number | null; maxCapacity: number | null },
  failure: string | null,
  atMs: number,
): Activity {
  const { minCapacity, maxCapacity } = action;
  const range = [
    ...(minCapacity === null ? [] : [`min capacity to ${minCapacity}`]),
    ...(maxCapacity === null ? [] : [`max capacity to ${maxCapacity}`]),
  ].join(' and ');
  return {
    activityId,
    resourceId,
    description: `Setting ${range}`,
    cause: `scheduled action name ${action.name} was triggered`,
    startedMs: atMs,
    endedMs: atMs,
    status: failure === null ? 'Successful' : 'Failed',
    statusMessage:
      failure === null ? `Successfully set ${range}` : `Failed to set ${range}. Reason: ${failure}`,
    notScaledReasons: [],
  };
}

export function accepted(activity: Activity, count: number): Activity {
  return {
    ...activity,
    status: 'InProgress',
    statusMessage: `Successfully set desired instance count to ${count}. Waiting for change to be fulfilled by sagemaker.`,
  };
}

export function refused(activity: Activity, count: number, reason: string, atMs: number): Activity {
  return {
    ...activity,
    status: 'Failed',
    statusMessage: `Failed to set desired instance count to ${count}. Reason: ${reason}`,
    endedMs: atMs,
  };
}

export function fulfilled(activity: Activity, count: number, atMs: number): Activity {
  return {
    ...activity,
    status: 'Successful',
    statusMessage: `Successfully set desired instance count to ${count}. Change successfully fulfilled by sagemaker.`,
    endedMs: atMs,
  };
}

export function overridden(activity: Activity, count: number, found: number, atMs: number): Activity {
  return {
    ...activity,
    status: 'Overridden',
    statusMessage: `Successfully set desired instance count to ${count}. Change was overridden: the desired instance count is ${found}.`,
    endedMs: atMs,
  };
}

export function unfulfilled(activity: Activity, count: number, reason: string, atMs: number): Activity {
  return {
    ...activity,
    status: 'Unfulfilled',
    statusMessage: `Successfully set desired instance count to ${count}. Change could not be fulfilled by sagemaker. Reason: ${reason}`,
    endedMs: atMs,
  };
}
