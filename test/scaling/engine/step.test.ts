import { describe, expect, it } from 'vitest';
import { unreachable } from '../../../src/core/events.ts';
import { metricKey } from '../../../src/scaling/alarms/metric.ts';
import { deregisterTarget, putPolicy, registerTarget } from '../../../src/scaling/engine/edit-targets.ts';
import type { ScalingEvent } from '../../../src/scaling/engine/state.ts';
import { createScalingState, type ScalingState } from '../../../src/scaling/engine/state.ts';
import { step } from '../../../src/scaling/engine/step.ts';
import { predefinedMetric } from '../../../src/scaling/policies/predefined-metric.ts';
import {
  minute,
  type Recording,
  resourceId,
  runCloud,
  scaledVariant,
  startMs,
  type VirtualCloud,
} from '../virtual-cloud.ts';

const cloud: VirtualCloud = {
  load: () => 30,
  minutes: 45,
  target: 60,
  min: 1,
  max: 10,
  cooldownSeconds: { out: 300, in: 300 },
  provisionMs: 4 * minute,
  metricDelayMs: minute,
};

const neverSuspended = { scaleIn: false, scaleOut: false, scheduled: false };
const highResolution = predefinedMetric('SageMakerVariantConcurrentRequestsPerModelHighResolution', {
  endpointName: 'e',
  variantName: 'v',
});

/** One more state: the variant with this policy alone, target 5. */
function withPolicy(metric: typeof highResolution, changes = {}): ScalingState {
  const registered = registerTarget(
    createScalingState({ ...scaledVariant(cloud).settings, metricDelayMs: 5_000 }, startMs),
    { resourceId, minCapacity: 1, maxCapacity: 10, suspended: neverSuspended, tags: {} },
    null,
    startMs,
  );
  const policy = {
    type: 'TargetTrackingScaling' as const,
    targetValue: 5,
    metric,
    scaleOutCooldownMs: 300_000,
    scaleInCooldownMs: 300_000,
    disableScaleIn: false,
    configuration: {},
    ...changes,
  };
  return putPolicy(registered.state, resourceId, 'p', policy, startMs).state;
}

function inService(atMs: number, count: number) {
  return { resourceId, atMs, capacity: { endpointStatus: 'InService', current: count, desired: count } };
}

/** `6 high OK → ALARM`: minutes since the start, and what happened. */
function tell(event: ScalingEvent): string {
  const at = (event.atMs - startMs) / minute;
  switch (event.type) {
    case 'alarm-state':
      return `${at} ${event.alarmName.includes('AlarmHigh') ? 'high' : 'low'} ${event.previous.state} → ${event.next.state}`;
    case 'alarm-action':
      return `${at} acts`;
    case 'alarm-configuration':
      return `${at} ${event.change}`;
    case 'activity': {
      const { status, description, notScaledReasons } = event.activity;
      return `${at} ${status} ${notScaledReasons[0]?.code ?? description}`;
    }
    default:
      return unreachable(event);
  }
}

/** Times of ten-second granularity after an outcome are a millisecond late by design of the fake: round them. */
function told(recording: Recording): string[] {
  return recording.events.map((event) => tell({ ...event, atMs: Math.round(event.atMs / 10_000) * 10_000 }));
}

