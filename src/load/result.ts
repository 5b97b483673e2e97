import type { OfferedLoad } from '../offered/offered-load.ts';
import type { ScaleOutDelay } from '../scaling/scale-out-delay.ts';

/** `result.json`: what `load --json` prints. A versioned contract; scripts read it. */
export interface RunResult {
  schemaVersion: 1;
  runId: string;
  startedAt: string;
  durationSeconds: number;
  /** The endpoint's name is empty where none is known to be behind the URL. */
  target: { kind: 'runtime' | 'api' | 'url'; endpointName: string; url: string };
  profile: OfferedLoad;
  workers: number;
  requests: {
    intended: number;
    sent: number;
    succeeded: number;
    failed: number;
    dropped: number;
    inFlightAtEnd: number;
  };
  /** Of `requests`, what the warm-up took: counted, but in no latency, rate or error share. Absent without a warm-up. */
  warmup?: { seconds: number; sent: number; succeeded: number; failed: number };
  /**
   * Closed model, and scenarios: intended requests = sent, intended rate null. Achieved: requests ended a second, however they
   * ended, in the measured part of the run.
   */
  rateRps: { intended: number | null; achieved: number };
  latencyUs: Record<LatencyKind, LatencySummary>;
  /** With a scenario: its flows, warm-up included. Arrivals that the end found not begun are dropped. */
  flows?: { started: number; dropped: number };
  /** With a scenario: each of its named requests, warm-up excluded. */
  requestsByName?: Record<string, NamedRequests>;
  errors: ErrorGroup[];
  /** With a scenario: what its code threw; each is among `errors` as `client` too. */
  exceptions?: { message: string; traceback: string; count: number }[];
  thresholds: { expression: string; observed: number | null; passed: boolean }[];
  validity: { verdict: 'VALID' | 'INVALID'; checks: ValidityCheck[] };
  generator: { cpuUsPerRequest: number; loopLagUsP99: number };
  /** Filled in by the command that watched scaling meanwhile; empty without one. */
  scaling: ScalingSummary | Record<string, never>;
  costUsd: { instanceHours?: number; total?: number; note?: string };
}

export type LatencyKind = 'response' | 'service' | 'firstByte' | 'sendLag' | 'poolWait';

/** Microseconds. All null where nothing was recorded: zero would be a number nobody measured. */
export interface LatencySummary {
  count: number;
  min: number | null;
  mean: number | null;
  p50: number | null;
  p66: number | null;
  p75: number | null;
  p80: number | null;
  p90: number | null;
  p95: number | null;
  p98: number | null;
  p99: number | null;
  p99_9: number | null;
  p99_99: number | null;
  max: number | null;
}

export interface NamedRequests {
  method: string;
  succeeded: number;
  failed: number;
  /** Mean size of the answers' bodies. */
  meanBodyBytes: number;
  responseUs: LatencySummary;
}

export type ErrorKind = 'throttled' | 'model' | 'timeout' | 'connection' | 'protocol' | 'http' | 'client';

/** Grouped by kind, status and normalised message. */
export interface ErrorGroup {
  kind: ErrorKind;
  /** HTTP status; 0 where no response came. */
  status: number;
  message: string;
  /** With a scenario: which of its named requests failed so. */
  name?: string;
  count: number;
  firstAt: string;
  lastAt: string;
}

export interface ValidityCheck {
  name: string;
  severity: 'error' | 'warning';
  observed: number;
  limit: number;
  passed: boolean;
}

export interface ScalingSummary {
  capacityEmulated: boolean;
  timeScale: number;
  instances: { atStart: number; max: number; atEnd: number };
  scaleOuts: number;
  scaleIns: number;
  /** Where each scale-out's time went, the first twenty; absent in results of older versions. */
  scaleOutDelays?: ScaleOutDelay[];
}
