import { describe, expect, it } from 'vitest';
import { explainScheduled } from '../../../src/observe/explain/explain-scheduled.ts';
import { outlookOf } from '../../../src/observe/explain/outlook.ts';
import { activity, observation } from '../samples.ts';

const range = (name: string, description: string, startMs: number) =>
  activity({ activityId: name, description, startMs, cause: `scheduled action name ${name} was triggered` });
const count = (to: number, cause: string) =>
  activity({ description: `Setting desired instance count to ${to}.`, startMs: 10, cause });

describe('what a scheduled action did', () => {
  it('is told of the range that it sets, and of the count that follows', () => {
    const morning = range('morning', 'Setting min capacity to 3 and max capacity to 8', 9);
    const earlier = range('earlier', 'Setting min capacity to 30', 9);
    const change = count(3, 'minimum capacity was set to 3');
    expect(explainScheduled(morning, [morning], null)).toBe('scheduled action morning');
    expect(explainScheduled(change, [earlier, morning, change], 1)).toBe(
      'scheduled action morning: minimum of 3 → 1 to 3; cooldowns neither hold it up nor follow it',
    );
  });

  it('names no action where a person set the range, and nothing of what an alarm asked for', () => {
    expect(explainScheduled(count(2, 'maximum capacity was set to 2'), [], null)).toBe(
      'maximum of 2 → 2; cooldowns neither hold it up nor follow it',
    );
    expect(
      explainScheduled(count(2, 'monitor alarm a in state ALARM triggered policy p'), [], 1),
    ).toBeUndefined();
  });
});

describe('what a schedule will do', () => {
  const action = {
    name: 'morning',
    schedule: 'cron(0 8 * * ? *)',
    timeZone: 'Europe/Berlin',
    startMs: null,
    endMs: null,
    createdMs: 0,
    minCapacity: 3,
    maxCapacity: null,
  };
  const next = (overrides: Parameters<typeof observation>[0]) =>
    outlookOf(observation({ policies: [], ...overrides }), Date.parse('2026-07-01T12:00:00Z')).lines.at(-1)
      ?.text;

  it('is told with its time, the soonest first', () => {
    const later = { ...action, name: 'later', schedule: 'at(2027-01-01T00:00:00)' };
    expect(next({ scheduledActions: [later, action] })).toBe(
      'scheduled action morning: minimum 3 at 2026-07-02 06:00:00 UTC',
    );
  });

  it('is nothing once all is past, or while it is suspended', () => {
    const past = { ...action, schedule: 'at(2020-01-01T00:00:00)' };
    expect(next({ scheduledActions: [past] })).toBe('scheduled actions: none is left to run');
    const suspended = { scaleIn: false, scaleOut: false, scheduled: true };
    expect(next({ scheduledActions: [action], limits: { minCapacity: 1, maxCapacity: 4, suspended } })).toBe(
      'scheduled actions: suspended',
    );
  });
});
