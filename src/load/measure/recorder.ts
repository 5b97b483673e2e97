import { createLatencyRecorder, type EncodedHistogram } from '../../record/latency/histogram.ts';
import type { LatencyKind } from '../../record/schemas/result.ts';
import type { RequestFailure } from '../transport/exchange/failure.ts';
import { createErrorGroups } from './error-groups.ts';
import { type ErrorCount, latencyKinds, noRequests, type RequestCounts } from './snapshot.ts';

/** How an iteration, and its first request, came to begin; instants on the worker's monotonic clock, in ms. */
export interface StartTimes {
  intendedMs: number;
  /** The worker took it up. */
  takenMs: number;
  /** A timer set its start. */
  timed: boolean;
}

/** One request's instants; filled as they come. */
export interface RequestTimes extends StartTimes {
  /** Its bytes were handed to the socket. */
  sentMs: number;
}

/**
 * A worker's books. Latency histograms hold what was answered with success and, at the time-out, what was not answered in
 * time: a fast refusal must not flatter them, a cut-off wait must not vanish from them. Everything is counted.
 */
export interface Recorder {
  readonly inFlight: number;
  sent(times: RequestTimes, nowMs: number): void;
  succeeded(times: RequestTimes, firstByteMs: number, nowMs: number): void;
  failed(times: RequestTimes, failure: RequestFailure, nowMs: number): void;
  /** It could not even be sent: sent and failed at once, never in flight. */
  failedUnsent(times: Readonly<StartTimes>, failure: RequestFailure, nowMs: number): void;
  /** The same, for want of a connection of our own: nobody was asked for one. */
  starved(times: Readonly<StartTimes>, failure: RequestFailure, nowMs: number): void;
  /** Taken up, but the run ended before there was a connection. */
  dropped(times: Readonly<StartTimes>): void;
  /** Arrivals that the run's end found not even taken up. */
  droppedUntaken(count: number, warm: boolean): void;
  /** Still in flight when the run is over. */
  abandoned(times: RequestTimes, nowMs: number): void;
  /** Sending is over: what ends from here on is no part of the rate. */
  endWindow(atMs: number): void;
  take(nowMs: number): RecordedInterval;
}

interface RecordedInterval {
  counts: RequestCounts;
  warmup: RequestCounts;
  starved: number;
  localFailures: number;
  endedInWindow: number;
  latency: Record<LatencyKind, EncodedHistogram>;
  warmupResponse: EncodedHistogram;
  errors: ErrorCount[];
  inFlightMs: number;
  residenceMs: number;
}

export interface RecorderOptions {
  originMs: number;
  /** Requests intended before this instant are warm-up. */
  warmupEndMs: number;
  endMs: number;
  epochMs: () => number;
}

export function createRecorder(options: RecorderOptions): Recorder {
  return new WorkerRecorder(options);
}

class WorkerRecorder implements Recorder {
  inFlight = 0;
  readonly #warmupEndMs: number;
  readonly #epochMs: () => number;
  readonly #response = createLatencyRecorder();
  readonly #service = createLatencyRecorder();
  readonly #firstByte = createLatencyRecorder();
  readonly #sendLag = createLatencyRecorder();
  readonly #poolWait = createLatencyRecorder();
  readonly #warmupResponse = createLatencyRecorder();
  readonly #errors = createErrorGroups();
  #windowEndMs: number;
  #counts = noRequests();
  #warmup = noRequests();
  #endedInWindow = 0;
  #starved = 0;
  #localFailures = 0;
  #inFlightMs = 0;
  #inFlightSinceMs: number;
  #residenceMs = 0;

  constructor(options: RecorderOptions) {
    this.#warmupEndMs = options.warmupEndMs;
    this.#epochMs = options.epochMs;
    this.#windowEndMs = options.endMs;
    this.#inFlightSinceMs = options.originMs;
  }

  sent(times: RequestTimes, nowMs: number): void {
    times.sentMs = nowMs;
    this.#changeInFlight(1, nowMs);
    this.#counts.sent++;
    if (times.intendedMs < this.#warmupEndMs) {
      this.#warmup.sent++;
      return;
    }
    if (times.timed) this.#sendLag.record(times.takenMs - times.intendedMs);
    this.#poolWait.record(nowMs - times.takenMs);
  }

