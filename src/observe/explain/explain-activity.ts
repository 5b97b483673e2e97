import type { ActivityObservation } from '../observation/observation.ts';
import { changeOf, changeText, cooldownText, countBefore } from './explain-change.ts';
import { explainScheduled } from './explain-scheduled.ts';
import type { ScalingHistory } from './scaling-history.ts';

/**
 * Why an activity changes the count. `load`, `watch-scaling` and the report show this one text: a record keeps it with
 * the activity, and a watch computes it from the same datapoints.
 * @param because what was found of this activity before; it never changes
 * @returns undefined where nothing tells
 */
export function explainActivity(
  activity: ActivityObservation,
  history: ScalingHistory,
  because: Because = becauseOf(activity, history),
): string | undefined {
  const { text, change } = because;
  if (text === undefined || change === undefined) return text;
  const cooldown = cooldownText(activity, change);
  return `${text}${activity.status === 'Failed' ? ', which failed' : ''}${cooldown === undefined ? '' : `; ${cooldown}`}`;
}

/** The part of an explanation that holds from the activity's start on. */
export interface Because {
  text: string | undefined;
  /** Undefined for a range's. */
  change: ReturnType<typeof changeOf>;
}

export function becauseOf(activity: ActivityObservation, history: ScalingHistory): Because {
  const change = changeOf(activity, history);
  if (change !== undefined) return { text: changeText(change), change };
  const before = countBefore(activity.startMs, history);
  return { text: explainScheduled(activity, history.activities, before), change };
}
