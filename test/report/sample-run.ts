import { scaleOutDelays } from '../../src/record/fleet/scale-out-delay.ts';
import { parseExpectation } from '../../src/record/judgement/expectation.ts';
import type { LatencySummary } from '../../src/record/latency/latency-summary.ts';
import type { RunResult } from '../../src/record/schemas/result.ts';
import type { TimelineEvent, TimelineFact } from '../../src/record/schemas/timeline.ts';

/**
 * A run as the tool would record it, made by arithmetic: 200 users asking once a second meet one instance that carries
 * 100 requests/s; the fleet grows to four, the queue drains, the load ends, and the fleet shrinks again.
 */
export interface SampleRun {
  result: RunResult;
  timeline: TimelineEvent[];
}

const startMs = Date.parse('2026-11-20T09:30:00.000Z');

export function sampleRun(options: { timeScale?: number; loadSeconds?: number } = {}): SampleRun {
  const timeScale = options.timeScale ?? 20;
  const loadSeconds = options.loadSeconds ?? 60;
  const recorder = new Recorder();
  const fleet = driveFleet(recorder, timeScale, loadSeconds);
  const counts = driveLoad(recorder, timeScale, loadSeconds, fleet);
  recorder.add(0, { type: 'phase', phase: 'load-started', message: 'the load starts' });
  recorder.add(loadSeconds * timeScale, {
    type: 'phase',
    phase: 'load-ended',
    message: 'the load has ended',
  });
  const timeline = recorder.sorted();
  return {
    timeline,
    result: {
      schemaVersion: 1,
      runId: '20261120-093000-sample',
      startedAt: new Date(startMs).toISOString(),
      durationSeconds: loadSeconds,
      target: { kind: 'runtime', endpointName: 'mlbench', url: 'http://127.0.0.1:4566' },
      profile: {
        model: 'closed',
        users: 200,
        ramp: { kind: 'usersPerSecond', usersPerSecond: 10 },
        wait: { kind: 'pacing', periodMs: 1_000 },
        durationMs: loadSeconds * 1_000,
      },
      workers: 1,
      requests: {
        intended: counts.sent,
        sent: counts.sent,
        succeeded: counts.sent - counts.failed,
        failed: counts.failed,
        dropped: 0,
        inFlightAtEnd: 0,
      },
      rateRps: { intended: null, achieved: counts.sent / loadSeconds },
      latencyUs: {
        response: latency(1),
        service: latency(0.97),
        firstByte: latency(0.96),
        sendLag: latency(0.002),
        poolWait: latency(0.001),
      },
      errors: [
        {
          kind: 'model',
          status: 424,
          message: 'The model answered with status 503: queue full',
          count: counts.failed,
          firstAt: new Date(startMs + 14_000).toISOString(),
          lastAt: new Date(startMs + 19_000).toISOString(),
        },
      ],
      thresholds: [
        { ...parseExpectation('p99<200ms'), observed: 2_051_071, passed: false },
        { ...parseExpectation('errors<5%'), observed: counts.failed / counts.sent, passed: true },
      ],
      expectations: { verdict: 'MISSED' },
      validity: {
        verdict: 'VALID',
        checks: [
          { name: 'sendLag', severity: 'warning', observed: 6_200, limit: 205_107, passed: true },
          { name: 'generatorBusy', severity: 'warning', observed: 0.31, limit: 0.95, passed: true },
          { name: 'bookkeeping', severity: 'error', observed: 0.0004, limit: 0.01, passed: true },
          { name: 'loopLag', severity: 'warning', observed: 61_000, limit: 50_000, passed: false },
        ],
      },
      generator: { cpuUsPerRequest: 41.2, loopLagUsP99: 61_000 },
      scaling: {
        capacityEmulated: true,
        timeScale,
        instances: { atStart: 1, max: 4, atEnd: 1 },
        scaleOuts: 1,
        scaleIns: 2,
        scaleOutDelays: scaleOutDelays(timeline, 200_000),
      },
      costUsd: { instanceHours: 1.62, total: 0.186, charged: false, note: 'if it had run on ml.m5.large' },
    },
  };
}

