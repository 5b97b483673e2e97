/** What a live page is told of a run. Both sides share these types: the server writes them, the page reads them. */
import type { SteeringUnit } from '../../offered/steering.ts';
import type { JudgedExpectation } from '../../record/schemas/expectation-schema.ts';
import type { ErrorGroup, RunResult, ValidityCheck } from '../../record/schemas/result.ts';
import type { TimelineEvent } from '../../record/schemas/timeline.ts';

/** All of the run so far: what a page gets when it comes, and again whenever it comes back. */
export interface LiveState {
  facts: RunFacts;
  /** In order of time; load samples are thinned once they are many. */
  timeline: TimelineEvent[];
  heat: HeatMap;
  now: Now;
}

/** What is new, once a second. What is left out is as it was. */
export interface LiveTick {
  facts?: RunFacts;
  events: TimelineEvent[];
  /** A column a second; its `fromMs` is any time within it. */
  heat: HeatColumn[];
  now: Omit<Now, 'figures'> & { figures: Partial<Figures> | null };
}

export interface RunFacts {
  runId: string;
  experiment: string;
  /** Where requests go, in words. */
  destination: string;
  /** Where the record is being written. */
  folder: string;
  /** What a request is called where no scenario names it. */
  request: { method: string; name: string };
  /** The load in one line; null until the run is ready. */
  description: string | null;
  durationMs: number;
  warmupMs: number;
  seed: number;
  workers: number;
  timeScale: number;
  /** A user's own rate, where users pace themselves. */
  rateOfUserRps: number | null;
  /** What steering counts in; null: this load cannot be changed. */
  unit: SteeringUnit | null;
  fleet: FleetFact;
}

/** Whether instances are watched while the load goes on. */
export interface FleetFact {
  /** `none`: there are none to watch; `waiting`: none was seen yet; `unseen`: they could not be watched (any more). */
  state: 'none' | 'waiting' | 'watched' | 'unseen';
  /** In one line, with the reason where they are not watched. */
  words: string;
  /** What scaling waits for now, a sentence each, as `watch-scaling` says it. */
  waitsFor: readonly string[];
}

/** What goes on around a run, such as the parts of `mlbench run`: `up`, `down`; or why there is none: `failed`. */
export interface Part {
  name: string;
  message: string;
}

export type Phase = 'starting' | 'running' | 'paused' | 'stopping' | 'watching' | 'ended';

/** How the run stands. */
export interface Now {
  phase: Phase;
  /** Why it stops or has stopped, in words. */
  why: string | null;
  /** The last change by hand, in words. */
  change: string | null;
  elapsedMs: number;
  users: number;
  inFlight: number;
  /** Figures count from here on; 0: of the whole run. */
  countedFromMs: number;
  figures: Figures | null;
  workers: WorkerRow[];
  outcome: Outcome | null;
}

/** Of `result.json`, as it would be if the run ended now; warm-up left out as there. */
export interface Figures {
  requests: RunResult['requests'];
  rateRps: Pick<RunResult['rateRps'], 'intended' | 'achieved'>;
  rows: StatisticsRow[];
  total: StatisticsRow;
  errors: ErrorGroup[];
  /** Errors of further kinds that are not listed. */
  moreErrors: number;
  exceptions: NonNullable<RunResult['exceptions']>;
  verdict: RunResult['validity']['verdict'];
  checks: Omit<ValidityCheck, 'meaning'>[];
  service: NonNullable<RunResult['expectations']>['verdict'];
  expectations: JudgedExpectation[];
}

/** A line of the statistics, in µs; null where nothing was measured, or cannot be told of many together. */
export interface StatisticsRow {
  method: string;
  name: string;
  ended: number;
  failed: number;
  p50: number | null;
  p95: number | null;
  p99: number | null;
  mean: number | null;
  min: number | null;
  max: number | null;
  meanBodyBytes: number | null;
  /** Ended a second lately. */
  rateRps: number;
  failedRps: number;
}

export interface WorkerRow {
  worker: number;
  users: number;
  inFlight: number;
  /** In the last second. */
  sent: number;
  /** Of a core, from 0 to 1. */
  cpuShare: number;
  /** Of its event loop. */
  busyShare: number;
  sendLagUsP99: number | null;
}

interface Outcome {
  reportPath: string | null;
  failed: string | null;
}

/** Response times over time: how many requests a column and a row of latency. */
export interface HeatMap {
  columnMs: number;
  columns: HeatColumn[];
}

/** `cells` are pairs: a row (see `heat-map.ts`), and how many requests fell into it. */
export interface HeatColumn {
  fromMs: number;
  cells: number[];
}