describe('a load that grows, grows again and ends', () => {
  const load = (at: number) => (at < 2 ? 30 : at < 10 ? 200 : at < 25 ? 400 : 0);
  const recording = runCloud({ ...cloud, load, minutes: 55 });

  it('is followed alarm by alarm, minute by minute', () => {
    expect(told(recording)).toEqual([
      '2 high INSUFFICIENT_DATA → OK', // 30 is not > 60
      '4 low INSUFFICIENT_DATA → OK', // minute 2 is not < 54
      '6 high OK → ALARM', // minutes 2, 3, 4 at 200; minute 4 is visible at 6
      '6 acts',
      '6 Pending Setting desired instance count to 4.', // ceil(1 × 200 / 60)
      '6 InProgress Setting desired instance count to 4.',
      '7 Failed TargetServicePutResourceAsUnscalable', // the minute's re-fire while Updating, told once
      '10 Successful Setting desired instance count to 4.', // the cooldown runs to 15
      '15 Pending Setting desired instance count to 7.', // ceil(4 × 100 / 60)
      '15 InProgress Setting desired instance count to 7.',
      '16 Failed TargetServicePutResourceAsUnscalable',
      '19 Successful Setting desired instance count to 7.',
      '21 high ALARM → OK', // minute 19 at 400 / 7
      '41 low OK → ALARM', // 15 minutes from 25 on
      '41 acts',
      '41 Pending Setting desired instance count to 1.',
      '41 InProgress Setting desired instance count to 1.',
      '42 Failed TargetServicePutResourceAsUnscalable',
      '45 Successful Setting desired instance count to 1.',
      '50 Failed AlreadyAtMinCapacity', // after the scale-in cooldown
    ]);
  });

  it('is explained as AWS explains it', () => {
    const [newest] = recording.after.activities.toReversed();
    expect(newest).toMatchObject({
      cause: expect.stringMatching(
        /^monitor alarm TargetTracking-endpoint\/e\/variant\/v-AlarmHigh-[0-9a-f-]{36} in state ALARM triggered policy p$/,
      ),
      statusMessage:
        'Successfully set desired instance count to 4. Change successfully fulfilled by sagemaker.',
    });
    const alarm = recording.events.find(
      (event) => event.type === 'alarm-state' && event.next.state === 'ALARM',
    );
    expect(alarm).toMatchObject({
      next: {
        reason:
          'Threshold Crossed: 3 datapoints [200.0 (22/11/26 15:04:00), 200.0 (22/11/26 15:03:00), 200.0 (22/11/26 15:02:00)] were greater than the threshold (60.0).',
      },
    });
  });
});

describe('the alarm of a lasting breach', () => {
  it('acts again every minute, until what was refused is accepted', () => {
    const recording = runCloud({ ...cloud, load: () => 200, minutes: 12, refuse: [1, 2] });
    expect(told(recording).filter((line) => line.includes('Setting'))).toEqual([
      '4 Pending Setting desired instance count to 4.',
      '4 Failed Setting desired instance count to 4.',
      '5 Pending Setting desired instance count to 4.',
      '5 Failed Setting desired instance count to 4.',
      '6 Pending Setting desired instance count to 4.',
      '6 InProgress Setting desired instance count to 4.',
      '10 Successful Setting desired instance count to 4.',
    ]);
    expect(
      recording.after.activities.find((activity) => activity.statusMessage?.startsWith('Failed'))
        ?.statusMessage,
    ).toBe('Failed to set desired instance count to 4. Reason: Cannot update in-progress endpoint "e".');
  });

  it('is late by as much as its metric is', () => {
    const firstScaleOut = (metricDelayMs: number) =>
      (runCloud({ ...cloud, load: () => 200, minutes: 12, metricDelayMs }).commands[0]?.atMs ?? 0) - startMs;
    expect([0, 1, 2, 3].map((late) => firstScaleOut(late * minute) / minute)).toEqual([3, 4, 5, 6]);
  });
});

describe('a cloud of several policies and settings', () => {
  it('looks at high-resolution alarms every ten seconds, and acts again after a minute', () => {
    const key = metricKey(highResolution.high);
    const before = step(withPolicy(highResolution), startMs + 1, { capacities: [inService(startMs + 1, 1)] });
    const datapoints = Array.from({ length: 12 }, (_, index) => ({
      key,
      periodStartMs: startMs + index * 10_000,
      value: 20,
      visibleAtMs: startMs + (index + 1) * 10_000 + 5_000,
    }));
    const after = step(before.state, startMs + 2 * minute, { datapoints });
    expect(after.commands.map(({ atMs, count }) => [(atMs - startMs) / 1_000, count])).toEqual([[40, 4]]);
    const blocked = after.state.activities.filter((activity) => activity.notScaledReasons.length > 0);
    expect(blocked.map((activity) => (activity.startedMs - startMs) / 1_000)).toEqual([100]);
  });

  it('makes no low alarm where scale-in is disabled, and none is left of a deregistered target', () => {
    const disabled = withPolicy(highResolution, { disableScaleIn: true });
    expect(Object.keys(disabled.alarms)).toHaveLength(1);
    expect(Object.keys(withPolicy(highResolution).alarms)).toHaveLength(2);
    expect(deregisterTarget(disabled, resourceId, startMs).state).toMatchObject({ alarms: {}, targets: {} });
  });

  it('brings a capacity outside of a new range inside at once, and starts no cooldown', () => {
    const registered = registerTarget(
      createScalingState(scaledVariant(cloud).settings, startMs),
      { resourceId, minCapacity: 2, maxCapacity: 4, suspended: neverSuspended, tags: {} },
      { endpointStatus: 'InService', current: 1, desired: 1 },
      startMs,
    );
    expect(registered.commands).toMatchObject([{ count: 2 }]);
    expect(registered.state.activities[0]).toMatchObject({
      description: 'Setting desired instance count to 2.',
      cause: 'minimum capacity was set to 2',
    });
    const activityId = registered.commands[0]?.activityId ?? '';
    const done = step(registered.state, startMs + 2, {
      outcomes: [{ activityId, resourceId, atMs: startMs + 1, refusal: null }],
      capacities: [inService(startMs + 2, 2)],
    });
    expect(done.state.activities[0]?.status).toBe('Successful');
    expect(done.state.targets[resourceId]?.cooldowns).toEqual({ scaleOut: null, scaleIn: null });
  });
});

