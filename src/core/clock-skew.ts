import { formatDurationMs } from './units.ts';

/**
 * How far this machine's clock is from a server's, if that is enough for a signature to be refused: AWS takes five
 * minutes (https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html), S3 and the stand-in
 * fifteen.
 * @param date the answer's `Date`: whole seconds, and as old as the answer took
 * @returns `this machine's clock is 20m ahead of the server's`, or null
 */
export function skewWords(date: string | undefined, nowMs: number): string | null {
  const skewMs = nowMs - Date.parse(date ?? '');
  if (!(Math.abs(skewMs) >= leastSkewMs)) return null;
  // In whole minutes, so that a run's errors have one message and not one for each second.
  const minutes = Math.round(Math.abs(skewMs) / minuteMs);
  return `this machine's clock is ${formatDurationMs(minutes * minuteMs)} ${skewMs > 0 ? 'ahead of' : 'behind'} the server's`;
}

export const setTheClock = 'set the clock: timedatectl set-ntp true, or your system’s own way';

const minuteMs = 60_000;
/** A little less than AWS takes, for what the answer took. */
const leastSkewMs = 4.5 * minuteMs;
