import { createDistribution, type LatencyDistribution } from '../../record/latency/distribution.ts';
import type { EncodedHistogram } from '../../record/latency/histogram.ts';
import { mergeHistograms } from '../../record/latency/merge-histograms.ts';
import type { ErrorGroup } from '../../record/schemas/result.ts';
import { toErrorGroup } from './error-groups.ts';
import type { ErrorCount, NamedInterval, RequestCounts, Snapshot } from './snapshot.ts';
import { noRequests } from './snapshot.ts';
import { addCounts, type Totals } from './totals.ts';

/**
 * What all workers did and felt in one interval: the one shape that terminal, timeline, exports, record and `stopWhen`
 * are given. Times are wall milliseconds from the run's start.
 */
export interface Interval {
  /** Which second of the run, from 1. */
  index: number;
  /** Its end. */
  elapsedMs: number;
  intervalMs: number;
  /** Less than a quarter of a second, as what is left after the last whole one: its rates say nothing by themselves. */
  brief: boolean;
  /** At its end. */
  users: number;
  inFlight: number;
  /** What the offered load wanted; null for users, who want what they get. */
  offeredRateRps: number | null;
  /** Requests ended a second, however they ended. */
  endedRateRps: number;
  /** In this interval alone. */
  counts: RequestCounts;
  /** From the start to this interval's end. */
  total: RequestCounts;
  /** Response times of this interval, warm-up included. */
  response: LatencyDistribution;
  histograms: IntervalHistograms;
  /** The commonest errors so far, at most three. */
  topErrors: ErrorGroup[];
  /** What each worker did, by number. */
  workers: readonly WorkerInterval[];
  /** All that was measured so far. Costs more than the rest: for those who write it now and then. */
  totals(): Totals;
}

/** One worker's part of an interval. */
export interface WorkerInterval {
  worker: number;
  users: number;
  inFlight: number;
  sent: number;
  cpuUs: number;
  intervalMs: number;
  /** Of its event loop, from 0 to 1. */
  busyShare: number;
  sendLag: EncodedHistogram;
}

/** What the record keeps of an interval. */
export interface IntervalHistograms {
  response: EncodedHistogram;
  service: EncodedHistogram;
  /** Response times of requests intended within the warm-up. */
  warmupResponse: EncodedHistogram;
  /** Response times by request name. */
  named: { name: string; response: EncodedHistogram }[];
}

/** What the snapshots do not say. */
export interface IntervalContext {
  total: RequestCounts;
  errors: readonly ErrorCount[];
  offeredRateRps(fromMs: number, toMs: number): number | null;
  totals(): Totals;
}

/** @param snapshots of one interval, at least one */
export function toInterval(
  index: number,
  snapshots: readonly Snapshot[],
  context: IntervalContext,
): Interval {
  const intervalMs = greatest(snapshots, ({ fromMs, toMs }) => toMs - fromMs);
  const elapsedMs = greatest(snapshots, ({ toMs }) => toMs);
  const counts = noRequests();
  for (const snapshot of snapshots) addCounts(counts, snapshot.counts);
  const histograms = histogramsOf(snapshots);
  return {
    index,
    elapsedMs,
    intervalMs,
    brief: intervalMs < briefBelowMs,
    users: sum(snapshots, ({ users }) => users),
    inFlight: sum(snapshots, ({ inFlight }) => inFlight),
    offeredRateRps: context.offeredRateRps(elapsedMs - intervalMs, elapsedMs),
    endedRateRps: intervalMs > 0 ? ((counts.succeeded + counts.failed) * 1_000) / intervalMs : 0,
    counts,
    total: { ...context.total },
    response: responseOf(histograms),
    histograms,
    topErrors: context.errors.slice(0, 3).map(toErrorGroup),
    workers: snapshots.map(toWorkerInterval).sort((a, b) => a.worker - b.worker),
    totals: context.totals,
  };
}

function toWorkerInterval(snapshot: Snapshot): WorkerInterval {
  const { worker, users, inFlight, counts, cpuUs, fromMs, toMs, loopActiveMs, loopIdleMs } = snapshot;
  const loopMs = loopActiveMs + loopIdleMs;
  return {
    worker,
    users,
    inFlight,
    sent: counts.sent,
    cpuUs,
    intervalMs: toMs - fromMs,
    busyShare: loopMs > 0 ? loopActiveMs / loopMs : 0,
    sendLag: snapshot.latency.sendLag,
  };
}

/** Warm-up included. */
export function responseOf({ response, warmupResponse }: IntervalHistograms): LatencyDistribution {
  const distribution = createDistribution();
  distribution.add(response);
  distribution.add(warmupResponse);
  return distribution;
}

function histogramsOf(snapshots: readonly Snapshot[]): IntervalHistograms {
  return {
    response: mergeHistograms(snapshots.map(({ latency }) => latency.response)),
    service: mergeHistograms(snapshots.map(({ latency }) => latency.service)),
    warmupResponse: mergeHistograms(snapshots.map(({ warmupResponse }) => warmupResponse)),
    named: namedOf(snapshots.flatMap(({ named }) => named ?? [])),
  };
}

/** Added up by name. */
export function namedOf(
  parts: readonly Pick<NamedInterval, 'name' | 'response'>[],
): IntervalHistograms['named'] {
  const byName = Map.groupBy(parts, ({ name }) => name);
  return [...byName].map(([name, same]) => ({
    name,
    response: mergeHistograms(same.map(({ response }) => response)),
  }));
}

/** Of however many: `Math.max(...)` takes as many as the stack holds. */
function greatest(snapshots: readonly Snapshot[], of: (snapshot: Snapshot) => number): number {
  return snapshots.reduce((most, snapshot) => Math.max(most, of(snapshot)), Number.NEGATIVE_INFINITY);
}

function sum(snapshots: readonly Snapshot[], of: (snapshot: Snapshot) => number): number {
  return snapshots.reduce((total, snapshot) => total + of(snapshot), 0);
}

export const briefBelowMs = 250;
