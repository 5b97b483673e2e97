import { describe, expect, it } from 'vitest';
import { scaleOutDelays } from '../../src/record/fleet/scale-out-delay.ts';
import type { TimelineEvent, TimelineFact } from '../../src/record/schemas/timeline.ts';

const at = (second: number, fact: TimelineFact): TimelineEvent => ({
  at: new Date(second * 1_000).toISOString(),
  cloudTimeMs: second * 1_000,
  ...fact,
});
const capacity = (second: number, current: number, desired: number) =>
  at(second, { type: 'capacity', current, desired, endpointStatus: 'InService' });
const metric = (second: number, metricName: string, value: number, target: number | null) =>
  at(second, { type: 'metric', metricName, statistic: 'Sum', periodSeconds: 60, value, target });
const alarm = (second: number, alarmName: string, side: 'high' | 'other') =>
  at(second, { type: 'alarm', alarmName, side, state: 'ALARM', previousState: 'OK', reason: '' });
const activity = (second: number, count: number, alarmName: string) =>
  at(second, {
    type: 'activity',
    activityId: `a${second}`,
    status: 'InProgress',
    description: `Setting desired instance count to ${count}.`,
    cause: `monitor alarm ${alarmName} in state ALARM triggered policy p`,
    statusMessage: '',
  });
const load = (second: number, users: number, p99Ms: number, failed = 0) =>
  at(second, {
    type: 'load',
    elapsedMs: second * 1_000,
    intervalMs: 10_000,
    users,
    rateRps: 10,
    intendedRateRps: null,
    failed,
    inFlight: 0,
    responseUs: { p50: p99Ms * 900, p95: p99Ms * 950, p99: p99Ms * 1_000, max: p99Ms * 1_000 },
  });

/** Ten users at 20 ms, then fifty from second 300 on at 900 ms until the new instance comes at second 700. */
const samples = Array.from({ length: 100 }, (_, index) => {
  const second = (index + 1) * 10;
  const isSlow = second > 300 && second <= 720;
  return load(second, second > 300 ? 50 : 10, isSlow ? 900 : 20, second === 400 ? 3 : 0);
});
const inOrder = (events: TimelineEvent[]) => events.toSorted((a, b) => a.cloudTimeMs - b.cloudTimeMs);

const once = inOrder([
  capacity(0, 1, 1),
  ...samples,
  metric(240, 'InvocationsPerInstance', 600, 3_000),
  metric(300, 'InvocationsPerInstance', 6_000, 3_000),
  metric(660, 'Invocations', 6_000, null),
  metric(660, 'InvocationsPerInstance', 4_500, 3_000),
  alarm(490, 'p-AlarmHigh-1', 'high'),
  activity(495, 2, 'p-AlarmHigh-1'),
  capacity(500, 1, 2),
  capacity(700, 2, 2),
]);

describe('the delay of a scale-out', () => {
  it('goes from the load step to the recovery, without a gap', () => {
    const [delay] = scaleOutDelays(once, 100_000);
    expect(delay?.parts.map(({ name, fromMs, toMs }) => [name, fromMs / 1_000, toMs / 1_000])).toEqual([
      ['Load step → first minute over target', 300, 360],
      ['Metric over target → alarm', 360, 490],
      ['Alarm → more instances asked for', 490, 495],
      ['Asked for → in service', 495, 700],
      ['In service → p99 recovered', 700, 730],
    ]);
    // Half of that minute's requests were shared by two: no sooner than they were there.
    expect(delay?.moments.firstTrafficMs).toBe(700_000);
  });

  it('says when the metric was seen, and when the new instances had their first share', () => {
    const visible = { ...metric(300, 'InvocationsPerInstance', 6_000, 3_000), visibleAtMs: 430_000 };
    const shared = [
      metric(720, 'Invocations', 6_000, null),
      metric(720, 'InvocationsPerInstance', 3_250, 3_000),
    ];
    const events = once.filter(
      (event) => event.type !== 'metric' || (event.cloudTimeMs !== 300_000 && event.cloudTimeMs !== 660_000),
    );
    const late = samples.map((event) =>
      event.type === 'load' && event.cloudTimeMs > 720_000 && event.cloudTimeMs <= 760_000
        ? { ...event, responseUs: { p50: 8e5, p95: 9e5, p99: 9e5, max: 9e5 } }
        : event,
    );
    const others = events.filter(({ type }) => type !== 'load');
    const [delay] = scaleOutDelays(inOrder([...others, ...late, visible, ...shared]), 100_000);
    expect(delay?.parts.map(({ name, toMs }) => [name, toMs / 1_000])).toEqual([
      ['Load step → first minute over target', 360],
      ['First minute over target → visible', 430],
      ['Metric visible → alarm', 490],
      ['Alarm → more instances asked for', 495],
      ['Asked for → in service', 700],
      // 3,250 / 6,000 = f + (1 − f) / 2: a twelfth of the minute from 720 on.
      ['In service → first share of the requests', 725],
      ['First share → p99 recovered', 770],
    ]);
  });

  it('is begun by the metric that stays over its target, where several have one', () => {
    const events = inOrder([
      ...once,
      metric(240, 'ConcurrentRequestsPerModel', 50, 10),
      metric(300, 'ConcurrentRequestsPerModel', 5, 10),
    ]);
    expect(scaleOutDelays(events, null)[0]?.moments.metricOverMs).toBe(360_000);
  });

  it('counts what failed, and bounds what was late by the percentiles', () => {
    const [delay] = scaleOutDelays(once, 100_000);
    // 42 intervals of 100 requests, 3 failed; p50 is over the limit: at least half.
    expect(delay?.missed).toEqual({ failed: 3, late: { atLeast: 2_099, atMost: 4_197 } });
    expect(delay?.slo).toEqual({ limitUs: 100_000, isPromised: true });
  });

  it('holds p99 against three times its calm level where nothing was promised', () => {
    expect(scaleOutDelays(once, null)[0]?.slo).toEqual({ limitUs: 60_000, isPromised: false });
  });

  it('is told for every scale-out', () => {
    const twice = inOrder([
      ...once,
      activity(800, 4, 'p-AlarmHigh-1'),
      capacity(805, 2, 4),
      capacity(950, 4, 4),
    ]);
    const delays = scaleOutDelays(twice, 100_000);
    expect(delays.map(({ from, to }) => [from, to])).toEqual([
      [1, 2],
      [2, 4],
    ]);
    expect(delays[1]?.moments).toMatchObject({ askedMs: 800_000, inServiceMs: 950_000 });
  });

  it("starts with the alarm that the activity names, the caller's own too", () => {
    const events = [
      capacity(0, 1, 1),
      alarm(5, 'high', 'high'),
      alarm(8, 'mine', 'other'),
      activity(10, 2, 'mine'),
      capacity(11, 1, 2),
    ];
    expect(scaleOutDelays(events, null)[0]).toMatchObject({
      moments: { alarmMs: 8_000, askedMs: 10_000, loadStepMs: null, inServiceMs: null, recoveredMs: null },
      slo: null,
      missed: { failed: 0, late: null },
    });
  });

  it('is told of twenty at most', () => {
    const swings = Array.from({ length: 100 }, (_, index) =>
      capacity(index, 1 + (index % 2), 1 + (index % 2)),
    );
    expect(scaleOutDelays(swings, null)).toHaveLength(20);
  });
});
