import { contentOfBytes } from '../../src/core/content.ts';
import { createRandom, type Random } from '../../src/core/random.ts';
import type { LiveRun } from '../../src/dashboard/live/live-run.ts';
import type { Snapshot } from '../../src/load/measure/snapshot.ts';
import { noTraffic } from '../../src/load/measure/traffic.ts';
import type { LoadPlan } from '../../src/load/plan/plan.ts';
import { createAggregate } from '../../src/load/run/aggregate.ts';
import type { FollowedRun } from '../../src/load/run/run-follower.ts';
import { createLatencyRecorder, emptyHistogram } from '../../src/record/latency/histogram.ts';
import type { TimelineFact } from '../../src/record/schemas/timeline.ts';
import { eventAt, samplesTo } from './timeline.ts';

const body = Buffer.from('{"question":1}');
const content = contentOfBytes(body, 'body');
const recorder = createLatencyRecorder();

/** What the run of the bench is: users who pace themselves, a fleet that is watched, two expectations. */
export function madeRun(durationMs: number): FollowedRun {
  return {
    ...{ runId: 'made', experiment: 'bench', workers: 1, debugged: false, watched: true, timeScale: 1 },
    ...{ plan: planOf(durationMs), contents: { [content.sha256]: { bytes: body } }, folder: '/made' },
    request: { method: 'POST', name: '/' },
  };
}

/** Tells a run second by second, through the code that a real run goes through from its workers' snapshots on. */
export function createFeed(
  run: Pick<LiveRun, 'observe' | 'record'>,
  {
    names,
    perName,
    durationMs,
    seed = 1,
  }: { names: number; perName: number; durationMs: number; seed?: number },
): { second(): void } {
  const random = createRandom(seed);
  const aggregate = createAggregate({ workers: 1, steadyFromMs: 0, offeredRateRps: () => names * perName });
  const observe = samplesTo(run.record);
  const tell = (event: Parameters<typeof observe>[0]) => {
    observe(event);
    run.observe(event);
  };
  tell({ type: 'load-started', startAtMs: 0 });
  let index = 0;
  return {
    second() {
      index += 1;
      const atMs = index * 1_000;
      for (const interval of aggregate.add(snapshotAt(index, names, perName, random))) {
        tell({ type: 'load-interval', interval, durationMs, windowMs: atMs });
      }
      for (const fact of factsAt(index, random)) run.record(eventAt(fact, atMs));
    },
  };
}

function snapshotAt(index: number, names: number, perName: number, random: Random): Snapshot {
  const ended = names * perName;
  const failed = index % 10 === 0 ? 1 : 0;
  const mean = 20 + 10 * Math.sin(index / 120);
  const histogram = (count: number, meanMs: number) => {
    for (let each = 0; each < count; each++) recorder.record(1 + random.exponential(meanMs));
    return recorder.take();
  };
  return {
    ...{ version: 1, worker: 0, interval: index, fromMs: (index - 1) * 1_000, toMs: index * 1_000 },
    ...{ users: 20 + Math.floor(index / 60), inFlight: random.int(20) },
    counts: { sent: ended, succeeded: ended - failed, failed, dropped: 0 },
    warmup: { sent: 0, succeeded: 0, failed: 0, dropped: 0 },
    starved: 0,
    traffic: noTraffic(),
    latency: {
      response: histogram(ended, mean),
      service: histogram(ended, mean),
      firstByte: histogram(ended, mean * 0.9),
      sendLag: histogram(ended, 0.1),
      poolWait: histogram(ended, 0.05),
    },
    warmupResponse: emptyHistogram,
    errors:
      failed === 0
        ? []
        : [
            {
              ...{ kind: 'http', status: 500, message: 'the model has failed', count: 1 },
              ...{ firstAtMs: index * 1_000, lastAtMs: index * 1_000, name: 'request 1', method: 'POST' },
            },
          ],
    named: Array.from({ length: names }, (_, name) => ({
      ...{ name: `request ${name + 1} of the scenario`, method: 'POST' },
      ...{ succeeded: perName, failed: 0, bodyBytes: perName * (400 + random.int(100)) },
      response: histogram(perName, mean * (1 + name / 10)),
    })),
    ...{ inFlightMs: 5_000, residenceMs: 5_000, bodyBytes: ended * 450 },
    ...{ loopActiveMs: 200 + random.int(50), loopIdleMs: 750, cpuUs: 200_000 + random.int(50_000) },
  };
}

/** A fleet with a target: a metric a minute, a look every ten seconds, and every ten minutes a scaling of some kind. */
function factsAt(index: number, random: Random): TimelineFact[] {
  const facts: TimelineFact[] = [];
  const grown = Math.floor(index / 600);
  if (index % 10 === 0) {
    const current = 1 + (grown % 4);
    facts.push({ type: 'capacity', current, desired: current, endpointStatus: 'InService' });
  }
  if (index % 60 === 0) {
    const metricName = 'SageMakerVariantInvocationsPerInstance';
    const value = 6_000 + random.int(3_000);
    facts.push({ type: 'metric', metricName, statistic: 'Sum', periodSeconds: 60, value, target: 7_000 });
  }
  if (index % 600 === 0) facts.push(...scalingAt(grown));
  return facts;
}

function scalingAt(grown: number): TimelineFact[] {
  const alarm = {
    type: 'alarm',
    alarmName: `TargetTracking-endpoint/bench/variant/AllTraffic-AlarmHigh-${grown}`,
    ...{
      side: 'high' as const,
      reason: 'Threshold Crossed: 3 datapoints were greater than the threshold (7000.0).',
    },
  } as const;
  return [
    { ...alarm, state: 'ALARM', previousState: 'OK' },
    { ...alarm, state: 'OK', previousState: 'ALARM' },
    {
      ...{ type: 'activity', activityId: `activity-${grown}`, status: 'Successful', statusMessage: '' },
      ...{ description: 'Setting desired instance count to 2.', cause: 'monitor alarm in state ALARM' },
    },
  ];
}

function planOf(durationMs: number): LoadPlan {
  return {
    destination: { kind: 'url', url: 'http://127.0.0.1:1/', method: 'POST', headers: {} },
    offered: {
      model: 'closed',
      users: 20,
      ramp: { kind: 'over', durationMs: 0 },
      wait: { kind: 'pacing', periodMs: 1_000 },
      durationMs,
    },
    ...{ seed: 1, startAtMs: null, warmupMs: 0, timeoutMs: 5_000, stopTimeoutMs: 1_000, maxRequests: null },
    ...{ body: content, contentType: 'application/json', accept: 'application/json', expectations: [] },
    ...{ connections: 4_096, maxSendLagMs: null, precise: false, keepAlive: true, maxRedirects: 0 },
    ...{ keepGoing: false, data: null, transport: 'raw', proxy: null, tls: null, listenMs: null },
    scenario: null,
  };
}
