/**
 * AWS's cron expressions: `Minutes Hours Day-of-month Month Day-of-week Year`.
 *
 *   field          values             wildcards
 *   minutes        0–59               , - * /
 *   hours          0–23               , - * /
 *   day of month   1–31               , - * / ? L W
 *   month          1–12, JAN–DEC      , - * /
 *   day of week    1–7, SUN–SAT       , - * / ? L #
 *   year           1970–2199          , - * /
 *
 * One of the two day fields is `?`. `L` is the month's last day (`6L`: its last Friday), `15W` the weekday nearest to
 * the 15th within its month, `LW` the last weekday, `3#2` the second Tuesday. Source: EventBridge's cron reference,
 * which Application Auto Scaling's guide names.
 */
import { instantOf, wallTimeAt } from './time-zone.ts';

export interface Cron {
  minutes: readonly number[];
  hours: readonly number[];
  months: readonly number[];
  years: readonly number[];
  isDay(year: number, month: number, day: number): boolean;
}

/** @returns the expression, or what is wrong with it. */
export function parseCron(text: string): Cron | { problem: string } {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== 6) return { problem: `it has ${fields.length} fields instead of 6` };
  const [minuteField, hourField, dayField, monthField, weekdayField, yearField] = fields as Six;
  if ((dayField === '?') === (weekdayField === '?'))
    return { problem: 'exactly one of day-of-month and day-of-week must be ?' };
  const minutes = valuesOf(minuteField, ranges.minute);
  const hours = valuesOf(hourField, ranges.hour);
  const months = valuesOf(monthField, ranges.month);
  const years = valuesOf(yearField, ranges.year);
  const isDay = dayField === '?' ? weekdaysOf(weekdayField) : daysOf(dayField);
  const day = dayField === '?' ? 'day-of-week' : 'day-of-month';
  const parsed = { minutes, hours, [day]: isDay, month: months, year: years };
  const unread = Object.entries(parsed).find(([, value]) => value === undefined);
  if (!minutes || !hours || !months || !years || !isDay)
    return { problem: `its field ${unread?.[0]} cannot be read` };
  return { minutes, hours, months, years, isDay };
}

/** The first time after `afterMs`; a time that the zone's clocks skip is left out, one shown twice counts once. */
export function nextCronMs(cron: Cron, timeZone: string, afterMs: number): number | null {
  const from = wallTimeAt(timeZone, afterMs);
  for (const year of cron.years) {
    if (year < from.year) continue;
    for (const month of cron.months) {
      if (year === from.year && month < from.month) continue;
      const firstDay = year === from.year && month === from.month ? from.day : 1;
      for (let day = firstDay; day <= daysIn(year, month); day++) {
        const found = cron.isDay(year, month, day)
          ? nextInDay(cron, timeZone, { year, month, day }, afterMs)
          : null;
        if (found !== null) return found;
      }
    }
  }
  return null;
}

function nextInDay(
  { hours, minutes }: Cron,
  timeZone: string,
  day: { year: number; month: number; day: number },
  afterMs: number,
): number | null {
  for (const hour of hours) {
    for (const minute of minutes) {
      const ms = instantOf(timeZone, { ...day, hour, minute, second: 0 });
      if (ms !== null && ms > afterMs) return ms;
    }
  }
  return null;
}

type Six = [string, string, string, string, string, string];
type IsDay = (year: number, month: number, day: number) => boolean;

interface Range {
  min: number;
  max: number;
  names?: readonly string[];
}

const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const ranges = {
  minute: { min: 0, max: 59 },
  hour: { min: 0, max: 23 },
  day: { min: 1, max: 31 },
  month: { min: 1, max: 12, names: monthNames },
  weekday: { min: 1, max: 7, names: weekdayNames },
  year: { min: 1970, max: 2199 },
} satisfies Record<string, Range>;

/** Lists, ranges and steps; undefined if it is none of them. */
function valuesOf(field: string, range: Range): number[] | undefined {
  const values = new Set<number>();
  for (const item of field.split(',')) {
    const match = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(item);
    if (!match) return undefined;
    const [, first = '', last, step] = match;
    if (first === '*' && last !== undefined) return undefined;
    const from = first === '*' ? range.min : numberOf(first, range);
    const to =
      last !== undefined ? numberOf(last, range) : first === '*' || step !== undefined ? range.max : from;
    const by = step === undefined ? 1 : Number(step);
    if (from === undefined || to === undefined || to < from || by < 1) return undefined;
    for (let value = from; value <= to; value += by) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

function numberOf(text: string, { min, max, names }: Range): number | undefined {
  const named = names?.indexOf(text.toUpperCase()) ?? -1;
  const value = named >= 0 ? named + min : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : undefined;
}

function daysOf(field: string): IsDay | undefined {
  if (field === 'L') return (year, month, day) => day === daysIn(year, month);
  if (field === 'LW') return (year, month, day) => day === nearestWeekday(year, month, daysIn(year, month));
  const near = /^(\d+)W$/.exec(field)?.[1];
  if (near !== undefined) {
    const wanted = numberOf(near, ranges.day);
    if (wanted === undefined) return undefined;
    return (year, month, day) => wanted <= daysIn(year, month) && day === nearestWeekday(year, month, wanted);
  }
  const days = valuesOf(field, ranges.day);
  return days && ((_year, _month, day) => days.includes(day));
}

function weekdaysOf(field: string): IsDay | undefined {
  if (field === 'L') return weekdaysOf('7');
  const last = /^(\w+)L$/.exec(field)?.[1];
  if (last !== undefined) {
    const wanted = numberOf(last, ranges.weekday);
    if (wanted === undefined) return undefined;
    return (year, month, day) => weekdayOf(year, month, day) === wanted && day + 7 > daysIn(year, month);
  }
  const [, named, nth] = /^(\w+)#([1-5])$/.exec(field) ?? [];
  if (named !== undefined) {
    const wanted = numberOf(named, ranges.weekday);
    if (wanted === undefined) return undefined;
    return (year, month, day) => weekdayOf(year, month, day) === wanted && Math.ceil(day / 7) === Number(nth);
  }
  const weekdays = valuesOf(field, ranges.weekday);
  return weekdays && ((year, month, day) => weekdays.includes(weekdayOf(year, month, day)));
}

/** Never in another month. */
function nearestWeekday(year: number, month: number, day: number): number {
  const weekday = weekdayOf(year, month, day);
  if (weekday === 7) return day > 1 ? day - 1 : day + 2;
  if (weekday === 1) return day < daysIn(year, month) ? day + 1 : day - 2;
  return day;
}

/** 1 is Sunday. */
function weekdayOf(year: number, month: number, day: number): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
