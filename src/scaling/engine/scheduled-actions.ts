/**
 * Scheduled actions: at their time they set a target's minimum and maximum, and bring the capacity inside.
 *
 *   when it is due            does
 *   scheduled is suspended    nothing; the next time counts
 *   minimum above maximum     activity Failed, the range stays (one of the two may come from the target)
 *   else                      activity Successful with the new range; then
 *     capacity inside         nothing more
 *     capacity outside        asks for the nearer bound, whatever cools down, and starts no cooldown
 *     and cannot be changed   not scaled (unscalable); asks on the first minute on which it can be (inferred)
 *
 * They run before the alarms of the same instant.
 */

import { checkCapacityRange } from '../policies/check-target.ts';
import { nextRunMs, parseSchedule } from '../policies/schedule.ts';
import { askForCapacity, isScalable, noteNotScaled } from './act.ts';
import { rangeActivity } from './activity.ts';
import { byName } from './by-name.ts';
import { type Draft, newId, updateTarget, writeActivity } from './draft.ts';
import type { ScalableTarget, ScheduledAction } from './state.ts';

/** When the next of all is due; infinite if none is. */
export function nextScheduledMs(targets: Readonly<Record<string, ScalableTarget>>): number {
  let nextMs = Number.POSITIVE_INFINITY;
  for (const target of Object.values(targets))
    for (const action of Object.values(target.scheduledActions))
      if (action.nextMs !== null && action.nextMs < nextMs) nextMs = action.nextMs;
  return nextMs;
}

/** Runs what is due at `nowMs`. */
export function runScheduledActions(draft: Draft, nowMs: number): void {
  for (const { resourceId, scheduledActions } of Object.values(draft.targets)) {
    for (const action of Object.values(scheduledActions)) {
      if (action.nextMs === null || action.nextMs > nowMs) continue;
      const target = draft.targets[resourceId];
      if (!target) continue;
      const ran = { ...action, nextMs: nextTime(action, nowMs) };
      updateTarget(draft, resourceId, {
        scheduledActions: byName(target.scheduledActions, { [action.name]: ran }),
      });
      if (!target.suspended.scheduled) runAction(draft, resourceId, action, nowMs);
    }
  }
}

/** Asks for what could not be asked for when the range was set. */
export function retryRanges(draft: Draft, nowMs: number): void {
  for (const target of Object.values(draft.targets))
    if (target.rangeDue && isScalable(target)) bringInside(draft, target, nowMs);
}

/** A capacity outside of [min, max] is brought inside, if SageMaker takes a change now. */
export function bringInside(draft: Draft, target: ScalableTarget, nowMs: number): void {
  const { resourceId, capacity, minCapacity, maxCapacity } = target;
  const current = capacity?.current ?? minCapacity;
  const to = Math.max(minCapacity, Math.min(maxCapacity, current));
  updateTarget(draft, resourceId, { rangeDue: to !== current && !isScalable(target) });
  if (to === current) return;
  const cause =
    to > current
      ? `minimum capacity was set to ${minCapacity}`
      : `maximum capacity was set to ${maxCapacity}`;
  const change = { to, direction: 'bounds' as const, cooldownMs: 0, baseCapacity: to, cause };
  if (isScalable(target)) askForCapacity(draft, target, change, nowMs);
  else noteNotScaled(draft, target, { code: 'TargetServicePutResourceAsUnscalable' }, cause, nowMs);
}

export function nextTime(
  action: Pick<ScheduledAction, 'schedule' | 'timeZone' | 'startMs' | 'endMs' | 'createdMs'>,
  afterMs: number,
): number | null {
  const schedule = parseSchedule(action.schedule);
  if ('problem' in schedule) return null;
  return nextRunMs(schedule, { ...action, timeZone: action.timeZone ?? 'UTC' }, afterMs);
}

function runAction(draft: Draft, resourceId: string, action: ScheduledAction, nowMs: number): void {
  const target = draft.targets[resourceId];
  if (!target) return;
  const minCapacity = action.minCapacity ?? target.minCapacity;
  const maxCapacity = action.maxCapacity ?? target.maxCapacity;
  const problem = checkCapacityRange(minCapacity, maxCapacity);
  writeActivity(
    draft,
    rangeActivity(newId(draft), resourceId, action, problem?.problem ?? null, nowMs),
    nowMs,
  );
  if (problem) return;
  const changed = { ...target, minCapacity, maxCapacity };
  updateTarget(draft, resourceId, { minCapacity, maxCapacity });
  bringInside(draft, changed, nowMs);
}
