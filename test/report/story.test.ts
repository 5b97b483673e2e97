import { describe, expect, it } from 'vitest';
import { findOverload } from '../../src/record/fleet/overload.ts';
import { scaleOutDelays } from '../../src/record/fleet/scale-out-delay.ts';
import type { TimelineEvent, TimelineFact } from '../../src/record/schemas/timeline.ts';
import { tellStory } from '../../src/report/story.ts';
import { sampleRun } from './sample-run.ts';

describe('the story of a spike', () => {
  const { result, timeline } = sampleRun();
  const story = tellStory(result, timeline);

  it('says in a sentence what load met what fleet, for how long, and what came of it', () => {
    expect(story.headline).toBe(
      '200 users overloaded one instance for 4 min 20 s: p99 up to 2.98 s. The fleet grew from 1 to 4, and p99 fell to 40.1 ms; 8 requests failed.',
    );
  });

  it('tells the steps in order, each at its time', () => {
    expect(story.steps.map((step) => [step.cloudTimeMs / 1_000, step.text])).toEqual([
      [0, 'The load starts'],
      [180, 'InvocationsPerInstance is over its target value of 3,000: 4,500'],
      [240, 'AlarmHigh goes into ALARM'],
      [240, 'p99 rises over 200 ms'],
      [244, 'Desired count 1 → 4'],
      [400, '200 users are on; 101 requests/s answered'],
      [440, 'p99 at its worst: 2.98 s'],
      [490, '3 instances come into service, 4 now, 4 min 6 s after the decision'],
      [500, 'p99 is back under 200 ms, and stays'],
      [1_200, 'The load ends'],
      [2_160, 'AlarmLow goes into ALARM'],
      [2_182, 'Desired count 4 → 2'],
      [2_192, '2 instances leave service, 2 left'],
      [2_502, 'Desired count 2 → 1'],
      [2_512, '1 instance leaves service, 1 left'],
      [2_680, 'The fleet is calm'],
    ]);
  });

  it("takes the scale-out's delay apart without a gap", () => {
    const [scaleOut] = story.scaleOuts;
    expect(story.scaleOuts).toHaveLength(1);
    expect(scaleOut).toMatchObject({ from: 1, to: 4, missed: { failed: 8 }, slo: { isPromised: true } });
    expect(scaleOut?.parts.map((part) => [part.name, part.toMs - part.fromMs])).toEqual([
      ['Load step → first minute over target', 180_000],
      ['Metric over target → alarm', 60_000],
      ['Alarm → more instances asked for', 4_000],
      ['Asked for → in service', 246_000],
      ['In service → p99 recovered', 10_000],
    ]);
    for (const [index, part] of (scaleOut?.parts ?? []).entries()) {
      if (index > 0) expect(part.fromMs).toBe(scaleOut?.parts[index - 1]?.toMs);
    }
  });
});

describe('other stories', () => {
  const result = { ...sampleRun().result, scaling: {} };
  const calm = Array.from({ length: 30 }, (_, second) => load(second + 1, 25_000));

  it('a calm run says so, and that the fleet stayed', () => {
    const story = tellStory({ ...result, thresholds: [] }, [capacity(0, 2), ...calm]);
    expect(story.headline).toMatch(
      /^200 users sent 9,258 requests; the fleet stayed at 2 instances, p99 was/,
    );
    expect(story.scaleOuts).toEqual([]);
  });

  it('an overload that nobody watched says nothing of instances', () => {
    const timeline = [...calm, ...slow(31, 40), ...recovered(41, 60)];
    expect(tellStory({ ...result, thresholds: [] }, timeline).headline).toMatch(
      /overloaded the service for 10 s: p99 up to 900 ms\. p99 fell to 25 ms; /,
    );
  });

  it('a fleet that shrinks is not said to have grown', () => {
    const timeline = [capacity(0, 4), ...calm, capacity(20, 3), capacity(25, 2)];
    expect(tellStory({ ...result, thresholds: [] }, inOrder(timeline)).headline).toContain(
      'the fleet shrank from 4 to 2',
    );
  });

  it('a fleet that no instance joined did not grow, whatever was asked for', () => {
    const asked = { ...capacity(33, 3), desired: 4 } as TimelineEvent;
    const timeline = [capacity(0, 3), ...calm, ...slow(31, 40), asked, ...recovered(41, 60), capacity(50, 3)];
    const { headline } = tellStory({ ...result, thresholds: [] }, inOrder(timeline));
    expect(headline).toContain('overloaded 3 instances for 10 s');
    expect(headline).toContain('p99 fell to 25 ms without another instance');
  });

  it('instances that came after the recovery had no part in it', () => {
    const timeline = [capacity(0, 1), ...calm, ...slow(31, 40), ...recovered(41, 60), capacity(55, 2)];
    expect(tellStory({ ...result, thresholds: [] }, inOrder(timeline)).headline).toContain(
      'without another instance',
    );
  });

  it('users are on only once the load has started; arrivals have no users', () => {
    const started = at(0, { type: 'phase', phase: 'load-started', message: '' });
    const { steps } = tellStory(result, [started, ...calm]);
    expect(steps.slice(0, 2).map(({ text }) => text)).toEqual([
      'The load starts',
      '10 users are on; 10 requests/s answered',
    ]);
    const arrivals = calm.map((event) => ({ ...event, users: 0, intendedRateRps: 500 }) as TimelineEvent);
    expect(tellStory(result, [started, ...arrivals]).steps[1]?.text).toBe(
      '500 requests/s are offered; 10 requests/s answered',
    );
  });

  it('a run that nobody watched has no fleet in it', () => {
    expect(tellStory({ ...result, thresholds: [] }, calm).headline).not.toContain('fleet');
    expect(tellStory(result, []).steps).toEqual([]);
  });

  it('a run without an answer says so first', () => {
    const none = { ...result, requests: { ...result.requests, succeeded: 0, failed: 10, sent: 10 } };
    expect(tellStory(none, []).headline).toBe('None of 10 requests succeeded.');
    const nothing = { ...result, requests: { ...result.requests, sent: 0, succeeded: 0 } };
    expect(tellStory(nothing, []).headline).toBe('No request was sent.');
  });

  it('an overload that lasts is not called recovered', () => {
    const timeline = [capacity(0, 1), ...calm, ...slow(31, 60)];
    const story = tellStory({ ...result, thresholds: [] }, timeline);
    expect(story.headline).toContain('p99 had not recovered by the end');
    expect(story.steps.map((step) => step.text).join()).not.toContain('back under');
  });

  it('a long run is told in at most thirty steps, and says what it left out', () => {
    const swings = Array.from({ length: 200 }, (_, index) => capacity(index * 60, 1 + (index % 2)));
    const { steps } = tellStory(result, swings);
    expect(steps).toHaveLength(30);
    expect(steps.some((step) => /\d+ further changes/.test(step.text))).toBe(true);
  });
});

