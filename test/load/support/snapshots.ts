import { noRequests, type Snapshot, snapshotVersion } from '../../../src/load/measure/snapshot.ts';
import { noTraffic } from '../../../src/load/measure/traffic.ts';
import { createLatencyRecorder, emptyHistogram } from '../../../src/record/latency/histogram.ts';
import type { LatencyKind } from '../../../src/record/schemas/result.ts';

/** An interval of one worker in which nothing happened, but for what is given. Latencies in ms. */
export function snapshotOf(
  changes: Partial<Omit<Snapshot, 'latency'>> & { latencyMs?: Partial<Record<LatencyKind, number[]>> } = {},
): Snapshot {
  const { latencyMs = {}, ...rest } = changes;
  const encode = (kind: LatencyKind) => {
    const recorder = createLatencyRecorder();
    for (const ms of latencyMs[kind] ?? []) recorder.record(ms);
    return recorder.take();
  };
  const interval = rest.interval ?? 1;
  return {
    version: snapshotVersion,
    worker: 0,
    interval,
    fromMs: (interval - 1) * 1_000,
    toMs: interval * 1_000,
    users: 1,
    inFlight: 0,
    counts: noRequests(),
    warmup: noRequests(),
    starved: 0,
    traffic: noTraffic(),
    latency: {
      response: encode('response'),
      service: encode('service'),
      firstByte: encode('firstByte'),
      sendLag: encode('sendLag'),
      poolWait: encode('poolWait'),
    },
    warmupResponse: emptyHistogram,
    errors: [],
    inFlightMs: 0,
    residenceMs: 0,
    loopActiveMs: 100,
    loopIdleMs: 900,
    cpuUs: 0,
    ...rest,
  };
}
