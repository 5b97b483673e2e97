import { createHash } from 'node:crypto';
import type { Alarm } from '../alarms/alarm.ts';
import type { Activity } from './activity.ts';
import { byName } from './by-name.ts';
import type { ScalableTarget, ScalingCommand, ScalingEvent, ScalingState, Step } from './state.ts';

/** A step in the making: the state's tables copied once, then written to; `finish` gives plain data back. */
export interface Draft {
  readonly before: ScalingState;
  alarms: Record<string, Alarm>;
  targets: Record<string, ScalableTarget>;
  activities: Activity[];
  events: ScalingEvent[];
  commands: ScalingCommand[];
  idsMade: number;
}

export function openDraft(state: ScalingState): Draft {
  return {
    before: state,
    alarms: byName(state.alarms),
    targets: byName(state.targets),
    activities: [...state.activities],
    events: [],
    commands: [],
    idsMade: state.idsMade,
  };
}

export function finish(
  draft: Draft,
  changes: Partial<Pick<ScalingState, 'evaluatedToMs' | 'windows'>> = {},
): Step {
  const { before, alarms, targets, activities, events, commands, idsMade } = draft;
  return {
    state: {
      ...before,
      ...changes,
      alarms,
      targets,
      activities: activities.slice(0, before.settings.maxActivities),
      idsMade,
    },
    events,
    commands,
  };
}

export function newId(draft: Draft): string {
  draft.idsMade += 1;
  return stableUuid(draft.before.settings.seed, draft.idsMade);
}

export function updateTarget(draft: Draft, resourceId: string, changes: Partial<ScalableTarget>): void {
  const target = draft.targets[resourceId];
  if (target) draft.targets[resourceId] = { ...target, ...changes };
}

/** Adds an activity, or replaces the one of the same id, and tells of it. */
export function writeActivity(draft: Draft, activity: Activity, atMs: number): void {
  const index = draft.activities.findIndex((other) => other.activityId === activity.activityId);
  if (index < 0) draft.activities.unshift(activity);
  else draft.activities[index] = activity;
  draft.events.push({ type: 'activity', atMs, activity });
}

/**
 * A UUID that is the same for the same parts: the scaling engine names its activities and alarms without randomness.
 */
function stableUuid(...parts: readonly (string | number)[]): string {
  const hex = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
