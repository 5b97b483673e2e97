import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextRunMs, parseSchedule } from '../../../src/scaling/policies/schedule.ts';
import { instantOf, isTimeZone, wallTimeAt } from '../../../src/scaling/policies/time-zone.ts';

const after = (text: string) => Date.parse(text);

/** The first `count` times after a moment, as ISO texts without seconds. */
function times(
  expression: string,
  from: string,
  { count = 3, timeZone = 'UTC', start = null as string | null, end = null as string | null } = {},
): (string | null)[] {
  const schedule = parseSchedule(expression);
  if ('problem' in schedule) throw new Error(schedule.problem);
  const window = {
    timeZone,
    startMs: start === null ? null : after(start),
    endMs: end === null ? null : after(end),
    createdMs: after(from),
  };
  const found: (string | null)[] = [];
  let atMs: number | null = after(from);
  for (let i = 0; i < count && atMs !== null; i++) {
    atMs = nextRunMs(schedule, window, atMs);
    found.push(atMs === null ? null : new Date(atMs).toISOString().slice(0, 16));
  }
  return found;
}

describe('cron', () => {
  // 22 November 2026 is a Sunday.
  it.each([
    ['0 8 * * ? *', ['2026-11-23T08:00', '2026-11-24T08:00', '2026-11-25T08:00']],
    ['0 8 ? * MON-FRI *', ['2026-11-23T08:00', '2026-11-24T08:00', '2026-11-25T08:00']],
    ['30 6 ? * MON *', ['2026-11-23T06:30', '2026-11-30T06:30', '2026-12-07T06:30']],
    ['0/20 17 * * ? *', ['2026-11-22T17:00', '2026-11-22T17:20', '2026-11-22T17:40']],
    ['*/30 * * * ? *', ['2026-11-22T15:30', '2026-11-22T16:00', '2026-11-22T16:30']],
    ['10,50 15 ? * 1 *', ['2026-11-22T15:10', '2026-11-22T15:50', '2026-11-29T15:10']],
    ['0 0 L * ? *', ['2026-11-30T00:00', '2026-12-31T00:00', '2027-01-31T00:00']],
    ['0 0 29 2 ? *', ['2028-02-29T00:00', '2032-02-29T00:00', '2036-02-29T00:00']],
    ['0 0 ? * 6L *', ['2026-11-27T00:00', '2026-12-25T00:00', '2027-01-29T00:00']],
    ['0 0 ? * 3#2 *', ['2026-12-08T00:00', '2027-01-12T00:00', '2027-02-09T00:00']],
    ['0 0 ? * TUE#5 *', ['2026-12-29T00:00', '2027-03-30T00:00', '2027-06-29T00:00']],
    // The 15th of a month: 2027-05 a Saturday, 2027-08 a Sunday; the 1st of 2027-05 a Saturday, 31 October 2027 a Sunday.
    ['0 0 15W 5,8 ? 2027', ['2027-05-14T00:00', '2027-08-16T00:00', null]],
    ['0 0 1W 5 ? 2027', ['2027-05-03T00:00', null]],
    ['0 0 LW 10 ? 2027', ['2027-10-29T00:00', null]],
    ['0 12 1 JAN ? 2027-2028', ['2027-01-01T12:00', '2028-01-01T12:00', null]],
    ['0 12 1 1 ? 2020', [null]],
    ['0 0 31 2 ? *', [null]],
    ['59 23 31 DEC ? 2199', ['2199-12-31T23:59', null]],
  ])('(%s)', (expression, expected) => {
    expect(times(`cron(${expression})`, '2026-11-22T15:00:00Z')).toEqual(expected);
  });

  it('goes by the clocks of its zone', () => {
    expect(times('cron(0 8 * * ? *)', '2026-03-27T12:00:00Z', { timeZone: 'Europe/Berlin' })).toEqual([
      '2026-03-28T07:00',
      '2026-03-29T06:00', // summer time
      '2026-03-30T06:00',
    ]);
    expect(
      times('cron(0 8 * * ? *)', '2026-11-22T00:00:00Z', { timeZone: 'Asia/Kolkata', count: 1 }),
    ).toEqual(['2026-11-22T02:30']);
  });

  it('leaves out what clocks skip in spring', () => {
    expect(times('cron(30 2 * * ? *)', '2026-03-27T12:00:00Z', { timeZone: 'Europe/Berlin' })).toEqual([
      '2026-03-28T01:30',
      '2026-03-30T00:30',
      '2026-03-31T00:30',
    ]);
  });

  it('runs once where clocks show a time twice in autumn', () => {
    expect(times('cron(30 1 * * ? *)', '2026-10-31T12:00:00Z', { timeZone: 'America/New_York' })).toEqual([
      '2026-11-01T05:30',
      '2026-11-02T06:30',
      '2026-11-03T06:30',
    ]);
  });

  it.each([
    ['0 8 * * *', 'it has 5 fields instead of 6'],
    ['0 8 * * * *', 'exactly one of day-of-month and day-of-week must be ?'],
    ['0 8 ? * ? *', 'exactly one of day-of-month and day-of-week must be ?'],
    ['60 8 * * ? *', 'its field minutes cannot be read'],
    ['0 24 * * ? *', 'its field hours cannot be read'],
    ['0 8 32 * ? *', 'its field day-of-month cannot be read'],
    ['0 8 ? * 3#6 *', 'its field day-of-week cannot be read'],
    ['0 8 ? * 8 *', 'its field day-of-week cannot be read'],
    ['0 8 * JANUARY ? *', 'its field month cannot be read'],
    ['0 8 * * ? 1969', 'its field year cannot be read'],
    ['0/0 8 * * ? *', 'its field minutes cannot be read'],
    ['5-1 8 * * ? *', 'its field minutes cannot be read'],
  ])('(%s) is refused', (expression, problem) => {
    expect(parseSchedule(`cron(${expression})`)).toEqual({ problem });
  });
});

