import { type MlbenchError, userError } from '../../core/errors.ts';
import { formatDurationMs } from '../../core/units.ts';

/** One machine has ports for no more. */
export const mostUsers = 60_000;
/** Arrivals a second that can be scheduled. */
export const mostRateRps = 1_000_000;
export const longestLoadMs = 35 * 86_400_000;

export function sendsNothing(why: string): MlbenchError {
  return userError(
    'sends-nothing',
    `this load would send nothing: ${why}`,
    'give --rate, or a stage, a level above 0, or lengthen the run',
  );
}

/** @throws MlbenchError `too-long` */
export function checkLength(durationMs: number): void {
  if (durationMs <= longestLoadMs) return;
  throw userError(
    'too-long',
    `${formatDurationMs(durationMs)} are more than a load may last`,
    `keep it within ${formatDurationMs(longestLoadMs)}`,
  );
}