describe('a change that does not end as asked', () => {
  const asked = registerTarget(
    createScalingState(scaledVariant(cloud).settings, startMs),
    { resourceId, minCapacity: 2, maxCapacity: 4, suspended: neverSuspended, tags: {} },
    { endpointStatus: 'InService', current: 1, desired: 1 },
    startMs,
  );
  const accepted = step(asked.state, startMs + 1, {
    outcomes: [
      { activityId: asked.commands[0]?.activityId ?? '', resourceId, atMs: startMs + 1, refusal: null },
    ],
  }).state;

  it.each([
    ['somebody asked for another count', [['InService', 3, 3]], 'Overridden'],
    [
      'the endpoint rolled back',
      [
        ['Updating', 1, 2],
        ['RollingBack', 1, 1],
        ['InService', 1, 1],
      ],
      'Unfulfilled',
    ],
    ['the endpoint failed', [['Failed', 1, 2]], 'Unfulfilled'],
    ['the endpoint is gone', [null], 'Unfulfilled'],
    ['it is still under way', [['Updating', 1, 2]], 'InProgress'],
  ] as const)('%s', (_name, seen, status) => {
    const capacities = seen.map((capacity, index) => ({
      resourceId,
      atMs: startMs + 2 + index,
      capacity: capacity && { endpointStatus: capacity[0], current: capacity[1], desired: capacity[2] },
    }));
    expect(step(accepted, startMs + 100, { capacities }).state.activities[0]?.status).toBe(status);
  });

  it('is not judged by what was seen before SageMaker answered', () => {
    const early = step(asked.state, startMs + 1, { capacities: [inService(startMs, 1)] });
    expect(early.state.activities[0]?.status).toBe('Pending');
  });
});

describe('what users report of AWS: target 1500, 20,000 a minute, cooldowns 10 s and 100 s', () => {
  // "First scale-out more than 5 minutes after the breach, scale-in more than 25 minutes after traffic stopped."
  const reported = {
    ...cloud,
    target: 1_500,
    load: (at: number) => (at < 30 ? 20_000 : 0),
    minutes: 60,
    cooldownSeconds: { out: 10, in: 100 },
    metricDelayMs: 3 * minute,
  };
  const changes = (max: number, cooldownSeconds = reported.cooldownSeconds) =>
    runCloud({ ...reported, max, cooldownSeconds }).commands.map(({ atMs, count }) => [
      (atMs - startMs) / minute,
      count,
    ]);

  it('scales out six minutes after the breach where the metric is three minutes late', () => {
    expect(changes(14)[0]).toEqual([6, 14]);
  });

  it('scales in 18 minutes after the traffic stopped: sooner than reported, and nothing is invented to fit', () => {
    expect(changes(14).at(-1)).toEqual([30 + 18, 1]);
  });

  it('overshoots where there is room: a cooldown shorter than delay and period counts one burst twice', () => {
    expect(changes(20).slice(0, 3)).toEqual([
      [6, 14],
      [11, 20],
      [33, 14],
    ]);
  });

  it.each([
    [180, true],
    [240, false],
  ])('with a scale-out cooldown of %d s: overshoots %s', (out, overshoots) => {
    expect(changes(20, { out, in: 100 }).some(([, count]) => count === 20)).toBe(overshoots);
  });
});