describe('an overload', () => {
  const calm = Array.from({ length: 20 }, (_, second) => load(second + 1, 25_000));

  it('is not one slow second or two', () => {
    expect(findOverload([...calm, ...slow(21, 22), load(23, 25_000)], null)).toBeNull();
  });

  it('is not ended by one fast second', () => {
    const timeline = [...calm, ...slow(21, 25), load(26, 25_000), ...slow(27, 30), ...recovered(31, 40)];
    expect(findOverload(timeline, null)).toMatchObject({ startMs: 21_000, recoveredAtMs: 31_000 });
  });

  it('is measured against what was expected, if anything was', () => {
    expect(findOverload([...calm, ...recovered(21, 30)], 20_000)).toMatchObject({
      isPromised: true,
      recoveredAtMs: null,
    });
    expect(findOverload([], 20_000)).toBeNull();
  });
});

describe('a scale-out', () => {
  it('whose instances have not come yet ends with what was asked for', () => {
    const timeline = [capacity(0, 1), alarm(10), { ...capacity(12, 1), desired: 3 } as TimelineEvent];
    expect(scaleOutDelays(timeline, null)[0]).toMatchObject({
      from: 1,
      to: 3,
      parts: [{ name: 'Alarm → more instances asked for', fromMs: 10_000, toMs: 12_000 }],
    });
  });

  it('whose change was given up is not served by a later one', () => {
    const wants = (second: number, current: number, desired: number) =>
      ({ ...capacity(second, current), desired }) as TimelineEvent;
    const timeline = [capacity(0, 3), wants(10, 3, 4), wants(60, 3, 3), wants(700, 3, 5), capacity(760, 5)];
    expect(
      scaleOutDelays(timeline, null).map(({ from, to, moments }) => [from, to, moments.inServiceMs]),
    ).toEqual([
      [3, 4, null],
      [3, 5, 760_000],
    ]);
  });

  it('is none where what is wanted is there still', () => {
    const leaving = { ...capacity(10, 3), desired: 2 } as TimelineEvent;
    expect(scaleOutDelays([capacity(0, 3), leaving, capacity(20, 3)], null)).toEqual([]);
  });

  it('is none where the fleet only shrinks', () => {
    expect(scaleOutDelays([capacity(0, 3), capacity(60, 1)], null)).toEqual([]);
  });
});

function inOrder(events: TimelineEvent[]): TimelineEvent[] {
  return events.toSorted((a, b) => a.cloudTimeMs - b.cloudTimeMs);
}

function at(second: number, fact: TimelineFact): TimelineEvent {
  return { at: new Date(second * 1_000).toISOString(), cloudTimeMs: second * 1_000, ...fact };
}

function capacity(second: number, count: number): TimelineEvent {
  return at(second, { type: 'capacity', current: count, desired: count, endpointStatus: 'InService' });
}

function alarm(second: number): TimelineEvent {
  return at(second, {
    type: 'alarm',
    alarmName: 'high',
    side: 'high',
    state: 'ALARM',
    previousState: 'OK',
    reason: '',
  });
}

function load(second: number, p99: number): TimelineEvent {
  return at(second, {
    type: 'load',
    elapsedMs: second * 1_000,
    intervalMs: 1_000,
    users: 10,
    rateRps: 10,
    intendedRateRps: null,
    failed: 0,
    inFlight: 0,
    responseUs: { p50: p99 / 2, p95: p99 * 0.9, p99, max: p99 * 1.1 },
  });
}

function slow(from: number, to: number): TimelineEvent[] {
  return Array.from({ length: to - from + 1 }, (_, index) => load(from + index, 900_000));
}

function recovered(from: number, to: number): TimelineEvent[] {
  return Array.from({ length: to - from + 1 }, (_, index) => load(from + index, 25_000));
}
