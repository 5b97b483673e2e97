import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ComparisonOperator, evaluateSlots, isBreaching } from '../../../src/scaling/alarms/alarm.ts';

const threshold = 60;

/** `0 - X - X`, newest on the right, as AWS prints it: 0 not breaching, X breaching, - missing. */
function slotsOf(pattern: string) {
  return pattern.split(' ').map((mark, index) => ({
    periodStartMs: index * 60_000,
    value: mark === '-' ? null : mark === 'X' ? threshold + 1 : 0,
  }));
}

const definition = {
  comparison: 'GreaterThanThreshold' as const,
  threshold,
  evaluationPeriods: 3,
  datapointsToAlarm: undefined,
  treatMissingData: undefined,
};
const currentState = 'INSUFFICIENT_DATA' as const;
const treatments = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html; `keep`: "Retain current state". */
const tables = [
  {
    name: '3 of 3 datapoints',
    datapointsToAlarm: 3,
    rows: [
      ['0 - X - X', 'OK', 'OK', 'OK', 'OK'],
      ['- - - - 0', 'OK', 'OK', 'OK', 'OK'],
      ['0 - - - -', 'OK', 'OK', 'OK', 'OK'],
      ['- - - - -', 'INSUFFICIENT_DATA', 'keep', 'ALARM', 'OK'],
      ['0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
      ['- - X - -', 'ALARM', 'keep', 'ALARM', 'OK'],
      ['- - - - X', 'keep', 'keep', 'ALARM', 'OK'],
      ['- - - X -', 'keep', 'keep', 'ALARM', 'OK'],
      ['- - X - 0', 'OK', 'OK', 'OK', 'OK'],
    ],
  },
  {
    name: '2 of 3 datapoints',
    datapointsToAlarm: 2,
    rows: [
      ['0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
      ['0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
      ['0 - X - -', 'OK', 'OK', 'ALARM', 'OK'],
      ['- - - - 0', 'OK', 'OK', 'ALARM', 'OK'],
      ['- - - X -', 'ALARM', 'keep', 'ALARM', 'OK'],
    ],
  },
] as const;

describe.each(tables)("AWS's table of missing data, $name", ({ datapointsToAlarm, rows }) => {
  it.each(rows.map((row) => [...row]))('%s', (pattern, ...expected) => {
    const states = treatments.map(
      (treatMissingData) =>
        evaluateSlots({ ...definition, datapointsToAlarm, treatMissingData }, slotsOf(pattern), currentState)
          .state,
    );
    expect(states).toEqual(expected.map((state) => (state === 'keep' ? currentState : state)));
  });
});

describe('an evaluation', () => {
  it('keeps OK and ALARM alike while the only data is breaching and too young', () => {
    for (const current of ['OK', 'ALARM'] as const)
      expect(evaluateSlots(definition, slotsOf('- - - - X'), current).state).toBe(current);
  });

  it('looks at the newest three datapoints, newest first', () => {
    const { evaluated, filled } = evaluateSlots(definition, slotsOf('X 0 X - X'), 'OK');
    expect(evaluated.map((point) => point.periodStartMs)).toEqual([240_000, 120_000, 60_000]);
    expect(filled).toBe(0);
  });

  it('needs all of N datapoints where M is not given', () => {
    expect(evaluateSlots(definition, slotsOf('X X 0 X X'), 'OK').state).toBe('OK');
    expect(evaluateSlots(definition, slotsOf('0 0 X X X'), 'OK').state).toBe('ALARM');
  });
});

describe('comparison operators', () => {
  it.each<[ComparisonOperator, boolean, boolean, boolean]>([
    ['GreaterThanOrEqualToThreshold', false, true, true],
    ['GreaterThanThreshold', false, false, true],
    ['LessThanThreshold', true, false, false],
    ['LessThanOrEqualToThreshold', true, true, false],
  ])('%s: below %s, at %s, above %s', (comparison, below, at, above) => {
    expect([59, 60, 61].map((value) => isBreaching(comparison, value, 60))).toEqual([below, at, above]);
  });
});

describe('however the data is', () => {
  const patterns = fc.record({
    marks: fc.array(fc.constantFrom('X', '0', '-'), { minLength: 5, maxLength: 5 }),
    datapointsToAlarm: fc.integer({ min: 1, max: 3 }),
  });
  const stateOf = (
    marks: readonly string[],
    datapointsToAlarm: number,
    treatMissingData: (typeof treatments)[number],
  ) =>
    evaluateSlots(
      { ...definition, datapointsToAlarm, treatMissingData },
      slotsOf(marks.join(' ')),
      currentState,
    ).state;

  it('the treatment of missing data is not asked while there are N datapoints', () => {
    fc.assert(
      fc.property(patterns, ({ marks, datapointsToAlarm }) => {
        fc.pre(marks.filter((mark) => mark !== '-').length >= 3);
        const states = treatments.map((treatment) => stateOf(marks, datapointsToAlarm, treatment));
        expect(new Set(states).size).toBe(1);
      }),
    );
  });

  it('missing data that counts as breaching alarms wherever any other treatment does', () => {
    fc.assert(
      fc.property(patterns, ({ marks, datapointsToAlarm }) => {
        const states = treatments.map((treatment) => stateOf(marks, datapointsToAlarm, treatment));
        if (states.includes('ALARM')) expect(stateOf(marks, datapointsToAlarm, 'breaching')).toBe('ALARM');
        if (stateOf(marks, datapointsToAlarm, 'notBreaching') === 'ALARM')
          expect(new Set(states)).toEqual(new Set(['ALARM']));
      }),
    );
  });
});
