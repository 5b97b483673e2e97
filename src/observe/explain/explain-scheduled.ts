import type { ActivityObservation } from '../observation/observation.ts';
import { countSetBy } from './explain-change.ts';

/**
 * What a scheduled action did, in words:
 * `scheduled action morning: minimum of 3 → 1 to 3; cooldowns neither hold it up nor follow it`. AWS names the action
 * in the activity that sets the range alone; the count's own says which bound it was.
 * @param before what was desired before; null where nobody saw it
 * @returns undefined where the activity is none of a range's
 */
export function explainScheduled(
  activity: Pick<ActivityObservation, 'sets' | 'trigger' | 'startMs'>,
  activities: readonly ActivityObservation[],
  before: number | null,
): string | undefined {
  const { trigger } = activity;
  if (trigger?.by === 'scheduled-action') return `scheduled action ${trigger.name}`;
  const to = countSetBy(activity);
  if (trigger?.by !== 'range' || to === undefined) return undefined;
  const { bound, capacity } = trigger;
  const action = activities
    .filter(({ startMs, sets }) => startMs <= activity.startMs && setsBound(sets, bound, capacity))
    .sort((a, b) => b.startMs - a.startMs)
    .flatMap((other) => (other.trigger?.by === 'scheduled-action' ? other.trigger.name : []))[0];
  const who = action === undefined ? '' : `scheduled action ${action}: `;
  const change = before === null ? `${to}` : `${before} to ${to}`;
  return `${who}${bound} of ${capacity} → ${change}; cooldowns neither hold it up nor follow it`;
}

function setsBound(
  sets: ActivityObservation['sets'],
  bound: 'minimum' | 'maximum',
  capacity: number,
): boolean {
  return sets?.what === 'range' && (bound === 'minimum' ? sets.min : sets.max) === capacity;
}
