import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import type {
  ActivityObservation,
  AlarmObservation,
  VariantObservation,
} from '../../src/observe/observation/observation.ts';
import type { PolicyObservation } from '../../src/observe/observation/policy-observation.ts';
import {
  type ObserveEnd,
  type ObserveRequest,
  observeScaling,
  pollIntervalMs,
} from '../../src/observe/observe-scaling.ts';
import type { ScalingSource } from '../../src/observe/source/scaling-source.ts';
import type { TimelineEvent } from '../../src/record/schemas/timeline.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { activity, alarm, definition, metric, trackingPolicy } from './samples.ts';

const minute = 60_000;
const origin = 10 * minute;

/** A cloud that a test scripts; its clock is the wall's. */
class ScriptedCloud implements ScalingSource {
  variant: VariantObservation | null = { current: 1, desired: 1, endpointStatus: 'InService' };
  alarms: AlarmObservation[] = [];
  activities: ActivityObservation[] = [];
  failing: Error | undefined;
  readonly windows: [number, number][] = [];
  looks = 0;
  /** How long after its end a minute can be read. */
  lateMs = 0;

  async describeCreation() {
    return 0;
  }
  async describeVariant() {
    this.looks++;
    if (this.failing) throw this.failing;
    return this.variant;
  }
  async describeLimits() {
    return { minCapacity: 1, maxCapacity: 4 };
  }
  policies: PolicyObservation[] = [];
  async describePolicies() {
    return this.policies;
  }
  async describeScheduledActions() {
    return [];
  }
  async describeAlarms() {
    return this.alarms;
  }
  async describeTransitions() {
    return [];
  }
  async describeActivities(sinceMs: number) {
    return this.activities.filter(({ startMs }) => startMs >= sinceMs);
  }
  async readMetrics(fromMs: number, toMs: number) {
    this.windows.push([fromMs, toMs]);
    const length = Math.max(0, (toMs - this.lateMs - fromMs) / minute);
    const minutes = Array.from({ length }, (_, index) => fromMs + index * minute);
    return minutes.map((atMs) => metric(atMs, atMs / minute));
  }
}

function watch(overrides: Partial<ObserveRequest> = {}, calm = { asked: false }) {
  const clock = new ManualClock(origin);
  const cloud = new ScriptedCloud();
  const abort = new AbortController();
  const events: TimelineEvent[] = [];
  const troubles: unknown[] = [];
  let end: ObserveEnd | undefined;
  const done = observeScaling({
    source: cloud,
    clock,
    cloudClock: { nowMs: () => clock.nowMs(), timeScale: 20 },
    random: createRandom(1),
    originCloudMs: origin,
    emit: (event) => events.push(event),
    onTrouble: (error) => troubles.push(error),
    signal: abort.signal,
    pollEveryMs: 10_000,
    ...overrides,
    get untilStable() {
      return calm.asked;
    },
  }).then((how) => {
    end = how;
  });
  const told = () => events.map(({ type, cloudTimeMs }) => `${cloudTimeMs / 1_000} ${type}`);
  return { clock, cloud, abort, events, troubles, done, told, ended: () => end };
}

