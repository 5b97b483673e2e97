import {
  createDistribution,
  type LatencyDistribution,
  summariseLatency,
} from '../record/latency/distribution.ts';
import type { LatencyKind, LatencySummary } from '../record/result.ts';
import type { LoadEvent } from './events.ts';
import { createErrorGroups, toErrorGroup } from './measure/error-groups.ts';
import { createExceptionGroups } from './measure/exception-groups.ts';
import { createNamedTotals, type NamedTotals } from './measure/named-totals.ts';
import {
  type ErrorCount,
  type ExceptionCount,
  type FlowCounts,
  latencyKinds,
  noRequests,
  type RequestCounts,
  type Snapshot,
} from './measure/snapshot.ts';

/** Everything the workers measured, merged without loss. Latency and `endedInWindow` leave the warm-up out. */
export interface Totals {
  counts: RequestCounts;
  warmup: RequestCounts;
  inFlightAtEnd: number;
  /** Of `counts.failed`: no connection of ours was free in time. */
  starved: number;
  endedInWindow: number;
  latency: Record<LatencyKind, LatencyDistribution>;
  errors: ErrorCount[];
  bodyBytes: number;
  strayAnswers: number;
  /** Of a scenario: its flows, its named requests, and what its code threw. */
  flows: FlowCounts | null;
  named: NamedTotals[];
  exceptions: ExceptionCount[];
  inFlightMs: number;
  residenceMs: number;
  cpuUs: number;
  /** Of each worker that has reported: the share of time its event loop was busy while all users were active. */
  loopUtilisation: number[];
}

type Progress = LoadEvent & { type: 'load-progress' };

export interface Aggregate {
  /** @returns the intervals that every running worker has now reported, oldest first */
  add(snapshot: Snapshot): Progress[];
  /** A worker that will send no more is not waited for. @returns the intervals that this completes */
  workerEnded(worker: number): Progress[];
  totals(): Totals;
}

export interface AggregateOptions {
  workers: number;
  durationMs: number;
  /** All users have started and the warm-up is over. */
  steadyFromMs: number;
  /** What the profile wanted in an interval; left out: null throughout. Asked in ascending order. */
  offeredRateRps?: (fromMs: number, toMs: number) => number | null;
  /** Told of each interval with all of its percentiles. */
  onInterval?: (progress: Progress, response: LatencySummary, ended: number) => void;
}

export function createAggregate({
  workers,
  durationMs,
  steadyFromMs,
  offeredRateRps = () => null,
  onInterval,
}: AggregateOptions): Aggregate {
  const counts = noRequests();
  const warmup = noRequests();
  const latency = Object.fromEntries(latencyKinds.map((kind) => [kind, createDistribution()])) as Record<
    LatencyKind,
    LatencyDistribution
  >;
  const errors = createErrorGroups();
  const named = createNamedTotals();
  const exceptions = createExceptionGroups();
  let bodyBytes = 0;
  let strayAnswers = 0;
  const loops = Array.from({ length: workers }, () => ({ steady: noLoopTime(), all: noLoopTime() }));
  const lastInFlight = new Array<number>(workers).fill(0);
  const lastInterval = new Array<number>(workers).fill(0);
  const running = new Set(Array.from({ length: workers }, (_, worker) => worker));
  const pending = new Map<number, Snapshot[]>();
  let flows: FlowCounts | null = null;
  let endedInWindow = 0;
  let starved = 0;
  let inFlightMs = 0;
  let residenceMs = 0;
  let cpuUs = 0;
  const shown = noRequests();

  const merge = (snapshot: Snapshot) => {
    addCounts(counts, snapshot.counts);
    addCounts(warmup, snapshot.warmup);
    for (const kind of latencyKinds) latency[kind].add(snapshot.latency[kind]);
    for (const error of snapshot.errors) errors.add(error);
    for (const interval of snapshot.named ?? []) named.add(interval);
    for (const exception of snapshot.exceptions ?? []) exceptions.add(exception);
    bodyBytes += snapshot.bodyBytes ?? 0;
    strayAnswers += snapshot.strayAnswers ?? 0;
    endedInWindow += snapshot.endedInWindow;
    starved += snapshot.starved;
    flows = addFlows(flows, snapshot.flows);
    inFlightMs += snapshot.inFlightMs;
    residenceMs += snapshot.residenceMs;
    cpuUs += snapshot.cpuUs;
    lastInFlight[snapshot.worker] = snapshot.inFlight;
    lastInterval[snapshot.worker] = snapshot.interval;
    const loop = loops[snapshot.worker]!;
    addLoopTime(loop.all, snapshot);
    // Without users it drains, and has little to do.
    if (snapshot.fromMs >= steadyFromMs && snapshot.users > 0) addLoopTime(loop.steady, snapshot);
  };
  const completed = () => {
    const reportedByAll = Math.min(...[...running].map((worker) => lastInterval[worker]!));
    const progress: Progress[] = [];
    for (const interval of [...pending.keys()].sort((a, b) => a - b)) {
      if (interval > reportedByAll) break;
      const snapshots = pending.get(interval)!;
      pending.delete(interval);
      for (const snapshot of snapshots) addCounts(shown, snapshot.counts);
      const response = mergeResponse(snapshots);
      const described = describeInterval(
        snapshots,
        response,
        shown,
        durationMs,
        errors.list(),
        offeredRateRps,
      );
      // The rest after the last whole second says nothing about a rate.
      if (described.intervalMs >= shortestIntervalMs) {
        progress.push(described);
        onInterval?.(described, summariseLatency(response), endedIn(snapshots));
      }
    }
    return progress;
  };
  return {
    add(snapshot) {
      merge(snapshot);
      const interval = pending.get(snapshot.interval);
      if (interval === undefined) pending.set(snapshot.interval, [snapshot]);
      else interval.push(snapshot);
      return completed();
    },
    workerEnded(worker) {
      running.delete(worker);
      return completed();
    },
    totals: () => ({
      counts,
      warmup,
      inFlightAtEnd: lastInFlight.reduce((sum, inFlight) => sum + inFlight, 0),
      starved,
      endedInWindow,
      latency,
      errors: errors.list(),
      bodyBytes,
      strayAnswers,
      flows,
      named: named.list(),
      exceptions: exceptions.list(),
      inFlightMs,
      residenceMs,
      cpuUs,
      loopUtilisation: loops.map(utilisation).filter((share) => share !== null),
    }),
  };
}

