/** When a scheduled action runs: `at(2026-11-22T15:00:00)`, `rate(5 minutes)`, `cron(0 8 ? * MON-FRI *)`. */
import { type Cron, nextCronMs, parseCron } from './cron.ts';
import { instantAtOrAfter, type WallTime } from './time-zone.ts';

export type Schedule =
  | { kind: 'at'; wall: WallTime }
  | { kind: 'rate'; everyMs: number }
  | { kind: 'cron'; cron: Cron };

/** What the schedule lies in. */
export interface ScheduleWindow {
  /** Of `at` and `cron`; a rate knows no zone. */
  timeZone: string;
  startMs: number | null;
  endMs: number | null;
  /** What a rate without a start counts from. */
  createdMs: number;
}

/** @returns the schedule, or what is wrong with it. */
export function parseSchedule(text: string): Schedule | { problem: string } {
  const [, kind, inside = ''] = /^(at|rate|cron)\((.*)\)$/.exec(text.trim()) ?? [];
  switch (kind) {
    case 'at':
      return parseAt(inside);
    case 'rate':
      return parseRate(inside);
    case 'cron': {
      const cron = parseCron(inside);
      return 'problem' in cron ? cron : { kind, cron };
    }
    default:
      return { problem: 'it is none of at(…), rate(…) and cron(…)' };
  }
}

/**
 * The first time after `afterMs`; null: never again.
 *
 *   at     once
 *   rate   at the start and every so long after it; without a start first one interval after its making (inferred)
 *   cron   as it says, in the zone's wall time
 *
 * All of it only from `startMs` to `endMs`, both included.
 */
export function nextRunMs(schedule: Schedule, window: ScheduleWindow, afterMs: number): number | null {
  const { startMs, endMs } = window;
  const after = Math.max(afterMs, (startMs ?? Number.NEGATIVE_INFINITY) - 1);
  const next = nextOf(schedule, window, after);
  return next === null || (endMs !== null && next > endMs) ? null : next;
}

function nextOf(schedule: Schedule, window: ScheduleWindow, afterMs: number): number | null {
  switch (schedule.kind) {
    case 'at': {
      const ms = instantAtOrAfter(window.timeZone, schedule.wall);
      return ms > afterMs ? ms : null;
    }
    case 'rate': {
      const { everyMs } = schedule;
      const firstMs = window.startMs ?? window.createdMs + everyMs;
      const passed = Math.max(0, Math.floor((afterMs - firstMs) / everyMs) + 1);
      return firstMs + passed * everyMs;
    }
    case 'cron':
      return nextCronMs(schedule.cron, window.timeZone, afterMs);
  }
}

function parseAt(text: string): Schedule | { problem: string } {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)$/.exec(text.trim());
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match?.slice(1).map(Number) ?? [];
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const isDate = match !== null && date.toISOString().startsWith(text.trim());
  if (!isDate) return { problem: 'at takes a date like 2026-11-22T15:00:00' };
  return { kind: 'at', wall: { year, month, day, hour, minute, second } };
}

const unitMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

function parseRate(text: string): Schedule | { problem: string } {
  const [, value, unit] = /^(\d+)\s+(minute|hour|day)s?$/.exec(text.trim()) ?? [];
  if (value === undefined || Number(value) < 1)
    return { problem: 'rate takes a whole number and minutes, hours or days' };
  return { kind: 'rate', everyMs: Number(value) * unitMs[unit as keyof typeof unitMs] };
}