  succeeded(times: RequestTimes, firstByteMs: number, nowMs: number): void {
    this.#ended(times, nowMs);
    this.#counts.succeeded++;
    if (times.intendedMs < this.#warmupEndMs) {
      this.#warmup.succeeded++;
      this.#warmupResponse.record(nowMs - times.intendedMs);
      return;
    }
    this.#response.record(nowMs - times.intendedMs);
    this.#service.record(nowMs - times.sentMs);
    this.#firstByte.record(firstByteMs - times.sentMs);
  }

  failed(times: RequestTimes, failure: RequestFailure, nowMs: number): void {
    this.#ended(times, nowMs);
    const warm = times.intendedMs < this.#warmupEndMs;
    this.#countError(failure, warm);
    if (failure.kind !== 'timeout' || warm) return;
    this.#response.record(nowMs - times.intendedMs);
    this.#service.record(nowMs - times.sentMs);
  }

  failedUnsent(times: Readonly<StartTimes>, failure: RequestFailure, nowMs: number): void {
    this.#counts.sent++;
    this.#countEnded(nowMs);
    const warm = times.intendedMs < this.#warmupEndMs;
    if (warm) this.#warmup.sent++;
    this.#countError(failure, warm);
    if (warm) return;
    if (times.timed) this.#sendLag.record(times.takenMs - times.intendedMs);
    // There was no service to time, but the caller has waited all the same.
    if (failure.kind === 'timeout') this.#response.record(nowMs - times.intendedMs);
  }

  starved(times: Readonly<StartTimes>, failure: RequestFailure, nowMs: number): void {
    this.#starved++;
    this.failedUnsent(times, failure, nowMs);
  }

  dropped(times: Readonly<StartTimes>): void {
    this.droppedUntaken(1, times.intendedMs < this.#warmupEndMs);
  }

  droppedUntaken(count: number, warm: boolean): void {
    this.#counts.dropped += count;
    if (warm) this.#warmup.dropped += count;
  }

  abandoned(times: RequestTimes, nowMs: number): void {
    this.#changeInFlight(0, nowMs);
    this.#residenceMs += nowMs - times.sentMs;
  }

  endWindow(atMs: number): void {
    this.#windowEndMs = Math.min(this.#windowEndMs, atMs);
  }

  take(nowMs: number): RecordedInterval {
    this.#changeInFlight(0, nowMs);
    const taken: RecordedInterval = {
      counts: this.#counts,
      warmup: this.#warmup,
      starved: this.#starved,
      localFailures: this.#localFailures,
      endedInWindow: this.#endedInWindow,
      latency: this.#takeLatency(),
      warmupResponse: this.#warmupResponse.take(),
      errors: this.#errors.list(),
      inFlightMs: this.#inFlightMs,
      residenceMs: this.#residenceMs,
    };
    this.#errors.clear();
    this.#counts = noRequests();
    this.#warmup = noRequests();
    this.#endedInWindow = 0;
    this.#starved = 0;
    this.#localFailures = 0;
    this.#inFlightMs = 0;
    this.#residenceMs = 0;
    return taken;
  }

  #takeLatency(): Record<LatencyKind, EncodedHistogram> {
    const recorders = {
      response: this.#response,
      service: this.#service,
      firstByte: this.#firstByte,
      sendLag: this.#sendLag,
      poolWait: this.#poolWait,
    };
    return Object.fromEntries(latencyKinds.map((kind) => [kind, recorders[kind].take()])) as Record<
      LatencyKind,
      EncodedHistogram
    >;
  }

  #ended(times: RequestTimes, nowMs: number): void {
    this.#changeInFlight(-1, nowMs);
    this.#residenceMs += nowMs - times.sentMs;
    this.#countEnded(nowMs);
  }

  #changeInFlight(by: 1 | -1 | 0, nowMs: number): void {
    this.#inFlightMs += this.inFlight * (nowMs - this.#inFlightSinceMs);
    this.#inFlightSinceMs = nowMs;
    this.inFlight += by;
  }

  #countEnded(nowMs: number): void {
    if (nowMs >= this.#warmupEndMs && nowMs < this.#windowEndMs) this.#endedInWindow++;
  }

  #countError(failure: RequestFailure, warm: boolean): void {
    this.#counts.failed++;
    if (warm) this.#warmup.failed++;
    const { local, ...group } = failure;
    if (local) this.#localFailures++;
    const atMs = this.#epochMs();
    this.#errors.add({ ...group, count: 1, firstAtMs: atMs, lastAtMs: atMs });
  }
}
