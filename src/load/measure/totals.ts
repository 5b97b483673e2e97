import { createDistribution, type LatencyDistribution } from '../../record/latency/distribution.ts';
import type { LatencyKind } from '../../record/schemas/result.ts';
import { createErrorGroups } from './error-groups.ts';
import { createExceptionGroups } from './exception-groups.ts';
import { createNamedTotals, type NamedTotals } from './named-totals.ts';
import {
  type ErrorCount,
  type ExceptionCount,
  type FlowCounts,
  latencyKinds,
  noRequests,
  type Peaks,
  peakNames,
  type RequestCounts,
  type Snapshot,
} from './snapshot.ts';
import { addTraffic, noTraffic, type TrafficCounts } from './traffic.ts';

/** Everything the workers measured, merged without loss. Latency leaves the warm-up out. */
export interface Totals {
  counts: RequestCounts;
  warmup: RequestCounts;
  inFlightAtEnd: number;
  /** Of `counts.failed`: no connection of ours was free in time. */
  starved: number;
  /** Of `counts.failed`: this machine could not send it. */
  localFailures: number;
  traffic: TrafficCounts;
  latency: Record<LatencyKind, LatencyDistribution>;
  errors: ErrorCount[];
  bodyBytes: number;
  sentBytes: number;
  receivedBytes: number;
  strayAnswers: number;
  connectionsOpened: number;
  /** Of a scenario: its flows, its named requests, and what its code threw. */
  flows: FlowCounts | null;
  named: NamedTotals[];
  exceptions: ExceptionCount[];
  inFlightMs: number;
  residenceMs: number;
  cpuUs: number;
  peaks: Peaks;
  /** Of each worker that has reported: the share of time its event loop was busy while all users were active. */
  loopUtilisation: number[];
}

/** Adds snapshots up, in whatever order they come. */
export interface TotalsKeeper {
  add(snapshot: Snapshot): void;
  /** Of the process that leads the run, up to `toMs` of it. */
  addPeaks(peaks: Peaks, toMs: number): void;
  errors(): ErrorCount[];
  totals(): Totals;
}

/** Sums of a snapshot's plain numbers. */
const summed = [
  'starved',
  'localFailures',
  'inFlightMs',
  'residenceMs',
  'cpuUs',
  'bodyBytes',
  'sentBytes',
  'receivedBytes',
  'strayAnswers',
  'connectionsOpened',
] as const;

/** What is left out of some figures: `steadyFromMs` is when all users have started and the warm-up is over. */
export interface MeasuredPart {
  steadyFromMs: number;
  warmupMs?: number;
}

export function createTotals(workers: number, { steadyFromMs, warmupMs = 0 }: MeasuredPart): TotalsKeeper {
  const counts = noRequests();
  const warmup = noRequests();
  const latency = Object.fromEntries(latencyKinds.map((kind) => [kind, createDistribution()])) as Record<
    LatencyKind,
    LatencyDistribution
  >;
  const sums = Object.fromEntries(summed.map((name) => [name, 0])) as Record<(typeof summed)[number], number>;
  const traffic = noTraffic();
  const errors = createErrorGroups();
  const named = createNamedTotals();
  const exceptions = createExceptionGroups();
  const loops = Array.from({ length: workers }, () => ({ steady: noLoopTime(), all: noLoopTime() }));
  const lastInFlight = new Array<number>(workers).fill(0);
  const peaks: Peaks = {};
  let flows: FlowCounts | null = null;
  const addPeaks = (more: Peaks, toMs: number) => {
    // Snapshots end a hair after the second.
    if (toMs <= warmupMs + peakGrainMs) return;
    for (const name of peakNames) {
      const value = more[name];
      if (value !== undefined) peaks[name] = Math.max(peaks[name] ?? 0, value);
    }
  };
  return {
    addPeaks,
    add(snapshot) {
      addCounts(counts, snapshot.counts);
      addCounts(warmup, snapshot.warmup);
      addTraffic(traffic, snapshot.traffic);
      for (const kind of latencyKinds) latency[kind].add(snapshot.latency[kind]);
      for (const error of snapshot.errors) errors.add(error);
      for (const interval of snapshot.named ?? []) named.add(interval);
      for (const exception of snapshot.exceptions ?? []) exceptions.add(exception);
      for (const name of summed) sums[name] += snapshot[name] ?? 0;
      flows = addFlows(flows, snapshot.flows);
      addPeaks(snapshot.peaks ?? {}, snapshot.toMs);
      lastInFlight[snapshot.worker] = snapshot.inFlight;
      const loop = loops[snapshot.worker]!;
      addLoopTime(loop.all, snapshot);
      // Without users it drains, and has little to do.
      if (snapshot.fromMs >= steadyFromMs && snapshot.users > 0) addLoopTime(loop.steady, snapshot);
    },
    errors: () => errors.list(),
    totals: () => ({
      counts,
      warmup,
      traffic,
      latency,
      ...sums,
      peaks: { ...peaks },
      inFlightAtEnd: lastInFlight.reduce((sum, inFlight) => sum + inFlight, 0),
      errors: errors.list(),
      flows,
      named: named.list(),
      exceptions: exceptions.list(),
      loopUtilisation: loops.map(utilisation).filter((share) => share !== null),
    }),
  };
}

export function addCounts(into: RequestCounts, from: RequestCounts): void {
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

const peakGrainMs = 100;