describe('at', () => {
  it('is once, in the zone', () => {
    const at = 'at(2026-11-23T08:00:30)';
    expect(times(at, '2026-11-22T00:00:00Z')).toEqual(['2026-11-23T08:00', null]);
    expect(times(at, '2026-11-22T00:00:00Z', { timeZone: 'America/Los_Angeles' })).toEqual([
      '2026-11-23T16:00',
      null,
    ]);
    expect(times(at, '2026-11-24T00:00:00Z')).toEqual([null]);
  });

  it('is moved on where clocks skip it', () => {
    expect(
      times('at(2026-03-29T02:30:00)', '2026-03-01T00:00:00Z', { timeZone: 'Europe/Berlin', count: 1 }),
    ).toEqual(['2026-03-29T01:30']); // 03:30 summer time
  });

  it.each(['at(2026-11-22)', 'at(2026-02-30T00:00:00)', 'at(2026-11-22T25:00:00)', 'at()'])(
    '%s is refused',
    (text) => expect(parseSchedule(text)).toMatchObject({ problem: expect.stringContaining('at takes') }),
  );
});

describe('rate', () => {
  it('counts from its making, or from its start', () => {
    expect(times('rate(5 minutes)', '2026-11-22T15:00:00Z')).toEqual([
      '2026-11-22T15:05',
      '2026-11-22T15:10',
      '2026-11-22T15:15',
    ]);
    const start = '2026-11-23T00:00:00Z';
    expect(times('rate(1 day)', '2026-11-22T15:00:00Z', { start, end: '2026-11-24T00:00:00Z' })).toEqual([
      '2026-11-23T00:00',
      '2026-11-24T00:00',
      null,
    ]);
    expect(times('rate(12 hours)', '2026-11-25T01:00:00Z', { start, count: 1 })).toEqual([
      '2026-11-25T12:00',
    ]);
  });

  it.each(['rate(0 minutes)', 'rate(5 seconds)', 'rate(minute)', 'rate(1.5 hours)'])(
    '%s is refused',
    (text) => expect(parseSchedule(text)).toMatchObject({ problem: expect.stringContaining('rate takes') }),
  );
});

describe('time zones', () => {
  it.each([
    ['Europe/Berlin', true],
    ['Etc/GMT+9', true],
    ['Pacific/Tahiti', true],
    ['UTC', true],
    ['Mars/Olympus', false],
    ['+01:00', false],
    ['', false],
  ])('%s: %s', (name, known) => expect(isTimeZone(name)).toBe(known));

  it('read back what they say, but for the hour shown twice', () => {
    const zones = fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
    );
    fc.assert(
      fc.property(zones, fc.integer({ min: 0, max: 4_000_000_000 }), (zone, seconds) => {
        const back = instantOf(zone, wallTimeAt(zone, seconds * 1_000));
        const earlier = seconds * 1_000 - (back ?? 0);
        expect([0, 1_800_000, 3_600_000]).toContain(earlier);
      }),
      { numRuns: 300, seed: 11 },
    );
  });
});
