/**
 * Cooldowns, counted from a change's success ("Define cooldown periods", Application Auto Scaling User Guide).
 *
 *                           scale-out wanted                              scale-in wanted
 *   no cooldown             acts                                          acts
 *   scale-out cooldown      only a larger one acts, less what the         acts
 *                           first one added
 *   scale-in cooldown       acts at once, ends the cooldown               waits
 */
export interface Cooldowns {
  scaleOut: { untilMs: number; baseCapacity: number } | null;
  scaleIn: { untilMs: number } | null;
}

/** AWS: "Cooldown periods", for SageMaker variants. */
const defaultCooldownMs = 300_000;

export function cooldownOf(seconds: number | undefined): number {
  return seconds === undefined ? defaultCooldownMs : seconds * 1_000;
}

export const noCooldowns: Cooldowns = { scaleOut: null, scaleIn: null };

/** @param change.baseCapacity what the capacity was before the scale-out that is counted. */
export function coolDown(
  change: { direction: 'out' | 'in'; cooldownMs: number; baseCapacity: number },
  succeededMs: number,
): Cooldowns {
  const untilMs = succeededMs + change.cooldownMs;
  return change.direction === 'out'
    ? { scaleOut: { untilMs, baseCapacity: change.baseCapacity }, scaleIn: null }
    : { scaleOut: null, scaleIn: { untilMs } };
}

/**
 * The capacity that a scale-out is counted from.
 *
 *   by proportion   wanted = ceil(base × metric / target value)
 *   by steps        wanted = base + the step's adjustment
 *
 * During a scale-out cooldown the base stays what it was before, so that the instances added already are part of what
 * is wanted: it acts only if wanted > current, and adds only the difference. (The metric of that time was still
 * measured on fewer instances; taken of the new capacity it would scale out twice for one burst.)
 */
export function scaleOutBase(cooldowns: Cooldowns, current: number, nowMs: number): number {
  const cooling = cooldowns.scaleOut;
  return cooling && nowMs < cooling.untilMs ? Math.min(cooling.baseCapacity, current) : current;
}

export function scaleInIsCooling(cooldowns: Cooldowns, nowMs: number): boolean {
  return cooldowns.scaleIn !== null && nowMs < cooldowns.scaleIn.untilMs;
}
