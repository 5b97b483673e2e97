import { describe, expect, it } from 'vitest';
import type { Observation } from '../../src/observe/observation/observation.ts';
import { isStable, quietSince } from '../../src/observe/stability.ts';
import { activity, alarm, definition, metric, observation, trackingPolicy } from './samples.ts';

const now = 10_000_000;
const minute = 60_000;
const look = (overrides: Partial<Observation>) =>
  observation({ atMs: now, alarms: [alarm('high'), alarm('low', { state: 'ALARM' })], ...overrides });
const at = (current: number, desired = current, endpointStatus = 'InService') => ({
  variant: { current, desired, endpointStatus },
});

describe('the fleet is calm', () => {
  it.each<[string, boolean, Partial<Observation>, number]>([
    ['at the minimum, quiet for long', true, at(1), 10],
    ['at the minimum, quiet for too short a time', false, at(1), 2],
    ['while it updates', false, at(1, 1, 'Updating'), 10],
    ['while instances are missing', false, at(1, 4), 10],
    ['above the minimum, with the low alarm about to act', false, at(3), 60],
    [
      'above the minimum, held there by traffic for the low alarm’s whole range',
      true,
      { ...at(3), alarms: [alarm('high'), alarm('low')] },
      18,
    ],
    [
      'above the minimum, while the low alarm may still fire',
      false,
      { ...at(3), alarms: [alarm('high'), alarm('low')] },
      17,
    ],
    [
      'with the high alarm about to act',
      false,
      { ...at(1), alarms: [alarm('high', { state: 'ALARM' })] },
      60,
    ],
    [
      'with the high alarm on but no room to grow',
      true,
      { ...at(4), alarms: [alarm('high', { state: 'ALARM' }), alarm('low')] },
      60,
    ],
    [
      'with an activity under way',
      false,
      { ...at(1), activities: [activity({ status: 'InProgress', endMs: null })] },
      60,
    ],
    [
      'with a breach that the alarm has not answered yet',
      false,
      { ...at(1), metrics: [metric(now - 2 * minute, 9_000)] },
      60,
    ],
    [
      'with a breach that has passed',
      true,
      { ...at(1), metrics: [metric(now - 3 * minute, 9_000), metric(now - 2 * minute, 10)] },
      60,
    ],
    ['without autoscaling, at once', true, { ...at(3), limits: null, alarms: [] }, 0],
    ['once the endpoint is gone', true, { variant: null }, 0],
  ])('%s: %s', (_when, stable, overrides, quietMinutes) => {
    expect(isStable(look(overrides), now - quietMinutes * minute)).toBe(stable);
  });
});

it('quiet counts from the last change of capacity or activity', () => {
  const first = look(at(1));
  const second = look({ ...at(2), atMs: now + 5 });
  expect(quietSince(undefined, first, undefined)).toBe(now);
  expect(quietSince(first, { ...first, atMs: now + 5 }, 7)).toBe(7);
  expect(quietSince(first, second, 7)).toBe(now + 5);
});

describe("an alarm of the caller's own", () => {
  const mine = (comparison: string) =>
    alarm('high', {
      alarmName: 'mine',
      side: 'other',
      state: 'ALARM',
      definition: definition(comparison, 1),
    });
  const atMinimum = (comparison: string) =>
    isStable(observation({ atMs: 10_000_000, alarms: [mine(comparison)] }), 0);

  it('that asks for less holds up nothing at the minimum, one that asks for more does', () => {
    expect(atMinimum('LessThanThreshold')).toBe(true);
    expect(atMinimum('GreaterThanThreshold')).toBe(false);
  });
});

describe('a low alarm that stands in ALARM for good', () => {
  const low = alarm('low', { state: 'ALARM', definition: definition('LessThanThreshold', 15) });
  const held = (metricValue: number, overrides: Partial<Observation> = {}) =>
    isStable(
      look({
        ...at(2),
        alarms: [alarm('high'), low],
        policies: [trackingPolicy()],
        metrics: [metric(now - 2 * minute, metricValue)],
        ...overrides,
      }),
      now - 60 * minute,
    );

  it('moves nothing where one instance fewer would be too few', () => {
    // 2 at 2,000 for a target of 3,000: one would see 4,000.
    expect(held(2_000)).toBe(true);
    expect(held(1_000)).toBe(false);
  });

  it('moves nothing while another policy that may scale in does not want to', () => {
    const other = alarm('low', { alarmName: 'TargetTracking-other-AlarmLow-2' });
    const policies = [trackingPolicy(), trackingPolicy({ policyName: 'q', alarmNames: [other.alarmName] })];
    expect(held(1_000, { policies, alarms: [low, other] })).toBe(true);
    expect(held(1_000, { policies, alarms: [low, { ...other, state: 'ALARM' }] })).toBe(false);
  });

  it('moves nothing while scale-in is suspended', () => {
    const suspended = { scaleIn: true, scaleOut: false, scheduled: false };
    expect(held(1_000, { limits: { minCapacity: 1, maxCapacity: 4, suspended } })).toBe(true);
  });
});
