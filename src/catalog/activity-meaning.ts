/** What Application Auto Scaling means by the sentences of an activity, read once where they come in. */
export interface ActivityMeaning {
  /** Null: it sets nothing, or nothing that is known here. */
  sets: { what: 'count'; count: number } | { what: 'range'; min: number | null; max: number | null } | null;
  /** Null: a person, or what is not known here. */
  trigger: ActivityTrigger | null;
}

type ActivityTrigger =
  | { by: 'alarm'; alarmName: string; policyName: string; state: string }
  | { by: 'scheduled-action'; name: string }
  /** The count was outside of a range that a scheduled action had set. */
  | { by: 'range'; bound: 'minimum' | 'maximum'; capacity: number };

export function readActivity(description: string, cause: string): ActivityMeaning {
  return { sets: setsIn(description), trigger: readTrigger(cause) };
}

/** AWS's wording: `Setting desired instance count to 4.` Undefined for an activity that sets no count. */
export function countIn(description: string): number | undefined {
  const count = /desired instance count to (\d+)/.exec(description)?.[1];
  return count === undefined ? undefined : Number(count);
}

/** AWS's wording: `monitor alarm A in state ALARM triggered policy P`. */
export function readTrigger(cause: string): ActivityTrigger | null {
  const [, alarmName, state, policyName] =
    /^monitor alarm (.+) in state (\w+) triggered policy (.+)$/.exec(cause) ?? [];
  if (alarmName !== undefined && state !== undefined && policyName !== undefined)
    return { by: 'alarm', alarmName, policyName, state };
  const [, name] = /^scheduled action name (.+) was triggered$/.exec(cause) ?? [];
  if (name !== undefined) return { by: 'scheduled-action', name };
  const [, bound, capacity] = /^(minimum|maximum) capacity was set to (\d+)/.exec(cause) ?? [];
  if (bound === undefined) return null;
  return { by: 'range', bound: bound as 'minimum' | 'maximum', capacity: Number(capacity) };
}

/** `Setting min capacity to 3 and max capacity to 5` */
function setsIn(description: string): ActivityMeaning['sets'] {
  const count = countIn(description);
  if (count !== undefined) return { what: 'count', count };
  const min = /min capacity to (\d+)/.exec(description)?.[1];
  const max = /max capacity to (\d+)/.exec(description)?.[1];
  if (min === undefined && max === undefined) return null;
  return { what: 'range', min: numberOrNull(min), max: numberOrNull(max) };
}

function numberOrNull(text: string | undefined): number | null {
  return text === undefined ? null : Number(text);
}
