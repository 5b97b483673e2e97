import { formatDurationMs } from '../../core/units.ts';
import type { Expiry } from '../../experiment/cost/expiry.ts';

/** `2026-11-22 20:51 UTC, in 1h59m: AWS deletes the endpoint then`. */
export function expiryText({ at, inMs }: Expiry): string {
  const when = `${at.slice(0, 16).replace('T', ' ')} UTC`;
  const minutesMs = Math.round(Math.abs(inMs) / 60_000) * 60_000;
  const apart = minutesMs === 0 ? 'a moment' : formatDurationMs(minutesMs);
  return inMs > 0
    ? `${when}, in ${apart}: AWS deletes the endpoint then`
    : `${when}, ${apart} ago: AWS was to delete the endpoint then`;
}