/** The same with strings that a service, a file name or a user could put there to break out of the page. */
export function hostileRun(): SampleRun {
  const bad = `</script><script>document.title='owned'</script><img src=x onerror="document.title='owned'">\u202e'"\`\${1}`;
  const { result, timeline } = sampleRun();
  return {
    result: {
      ...result,
      runId: bad,
      target: { kind: 'url', endpointName: bad, url: bad },
      errors: result.errors.map((group) => ({ ...group, message: bad, kind: bad as typeof group.kind })),
      thresholds: [{ ...parseExpectation('errors<5%'), expression: bad, observed: 1, passed: false }],
      validity: {
        verdict: 'INVALID',
        checks: [{ name: bad, severity: 'error', observed: 1, limit: 2, passed: false }],
      },
      costUsd: { total: 1, note: bad },
    },
    timeline: timeline.map((event) => {
      if (event.type === 'alarm') return { ...event, alarmName: bad, reason: bad, side: 'other' };
      if (event.type === 'activity') return { ...event, description: bad, cause: bad, statusMessage: bad };
      if (event.type === 'metric') return { ...event, metricName: bad, statistic: bad };
      if (event.type === 'phase') return { ...event, message: bad };
      return event;
    }),
  };
}

class Recorder {
  readonly #events: TimelineEvent[] = [];

  add(cloudSeconds: number, fact: TimelineFact): void {
    const cloudTimeMs = Math.round(cloudSeconds * 1_000);
    this.#events.push({ at: new Date(startMs + cloudTimeMs).toISOString(), cloudTimeMs, ...fact });
  }

  sorted(): TimelineEvent[] {
    return this.#events.sort((a, b) => a.cloudTimeMs - b.cloudTimeMs);
  }
}

const target = 3_000;
const alarmName = (side: string) =>
  `TargetTracking-endpoint/mlbench/variant/AllTraffic-Alarm${side}-0a1b2c3d`;

/** Cloud seconds → instances in service. */
type Fleet = (cloudSeconds: number) => number;

function driveFleet(recorder: Recorder, timeScale: number, loadSeconds: number): Fleet {
  const loadEndS = loadSeconds * timeScale;
  const alarmHighS = 240;
  const inServiceS = alarmHighS + 250;
  const alarmLowS = loadEndS + 16 * 60;
  const firstInS = alarmLowS + 20;
  const secondInS = firstInS + 320;
  const fleet: Fleet = (s) => (s < inServiceS ? 1 : s < firstInS ? 4 : s < secondInS ? 2 : 1);
  const endS = secondInS + 180;

  for (let s = 0; s < endS; s += 60) {
    const rate = s >= loadEndS ? 0 : Math.min(200, ((s / timeScale) * 10 + (60 / timeScale) * 5) | 0);
    const carried = Math.min(rate, fleet(s) * 101);
    recorder.add(s, {
      type: 'metric',
      metricName: 'InvocationsPerInstance',
      statistic: 'Sum',
      periodSeconds: 60,
      value: (carried * 60) / fleet(s),
      target,
    });
  }
  const capacity = (s: number, current: number, desired: number) =>
    recorder.add(s, {
      type: 'capacity',
      current,
      desired,
      endpointStatus: current === desired ? 'InService' : 'Updating',
    });
  capacity(0, 1, 1);
  capacity(alarmHighS + 4, 1, 4);
  capacity(inServiceS, 4, 4);
  capacity(firstInS + 2, 4, 2);
  capacity(firstInS + 12, 2, 2);
  capacity(secondInS + 2, 2, 1);
  capacity(secondInS + 12, 1, 1);

  const alarm = (s: number, side: 'high' | 'low', state: 'OK' | 'ALARM', reason: string) =>
    recorder.add(s, {
      type: 'alarm',
      alarmName: alarmName(side === 'high' ? 'High' : 'Low'),
      side,
      state,
      previousState: state === 'ALARM' ? 'OK' : 'ALARM',
      reason,
    });
  const crossed = (count: number, value: number, comparison: string) =>
    `Threshold Crossed: ${count} datapoints [${value}.0 (20/11/26 09:31:00)] were ${comparison} the threshold (3000.0).`;
  alarm(alarmHighS, 'high', 'ALARM', crossed(3, 6_060, 'greater than'));
  alarm(inServiceS + 130, 'high', 'OK', crossed(1, 3_000, 'not greater than'));
  alarm(alarmLowS, 'low', 'ALARM', crossed(15, 0, 'less than'));

  const activity = (fromS: number, toS: number, count: number, side: string) => {
    for (const [s, status, statusMessage] of [
      [fromS, 'InProgress', ''],
      [
        toS,
        'Successful',
        `Successfully set desired instance count to ${count}. Change successfully fulfilled by sagemaker.`,
      ],
    ] as const) {
      recorder.add(s, {
        type: 'activity',
        activityId: `activity-${fromS}`,
        status,
        description: `Setting desired instance count to ${count}.`,
        cause: `monitor alarm ${alarmName(side)} in state ALARM triggered policy mlbench-mlbench-target-tracking`,
        statusMessage,
      });
    }
  };
  activity(alarmHighS + 4, inServiceS, 4, 'High');
  activity(firstInS + 2, firstInS + 12, 2, 'Low');
  activity(secondInS + 2, secondInS + 12, 1, 'Low');
  recorder.add(endS, { type: 'phase', phase: 'stable', message: 'the fleet is calm' });
  return fleet;
}

