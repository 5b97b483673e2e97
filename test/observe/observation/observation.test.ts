import { describe, expect, it } from 'vitest';
import { alarmSideOf } from '../../../src/catalog/own-alarms.ts';
import { diffObservation, type Observation } from '../../../src/observe/observation/observation.ts';
import { activity, alarm, metric, observation } from '../samples.ts';

const diff = (previous: Partial<Observation> | undefined, current: Partial<Observation>) =>
  diffObservation(previous && observation(previous), observation({ ...previous, ...current }));

const facts = (...args: Parameters<typeof diff>) => diff(...args).map(({ atMs, type }) => `${atMs} ${type}`);

describe('the difference between two looks', () => {
  it('is nothing if nothing changed', () => {
    const look = observation({
      alarms: [alarm('high')],
      activities: [activity()],
      metrics: [metric(60_000, 5)],
    });
    expect(diffObservation(look, look)).toEqual([]);
  });

  it('is everything at the first look, in the order of cloud time', () => {
    expect(
      facts(undefined, {
        atMs: 500_000,
        alarms: [alarm('high', { sinceMs: 300_000 })],
        activities: [activity({ startMs: 310_000, endMs: 400_000, status: 'Successful' })],
        metrics: [metric(240_000, 9), metric(180_000, 5)],
      }),
    ).toEqual([
      '180000 metric',
      '240000 metric',
      '300000 alarm',
      '310000 activity',
      '400000 activity',
      '500000 capacity',
    ]);
  });

  it('tells capacity when a count or the status changes', () => {
    const variant = { current: 1, desired: 1, endpointStatus: 'InService' };
    expect(diff({ variant }, { variant: { ...variant, desired: 4 } })).toEqual([
      { atMs: 1_000_000, type: 'capacity', current: 1, desired: 4, endpointStatus: 'InService' },
    ]);
    expect(facts({ variant }, { variant: { ...variant, endpointStatus: 'Updating' } })).toHaveLength(1);
    expect(facts({ variant }, { variant: null })).toEqual([]);
  });

  it('tells an alarm’s state with the one before', () => {
    const before = alarm('high', { state: 'OK', sinceMs: 1 });
    const after = alarm('high', { state: 'ALARM', sinceMs: 2, reason: 'over' });
    expect(diff({ alarms: [before] }, { alarms: [after] })).toEqual([
      {
        atMs: 2,
        type: 'alarm',
        alarmName: before.alarmName,
        side: 'high',
        previousState: 'OK',
        state: 'ALARM',
        reason: 'over',
      },
    ]);
  });

  it('tells what happened between two looks from the alarm’s history, and its end once', () => {
    const { alarmName } = alarm('high');
    const transition = (atMs: number, previousState: 'OK' | 'ALARM', state: 'OK' | 'ALARM') =>
      ({ alarmName, side: 'high', atMs, previousState, state, reason: '' }) as const;
    expect(
      facts(
        { alarms: [alarm('high', { state: 'OK', sinceMs: 1 })] },
        {
          alarms: [alarm('high', { state: 'OK', sinceMs: 30 })],
          transitions: [transition(20, 'OK', 'ALARM'), transition(30, 'ALARM', 'OK')],
        },
      ),
    ).toEqual(['20 alarm', '30 alarm']);
  });

  it('tells an activity when it starts and when it ends', () => {
    const started = activity({ startMs: 10, endMs: null, status: 'InProgress' });
    const ended = { ...started, endMs: 90, status: 'Successful', statusMessage: 'done' };
    expect(diff({}, { activities: [started] })).toMatchObject([{ atMs: 10, status: 'InProgress' }]);
    expect(diff({ activities: [started] }, { activities: [ended] })).toMatchObject([
      { atMs: 90, status: 'Successful', statusMessage: 'done' },
    ]);
  });

  it('tells both of an activity first seen at its end, but one that took no time once', () => {
    const ended = activity({ startMs: 10, endMs: 90, status: 'Successful', statusMessage: 'done' });
    expect(diff({}, { activities: [ended] })).toMatchObject([
      { atMs: 10, status: 'InProgress', statusMessage: '' },
      { atMs: 90, status: 'Successful', statusMessage: 'done' },
    ]);
    expect(diff({}, { activities: [{ ...ended, endMs: 10, status: 'Failed' }] })).toMatchObject([
      { atMs: 10, status: 'Failed' },
    ]);
  });

  it('gives a metric the threshold of the alarm that watches it as its target', () => {
    const alarms = [alarm('high', { threshold: 3_000, metricName: 'InvocationsPerInstance' })];
    const told = diff(
      { alarms },
      { metrics: [metric(60_000, 5), { ...metric(60_000, 7), metricName: 'Invocations' }] },
    );
    expect(told).toMatchObject([
      { type: 'metric', metricName: 'InvocationsPerInstance', target: 3_000 },
      { type: 'metric', metricName: 'Invocations', target: null },
    ]);
  });
});

it.each([
  ['TargetTracking-endpoint/e/variant/v-AlarmHigh-44ba2352', 'high'],
  ['TargetTracking-endpoint/e/variant/v-AlarmLow-be2f65eb', 'low'],
  ['my-own', 'other'],
])('the side of %s is %s', (name, side) => expect(alarmSideOf(name)).toBe(side));