describe('watching a variant', () => {
  it('tells each fact once, with its cloud time since the origin', async () => {
    const { clock, cloud, abort, events, told, done, ended } = watch();
    await clock.advance(25_000);
    cloud.variant = { current: 1, desired: 3, endpointStatus: 'Updating' };
    cloud.alarms = [alarm('high', { state: 'ALARM', sinceMs: origin + 21_000 })];
    await clock.advance(30_000);
    expect(told()).toEqual(['0 capacity', '21 alarm', '30 capacity']);
    expect(events.at(-1)).toMatchObject({ at: '1970-01-01T00:10:30.000Z', current: 1, desired: 3 });
    abort.abort();
    await clock.advance(0);
    await done;
    expect(ended()).toBe('aborted');
  });

  it('tells what is new where it was told to, and later what comes late', async () => {
    const { clock, abort, told, done } = watch({ sinceCloudMs: origin + 1 });
    await clock.advance(3 * minute + 5_000);
    abort.abort();
    await clock.advance(0);
    await done;
    expect(told()).toEqual(['0 metric', '60 metric', '120 metric']);
  });

  it('asks for whole minutes since the origin, and tells each once', async () => {
    const { clock, cloud, abort, told, done } = watch();
    await clock.advance(5 * minute + 5_000);
    abort.abort();
    await clock.advance(0);
    await done;
    expect(told()).toEqual(['0 capacity', '0 metric', '60 metric', '120 metric', '180 metric', '240 metric']);
    for (const [from, to] of cloud.windows) {
      expect(from).toBeGreaterThanOrEqual(origin);
      expect([from % minute, to % minute]).toEqual([0, 0]);
    }
  });

  it('reads metrics on AWS, where each is charged, about once a minute', async () => {
    const clock = new ManualClock(origin);
    const cloud = new ScriptedCloud();
    const abort = new AbortController();
    const done = observeScaling({
      source: cloud,
      clock,
      cloudClock: { nowMs: () => clock.nowMs(), timeScale: 1 },
      random: createRandom(1),
      originCloudMs: origin,
      emit: () => {},
      signal: abort.signal,
    });
    for (let minutes = 0; minutes < 60; minutes++) await clock.advance(minute);
    abort.abort();
    await clock.advance(0);
    await done;
    expect(cloud.looks).toBeGreaterThan(220);
    expect(cloud.looks).toBeLessThan(260);
    expect(cloud.windows.length).toBeGreaterThan(50);
    expect(cloud.windows.length).toBeLessThan(64);
  });

  it('says of a datapoint when a look first showed it, but for those that the first look shows', async () => {
    const { clock, abort, events, done } = watch({ originCloudMs: origin - minute });
    await clock.advance(minute + 5_000);
    abort.abort();
    await clock.advance(0);
    await done;
    const metrics = events.flatMap((event) => (event.type === 'metric' ? [event.visibleAtMs] : []));
    expect(metrics).toEqual([undefined, 2 * minute]);
  });

  it('explains the end of a change as its start: what became visible meanwhile had no part in it', async () => {
    const { clock, cloud, abort, events, done } = watch();
    const ringing = alarm('high', {
      state: 'ALARM',
      sinceMs: origin + minute,
      threshold: 1,
      definition: definition('GreaterThanThreshold', 1),
    });
    cloud.policies = [trackingPolicy({ configuration: { TargetValue: 3 } })];
    cloud.lateMs = minute;
    await clock.advance(3 * minute + 1_000);
    const begun = activity({
      status: 'InProgress',
      startMs: origin + 3 * minute + 2_000,
      endMs: null,
      cause: `monitor alarm ${ringing.alarmName} in state ALARM triggered policy p`,
    });
    cloud.alarms = [ringing];
    cloud.activities = [begun];
    await clock.advance(minute);
    cloud.activities = [{ ...begun, status: 'Successful', endMs: origin + 4 * minute }];
    await clock.advance(minute);
    abort.abort();
    await clock.advance(0);
    await done;
    const told = events.flatMap((event) =>
      event.type === 'activity' ? [event.explanation?.split(';')[0]] : [],
    );
    // Minute 12 had ended, but could not be seen yet.
    expect(told).toEqual(Array(2).fill('AlarmHigh: 11 > 1 for 1 of 1 → ceil(1 × 11 / 3) = 4'));
  });

  it('explains an activity in the same words, whoever began to look when', async () => {
    const ringing = alarm('high', {
      state: 'ALARM',
      sinceMs: origin + 4 * minute,
      threshold: 3,
      rangeMs: minute,
      definition: definition('GreaterThanThreshold', 1),
      reason:
        'Threshold Crossed: 1 datapoint [12.0 (01/01/70 00:12:00)] was greater than the threshold (3.0).',
    });
    // A minute later the alarm, still in ALARM, acted again.
    const acted = activity({
      startMs: origin + 5 * minute,
      endMs: origin + 7 * minute,
      description: 'Setting desired instance count to 5.',
      cause: `monitor alarm ${ringing.alarmName} in state ALARM triggered policy p`,
    });
    const told = async (originCloudMs: number, lookMs: number) => {
      const { clock, cloud, abort, events, done } = watch({ originCloudMs });
      cloud.policies = [trackingPolicy({ configuration: { TargetValue: 3 } })];
      cloud.lateMs = minute;
      await clock.advance(lookMs);
      cloud.alarms = [ringing];
      cloud.activities = [{ ...acted, status: 'InProgress', endMs: null }];
      await clock.advance(2 * minute);
      cloud.activities = [acted];
      await clock.advance(minute);
      abort.abort();
      await clock.advance(0);
      await done;
      return events.flatMap((event) => (event.type === 'activity' ? [event.explanation] : []));
    };
    const [start, end] = await told(origin, 5 * minute + 1_000);
    expect(end).toBe(
      'AlarmHigh: 13 > 3 for 1 of 1 → ceil(1 × 13 / 3) = 5; scale-out cooldown until 00:22:00 UTC',
    );
    expect(start?.split(';')[0]).toBe(end?.split(';')[0]);
    expect((await told(0, 40 * minute)).at(-1)).toBe(end);
  });

  it('dates the state of an alarm that is older than the origin at the origin', async () => {
    const { clock, cloud, abort, events, done } = watch();
    cloud.alarms = [alarm('low', { sinceMs: 5 })];
    await clock.advance(0);
    abort.abort();
    await clock.advance(0);
    await done;
    expect(events.find(({ type }) => type === 'alarm')).toMatchObject({
      cloudTimeMs: 0,
      previousState: null,
    });
  });

  it('goes on past failures, telling of a streak once', async () => {
    const { clock, cloud, abort, troubles, told, done, ended } = watch();
    await clock.advance(1_000);
    cloud.failing = new Error('throttled');
    await clock.advance(20_000);
    cloud.failing = undefined;
    cloud.variant = { current: 2, desired: 2, endpointStatus: 'InService' };
    await clock.advance(20_000);
    expect(troubles).toHaveLength(1);
    expect(told()).toEqual(['0 capacity', '30 capacity']);
    abort.abort();
    await clock.advance(0);
    await done;
    expect(ended()).toBe('aborted');
  });

  it('gives up on a cloud that stays away', async () => {
    const { clock, cloud, done, ended } = watch();
    cloud.failing = new Error('refused');
    await clock.advance(2 * minute);
    await done;
    expect(ended()).toBe('unreachable');
    expect(cloud.looks).toBe(1 + 5);
  });

  it('ends once the endpoint is gone', async () => {
    const { clock, cloud, done, ended } = watch();
    await clock.advance(15_000);
    cloud.variant = null;
    await clock.advance(15_000);
    await done;
    expect(ended()).toBe('endpoint-gone');
  });

  it('ends at its limit of cloud time', async () => {
    const { clock, done, ended } = watch({ limitCloudMs: 35_000 });
    await clock.advance(39_000);
    expect(ended()).toBeUndefined();
    await clock.advance(2_000);
    await done;
    expect(ended()).toBe('limit');
  });

  it('ends when calm, counted from when calm is asked for', async () => {
    const calm = { asked: false };
    const { clock, done, ended } = watch({}, calm);
    await clock.advance(10 * minute);
    calm.asked = true;
    await clock.advance(2.5 * minute);
    expect(ended()).toBeUndefined();
    await clock.advance(minute);
    await done;
    expect(ended()).toBe('stable');
  });
});

it('polls at least twice a cloud minute, but neither AWS nor the stand-in to death', () => {
  expect(pollIntervalMs(1)).toBe(15_000);
  expect(pollIntervalMs(2)).toBe(1_000);
  expect(pollIntervalMs(20)).toBe(1_000);
  expect(pollIntervalMs(120)).toBe(200);
  expect(pollIntervalMs(1_000)).toBe(150);
});