/** Second by second: users past what the fleet carries wait in its queue, and a full queue refuses. */
function driveLoad(recorder: Recorder, timeScale: number, loadSeconds: number, fleet: Fleet) {
  const counts = { sent: 0, failed: 0 };
  let waiting = 0;
  for (let second = 1; second <= loadSeconds; second++) {
    const users = Math.min(200, second * 10);
    const capacity = fleet(second * timeScale) * 100;
    const asked = Math.max(0, users - waiting * 0.45);
    const refused = waiting > 95 && second % 4 === 0 ? 3 + (second % 3) : 0;
    const answered = Math.min(capacity, asked + waiting);
    waiting = Math.min(users - refused, Math.max(0, waiting + asked - answered));
    const queueUs = (waiting / capacity) * 1_000_000;
    const wobble = 1 + 0.12 * Math.sin(second * 2.1) + 0.05 * Math.cos(second * 5.3);
    const p50 = Math.round((21_500 + queueUs) * wobble);
    counts.sent += Math.round(answered);
    counts.failed += refused;
    recorder.add(second * timeScale, {
      type: 'load',
      elapsedMs: second * 1_000,
      intervalMs: 1_000,
      users,
      rateRps: Number((answered * (1 + 0.01 * Math.sin(second))).toFixed(1)),
      intendedRateRps: null,
      failed: refused,
      inFlight: Math.round(waiting),
      responseUs: {
        p50,
        p95: Math.round(p50 * 1.25 + 4_000),
        p99: Math.round(p50 * 1.4 + 9_000 * wobble),
        max: Math.round(p50 * 1.6 + 22_000 * wobble),
      },
    });
  }
  return counts;
}

function latency(scale: number): LatencySummary {
  const us = (value: number) => Math.round(value * scale);
  return {
    count: 9_212,
    min: us(20_300),
    mean: us(391_400),
    p50: us(24_607),
    p66: us(361_000),
    p75: us(912_000),
    p80: us(1_010_000),
    p90: us(1_310_000),
    p95: us(1_702_000),
    p98: us(1_950_000),
    p99: us(2_051_071),
    p99_9: us(2_214_000),
    p99_99: us(2_301_000),
    max: us(2_310_143),
  };
}
