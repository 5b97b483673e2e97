/** Checks a scheduled action as `PutScheduledAction` takes it. */

import { invalid, type PolicyProblem } from './problem.ts';
import { parseSchedule } from './schedule.ts';
import { isTimeZone } from './time-zone.ts';

export interface ScheduledActionRequest {
  Schedule?: string | undefined;
  Timezone?: string | undefined;
  StartTime?: Date | undefined;
  EndTime?: Date | undefined;
  ScalableTargetAction?: { MinCapacity?: number | undefined; MaxCapacity?: number | undefined } | undefined;
}

export interface CheckedScheduledAction {
  /** `at(…)`, `rate(…)` or `cron(…)`. */
  schedule: string;
  /** As given; null means UTC. */
  timeZone: string | null;
  startMs: number | null;
  endMs: number | null;
  /** Null: stays as it is. */
  minCapacity: number | null;
  maxCapacity: number | null;
}

/**
 * @param before the action of that name: what is not given stays as it was, but for start and end ("the old values are
 *   deleted").
 */
export function checkScheduledAction(
  request: ScheduledActionRequest,
  before: CheckedScheduledAction | undefined,
): { action: CheckedScheduledAction } | PolicyProblem {
  const change = request.ScalableTargetAction;
  const action = {
    schedule: request.Schedule ?? before?.schedule ?? '',
    timeZone: request.Timezone ?? before?.timeZone ?? null,
    startMs: request.StartTime?.getTime() ?? null,
    endMs: request.EndTime?.getTime() ?? null,
    minCapacity: (change ? change.MinCapacity : before?.minCapacity) ?? null,
    maxCapacity: (change ? change.MaxCapacity : before?.maxCapacity) ?? null,
  };
  return checkTime(action) ?? checkCapacities(action) ?? { action };
}

function checkTime({ schedule, timeZone, startMs, endMs }: CheckedScheduledAction): PolicyProblem | null {
  if (schedule === '')
    return invalid(
      'Schedule must be specified when a scheduled action is first created',
      'add a Schedule, such as cron(0 8 ? * MON-FRI *)',
    );
  const parsed = parseSchedule(schedule);
  if ('problem' in parsed)
    return invalid(
      `Schedule expression ${schedule} is not valid: ${parsed.problem}`,
      'use at(yyyy-mm-ddThh:mm:ss), rate(N minutes|hours|days) or cron(minutes hours day-of-month month day-of-week year)',
    );
  if (timeZone !== null && !isTimeZone(timeZone))
    return invalid(`Timezone ${timeZone} is not valid`, 'use a name such as Europe/Berlin or Etc/GMT+9');
  if (startMs !== null && endMs !== null && endMs <= startMs)
    return invalid('EndTime must be later than StartTime', 'move EndTime behind StartTime');
  return null;
}

function checkCapacities({ minCapacity, maxCapacity }: CheckedScheduledAction): PolicyProblem | null {
  if (minCapacity === null && maxCapacity === null)
    return invalid(
      'ScalableTargetAction must specify MinCapacity, MaxCapacity or both',
      'add at least one of the two',
    );
  if (minCapacity !== null && minCapacity < 1)
    return invalid(
      'Minimum capacity cannot be less than 1 for a SageMaker endpoint variant',
      'use a minimum of at least 1 instance',
    );
  if (maxCapacity !== null && maxCapacity < (minCapacity ?? 1))
    return invalid(
      'Maximum capacity cannot be less than minimum capacity',
      `raise the maximum to ${minCapacity ?? 1} or more`,
    );
  return null;
}
