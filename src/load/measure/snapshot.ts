import type { EncodedHistogram } from '../../record/latency/histogram.ts';
import type { ErrorKind, LatencyKind } from '../../record/schemas/result.ts';
import type { NothingThere } from './first-answers.ts';
import type { TrafficCounts } from './traffic.ts';

/**
 * What one worker measured in one interval: all that ever leaves it. Plain JSON data of one version, whichever way it
 * travels (thread message, a line of text, a stored object). Counts and sums are of the interval alone; times are
 * milliseconds from the run's start unless they say otherwise.
 */
export interface Snapshot {
  version: typeof snapshotVersion;
  worker: number;
  /** Which second of the run this was, from 1; ascending, and with gaps where the worker was held up for longer. */
  interval: number;
  fromMs: number;
  toMs: number;
  /** At the interval's end. */
  users: number;
  inFlight: number;
  counts: RequestCounts;
  /** Of `counts`, those whose intended start lay in the warm-up. */
  warmup: RequestCounts;
  /** Of `counts.failed`: all of our connections were busy for too long, and none was ever tried. */
  starved: number;
  /** Of `counts.failed`: this machine had no descriptor, no port or no route for it. */
  localFailures?: number;
  traffic: TrafficCounts;
  /** Warm-up excluded. */
  latency: Record<LatencyKind, EncodedHistogram>;
  /** Response times of the warm-up: shown while it lasts, in no figure. */
  warmupResponse: EncodedHistogram;
  errors: ErrorCount[];
  /** Body bytes of all responses, framing taken off. */
  bodyBytes?: number;
  /** Of requests and answers, heads and bodies as HTTP/1.1 writes them. */
  sentBytes?: number;
  receivedBytes?: number;
  /** All answers so far say that there is nothing to load; left out once one has said anything else. */
  nothingThere?: NothingThere;
  /** What came on connections that awaited nothing. */
  strayAnswers?: number;
  connectionsOpened?: number;
  /** With a scenario: each of its named requests that ended in the interval. */
  named?: NamedInterval[];
  flows?: FlowCounts;
  /** With a scenario: what its code threw. */
  exceptions?: ExceptionCount[];
  /** ∫ requests in flight dt, in request milliseconds. */
  inFlightMs: number;
  /** Time in flight of the requests that ended in the interval; the last snapshot adds those that never did. */
  residenceMs: number;
  /** The greatest of what only its worst moment tells. */
  peaks?: Peaks;
  /** The worker's event loop and thread. */
  loopActiveMs: number;
  loopIdleMs: number;
  cpuUs: number;
}

/** Merged by their maximum, over intervals and workers; what ended within the warm-up is left out. */
export type Peaks = Partial<Record<Peak, number>>;

/** `heldUpMs`, `clockGainMs`: as `HoldUps` has them. */
export const peakNames = ['heldUpMs', 'clockGainMs'] as const;
type Peak = (typeof peakNames)[number];

export const snapshotVersion = 1;

export interface RequestCounts {
  sent: number;
  succeeded: number;
  failed: number;
  /** Taken up, but the run ended before there was a connection to send on. */
  dropped: number;
}

/** Of a scenario: what its arrivals or users begin. */
export interface FlowCounts {
  started: number;
  /** Arrivals whose flow the run's end found not begun. */
  dropped: number;
}

/** Of one named request of a scenario, warm-up excluded. */
export interface NamedInterval {
  name: string;
  method: string;
  succeeded: number;
  failed: number;
  bodyBytes: number;
  response: EncodedHistogram;
}

/** Equal exceptions, by message and traceback. */
export interface ExceptionCount {
  message: string;
  /** The frames in the scenario's own file, one a line. */
  traceback: string;
  count: number;
}

export interface ErrorCount {
  kind: ErrorKind;
  status: number;
  message: string;
  /** With a scenario: which of its named requests failed so. */
  name?: string;
  method?: string;
  count: number;
  /** Epoch milliseconds. */
  firstAtMs: number;
  lastAtMs: number;
}

export const latencyKinds: readonly LatencyKind[] = [
  'response',
  'service',
  'firstByte',
  'sendLag',
  'poolWait',
];

export function noRequests(): RequestCounts {
  return { sent: 0, succeeded: 0, failed: 0, dropped: 0 };
}

/** @throws Error if it is not a snapshot this version can read */
export function checkSnapshot(value: unknown): Snapshot {
  const version =
    typeof value === 'object' && value !== null && 'version' in value ? value.version : undefined;
  if (version !== snapshotVersion) {
    throw new Error(`a worker sent a snapshot of version ${String(version)}, not ${snapshotVersion}`);
  }
  return value as Snapshot;
}
