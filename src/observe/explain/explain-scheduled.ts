import type { ActivityObservation } from '../observation/observation.ts';
import { desiredIn } from './explain-change.ts';

/**
 * What a scheduled action did, in words: `scheduled action morning: minimum of 3 → 1 to 3; cooldowns neither hold it up nor
 * follow it`. AWS names the action in the activity that sets the range alone; the count's own says which bound it was.
 * @param before what was desired before; null where nobody saw it
 * @returns undefined where the activity is none of a range's
 */
export function explainScheduled(
  activity: Pick<ActivityObservation, 'cause' | 'description' | 'startMs'>,
  activities: readonly ActivityObservation[],
  before: number | null,
): string | undefined {
  const name = actionIn(activity.cause);
  if (name !== undefined) return `scheduled action ${name}`;
  const [, bound, value] = /^(minimum|maximum) capacity was set to (\d+)/.exec(activity.cause) ?? [];
  const to = desiredIn(activity.description);
  if (bound === undefined || to === undefined) return undefined;
  const wording = `${bound.slice(0, 3)} capacity to ${value}`;
  const action = activities
    .filter(({ startMs, description }) => startMs <= activity.startMs && hasWords(description, wording))
    .sort((a, b) => b.startMs - a.startMs)
    .flatMap(({ cause }) => actionIn(cause) ?? [])[0];
  const who = action === undefined ? '' : `scheduled action ${action}: `;
  const change = before === null ? `${to}` : `${before} to ${to}`;
  return `${who}${bound} of ${value} → ${change}; cooldowns neither hold it up nor follow it`;
}

function actionIn(cause: string): string | undefined {
  return /^scheduled action name (.+) was triggered$/.exec(cause)?.[1];
}

/** `min capacity to 3` is not in `min capacity to 30`. */
function hasWords(text: string, words: string): boolean {
  return new RegExp(`${words}(?!\\d)`).test(text);
}