function mergeResponse(snapshots: Snapshot[]): LatencyDistribution {
  const response = createDistribution();
  for (const snapshot of snapshots) {
    response.add(snapshot.latency.response);
    response.add(snapshot.warmupResponse);
  }
  return response;
}

function endedIn(snapshots: Snapshot[]): number {
  return snapshots.reduce((total, { counts }) => total + counts.succeeded + counts.failed, 0);
}

function describeInterval(
  snapshots: Snapshot[],
  response: LatencyDistribution,
  total: RequestCounts,
  durationMs: number,
  errors: ErrorCount[],
  offeredRateRps: (fromMs: number, toMs: number) => number | null,
): Progress {
  const intervalMs = Math.max(...snapshots.map((snapshot) => snapshot.toMs - snapshot.fromMs));
  const elapsedMs = Math.max(...snapshots.map((snapshot) => snapshot.toMs));
  const sum = (of: (snapshot: Snapshot) => number) =>
    snapshots.reduce((total, snapshot) => total + of(snapshot), 0);
  const ended = endedIn(snapshots);
  const max = response.max;
  return {
    type: 'load-progress',
    elapsedMs,
    durationMs,
    intervalMs,
    users: sum((snapshot) => snapshot.users),
    intendedRateRps: offeredRateRps(elapsedMs - intervalMs, elapsedMs),
    rateRps: intervalMs > 0 ? (ended * 1_000) / intervalMs : 0,
    responseUs:
      max === null
        ? null
        : {
            p50: response.percentile(50)!,
            p95: response.percentile(95)!,
            p99: response.percentile(99)!,
            max,
          },
    sent: total.sent,
    succeeded: total.succeeded,
    failed: total.failed,
    intervalFailed: sum((snapshot) => snapshot.counts.failed),
    inFlight: sum((snapshot) => snapshot.inFlight),
    topErrors: errors.slice(0, 3).map(toErrorGroup),
  };
}

function addCounts(into: RequestCounts, from: RequestCounts): void {
  into.sent += from.sent;
  into.succeeded += from.succeeded;
  into.failed += from.failed;
  into.dropped += from.dropped;
}

function addFlows(before: FlowCounts | null, more: FlowCounts | undefined): FlowCounts | null {
  if (more === undefined) return before;
  const { started, dropped } = before ?? { started: 0, dropped: 0 };
  return { started: started + more.started, dropped: dropped + more.dropped };
}

interface LoopTime {
  activeMs: number;
  idleMs: number;
}

function noLoopTime(): LoopTime {
  return { activeMs: 0, idleMs: 0 };
}

function addLoopTime(into: LoopTime, snapshot: Snapshot): void {
  into.activeMs += snapshot.loopActiveMs;
  into.idleMs += snapshot.loopIdleMs;
}

/** A run too short for a steady part is judged by all of it. */
function utilisation({ steady, all }: { steady: LoopTime; all: LoopTime }): number | null {
  const { activeMs, idleMs } = steady.activeMs + steady.idleMs > 0 ? steady : all;
  return activeMs + idleMs > 0 ? activeMs / (activeMs + idleMs) : null;
}

const shortestIntervalMs = 250;
