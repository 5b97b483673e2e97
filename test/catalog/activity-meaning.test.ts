import { describe, expect, it } from 'vitest';
import { readActivity } from '../../src/catalog/activity-meaning.ts';
import { alarmCause, changeActivity, rangeActivity } from '../../src/scaling/engine/activity.ts';

const meaningOf = ({ description, cause }: { description: string; cause: string }) =>
  readActivity(description, cause);

describe('what an activity means', () => {
  it.each(['a', 'TargetTracking-endpoint/e/variant/v-AlarmHigh-1', 'my alarm in state of mind'])(
    'is read from the sentences that the scaling engine writes: a policy acted on the alarm %j',
    (alarmName) => {
      const cause = alarmCause(alarmName, 'ALARM', 'keep it cool');
      expect(meaningOf(changeActivity('id', 'r', 12, cause, 0))).toEqual({
        sets: { what: 'count', count: 12 },
        trigger: { by: 'alarm', alarmName, policyName: 'keep it cool', state: 'ALARM' },
      });
    },
  );

  it.each([
    [
      { minCapacity: 3, maxCapacity: 30 },
      { min: 3, max: 30 },
    ],
    [
      { minCapacity: null, maxCapacity: 5 },
      { min: null, max: 5 },
    ],
    [
      { minCapacity: 30, maxCapacity: null },
      { min: 30, max: null },
    ],
  ])('tells the range %o that a scheduled action set', (range, read) => {
    expect(meaningOf(rangeActivity('id', 'r', { name: 'at eight', ...range }, null, 0))).toEqual({
      sets: { what: 'range', ...read },
      trigger: { by: 'scheduled-action', name: 'at eight' },
    });
  });

  it('tells the bound that the count was brought to', () => {
    expect(readActivity('Setting desired instance count to 3.', 'minimum capacity was set to 3')).toEqual({
      sets: { what: 'count', count: 3 },
      trigger: { by: 'range', bound: 'minimum', capacity: 3 },
    });
  });

  it('is nothing where the sentences are others', () => {
    expect(readActivity('Attempting to scale due to alarm triggered', 'somebody did it')).toEqual({
      sets: null,
      trigger: null,
    });
  });
});
