import { createLatencyRecorder, type EncodedHistogram } from '../../record/latency/histogram.ts';
import type { LatencyKind } from '../../record/schemas/result.ts';
import type { RequestFailure } from '../transport/exchange/failure.ts';
import { createErrorGroups } from './error-groups.ts';
import { FirstAnswers } from './first-answers.ts';
import { type ErrorCount, latencyKinds, noRequests, type RequestCounts } from './snapshot.ts';
import { Traffic, type TrafficCounts } from './traffic.ts';

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
 * A worker's books. Latency histograms hold what was answered with success and, at the time-out, what was not answered
 * in time: a fast refusal must not flatter them, a cut-off wait must not vanish from them. Everything is counted.
 */
export interface Recorder {
  readonly inFlight: number;
  sent(times: RequestTimes, nowMs: number): void;
  /** @param status of the answer */
  succeeded(times: RequestTimes, firstByteMs: number, nowMs: number, status: number): void;
  failed(times: RequestTimes, failure: RequestFailure, nowMs: number): void;
  /** An answer was no end: it is followed to where it points. */
  redirected(): void;
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
  take(nowMs: number): RecordedInterval;
}

interface RecordedInterval {
  counts: RequestCounts;
  warmup: RequestCounts;
  starved: number;
  localFailures: number;
  traffic: TrafficCounts;
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
  epochMs: () => number;
  /** Hears how each request ended, until it has heard enough. */
  first?: FirstAnswers;
}

export function createRecorder(options: RecorderOptions): Recorder {
  return new WorkerRecorder(options);
}

class WorkerRecorder implements Recorder {
  inFlight = 0;
  readonly #warmupEndMs: number;
  readonly #epochMs: () => number;
  readonly #first: FirstAnswers;
  readonly #response = createLatencyRecorder();
  readonly #service = createLatencyRecorder();
  readonly #firstByte = createLatencyRecorder();
  readonly #sendLag = createLatencyRecorder();
  readonly #poolWait = createLatencyRecorder();
  readonly #warmupResponse = createLatencyRecorder();
  readonly #errors = createErrorGroups();
  readonly #traffic: Traffic;
  #counts = noRequests();
  #warmup = noRequests();
  #starved = 0;
  #localFailures = 0;
  #inFlightMs = 0;
  #inFlightSinceMs: number;
  #residenceMs = 0;

  constructor(options: RecorderOptions) {
    this.#warmupEndMs = options.warmupEndMs;
    this.#epochMs = options.epochMs;
    this.#first = options.first ?? new FirstAnswers(Number.POSITIVE_INFINITY, () => {});
    this.#traffic = new Traffic(options.originMs);
    this.#inFlightSinceMs = options.originMs;
  }

  sent(times: RequestTimes, nowMs: number): void {
    times.sentMs = nowMs;
    this.#traffic.sent(nowMs);
    this.#changeInFlight(1, nowMs);
    this.#counts.sent++;
    if (times.intendedMs < this.#warmupEndMs) {
      this.#warmup.sent++;
      return;
    }
    if (times.timed) this.#sendLag.record(times.takenMs - times.intendedMs);
    this.#poolWait.record(nowMs - times.takenMs);
  }

  succeeded(times: RequestTimes, firstByteMs: number, nowMs: number, status: number): void {
    this.#ended(times, nowMs);
    this.#traffic.ended(status, times.intendedMs < this.#warmupEndMs, nowMs, 'success');
    this.#counts.succeeded++;
    if (!this.#first.something) this.#first.heard(null);
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
    this.#traffic.ended(failure.status, warm, nowMs, 'failure');
    this.#countError(failure, warm);
    if (failure.kind !== 'timeout' || warm) return;
    this.#response.record(nowMs - times.intendedMs);
    this.#service.record(nowMs - times.sentMs);
  }

  redirected(): void {
    this.#traffic.redirected();
  }

  failedUnsent(times: Readonly<StartTimes>, failure: RequestFailure, nowMs: number): void {
    this.#counts.sent++;
    this.#traffic.sent(nowMs);
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

  take(nowMs: number): RecordedInterval {
    this.#changeInFlight(0, nowMs);
    const taken: RecordedInterval = {
      counts: this.#counts,
      warmup: this.#warmup,
      starved: this.#starved,
      localFailures: this.#localFailures,
      traffic: this.#traffic.take(),
      latency: this.#takeLatency(),
      warmupResponse: this.#warmupResponse.take(),
      errors: this.#errors.list(),
      inFlightMs: this.#inFlightMs,
      residenceMs: this.#residenceMs,
    };
    this.#errors.clear();
    this.#counts = noRequests();
    this.#warmup = noRequests();
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
  }

  #changeInFlight(by: 1 | -1 | 0, nowMs: number): void {
    this.#inFlightMs += this.inFlight * (nowMs - this.#inFlightSinceMs);
    this.#inFlightSinceMs = nowMs;
    this.inFlight += by;
  }

  #countError(failure: RequestFailure, warm: boolean): void {
    this.#counts.failed++;
    this.#first.heard(failure);
    if (warm) this.#warmup.failed++;
    const { local, absent: _, ...group } = failure;
    if (local) this.#localFailures++;
    const atMs = this.#epochMs();
    this.#errors.add({ ...group, count: 1, firstAtMs: atMs, lastAtMs: atMs });
  }
}
