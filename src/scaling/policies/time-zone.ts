/** Wall-clock time in a time zone, daylight saving included. */

export interface WallTime {
  year: number;
  /** 1–12 */
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

/** An IANA name: `Europe/Berlin`, `Etc/GMT+9`, `UTC`. (Offsets such as `+01:00` are no names.) */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

export function wallTimeAt(timeZone: string, ms: number): WallTime {
  const shifted = new Date(ms + offsetMs(timeZone, ms));
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
  };
}

/**
 * When clocks there show that time: the first time if they show it twice (autumn), null if they skip it (spring).
 * @param wall a date that exists.
 */
export function instantOf(timeZone: string, wall: WallTime): number | null {
  const { sameFor, candidates } = instantsFor(timeZone, wall);
  const valid = candidates.filter((ms) => ms + offsetMs(timeZone, ms) === sameFor);
  return valid.length > 0 ? Math.min(...valid) : null;
}

/** As `instantOf`, but a time that clocks skip is moved on by what they skip: 02:30 is 03:30 then. */
export function instantAtOrAfter(timeZone: string, wall: WallTime): number {
  return instantOf(timeZone, wall) ?? Math.max(...instantsFor(timeZone, wall).candidates);
}

const dayMs = 86_400_000;

/** With the zone's offset before the wall time, and after it; no zone changes twice in two days. */
function instantsFor(timeZone: string, wall: WallTime): { sameFor: number; candidates: number[] } {
  const { year, month, day, hour, minute, second } = wall;
  const asUtc = Date.UTC(year, month - 1, day, hour, minute, second);
  return {
    sameFor: asUtc,
    candidates: [asUtc - dayMs, asUtc + dayMs].map((ms) => asUtc - offsetMs(timeZone, ms)),
  };
}

/** Wall time − UTC. */
function offsetMs(timeZone: string, ms: number): number {
  if (timeZone === 'UTC') return 0;
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, Number(value)]),
  ) as Record<keyof WallTime, number>;
  const { year, month, day, hour, minute, second } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1_000) * 1_000;
}

/** Expensive to make; there are some hundred zones. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** @throws RangeError for an unknown zone */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, made);
  return made;
}
