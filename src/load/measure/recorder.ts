import { createLatencyRecorder, type EncodedHistogram } from '../../record/latency/histogram.ts';
import type { LatencyKind } from '../../record/schemas/result.ts';
import type { RequestFailure } from '../transport/failure.ts';
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
  const { warmupEndMs, epochMs } = options;
  const response = createLatencyRecorder();
  const service = createLatencyRecorder();
  const firstByte = createLatencyRecorder();
  const sendLag = createLatencyRecorder();
  const poolWait = createLatencyRecorder();
  const warmupResponse = createLatencyRecorder();
  const recorders = { response, service, firstByte, sendLag, poolWait };
  const errors = createErrorGroups();
  let windowEndMs = options.endMs;
  let counts = noRequests();
  let warmup = noRequests();
  let endedInWindow = 0;
  let starved = 0;
  let inFlight = 0;
  let inFlightMs = 0;
  let inFlightSinceMs = options.originMs;
  let residenceMs = 0;

  const changeInFlight = (by: 1 | -1 | 0, nowMs: number) => {
    inFlightMs += inFlight * (nowMs - inFlightSinceMs);
    inFlightSinceMs = nowMs;
    inFlight += by;
  };
  const countEnded = (nowMs: number) => {
    if (nowMs >= warmupEndMs && nowMs < windowEndMs) endedInWindow++;
  };
  const ended = (times: RequestTimes, nowMs: number) => {
    changeInFlight(-1, nowMs);
    residenceMs += nowMs - times.sentMs;
    countEnded(nowMs);
  };
  const countError = (failure: RequestFailure, warm: boolean) => {
    counts.failed++;
    if (warm) warmup.failed++;
    const atMs = epochMs();
    errors.add({ ...failure, count: 1, firstAtMs: atMs, lastAtMs: atMs });
  };
  const failedUnsent = (times: Readonly<StartTimes>, failure: RequestFailure, nowMs: number) => {
    counts.sent++;
    countEnded(nowMs);
    const warm = times.intendedMs < warmupEndMs;
    if (warm) warmup.sent++;
    countError(failure, warm);
    if (warm) return;
    if (times.timed) sendLag.record(times.takenMs - times.intendedMs);
    // There was no service to time, but the caller has waited all the same.
    if (failure.kind === 'timeout') response.record(nowMs - times.intendedMs);
  };
  return {
    get inFlight() {
      return inFlight;
    },
    sent(times, nowMs) {
      times.sentMs = nowMs;
      changeInFlight(1, nowMs);
      counts.sent++;
      if (times.intendedMs < warmupEndMs) {
        warmup.sent++;
        return;
      }
      if (times.timed) sendLag.record(times.takenMs - times.intendedMs);
      poolWait.record(nowMs - times.takenMs);
    },
    succeeded(times, firstByteMs, nowMs) {
      ended(times, nowMs);
      counts.succeeded++;
      if (times.intendedMs < warmupEndMs) {
        warmup.succeeded++;
        warmupResponse.record(nowMs - times.intendedMs);
        return;
      }
      response.record(nowMs - times.intendedMs);
      service.record(nowMs - times.sentMs);
      firstByte.record(firstByteMs - times.sentMs);
    },
    failed(times, failure, nowMs) {
      ended(times, nowMs);
      const warm = times.intendedMs < warmupEndMs;
      countError(failure, warm);
      if (failure.kind !== 'timeout' || warm) return;
      response.record(nowMs - times.intendedMs);
      service.record(nowMs - times.sentMs);
    },
    failedUnsent,
    starved(times, failure, nowMs) {
      starved++;
      failedUnsent(times, failure, nowMs);
    },
    dropped(times) {
      counts.dropped++;
      if (times.intendedMs < warmupEndMs) warmup.dropped++;
    },
    droppedUntaken(count, warm) {
      counts.dropped += count;
      if (warm) warmup.dropped += count;
    },
    abandoned(times, nowMs) {
      changeInFlight(0, nowMs);
      residenceMs += nowMs - times.sentMs;
    },
    endWindow(atMs) {
      windowEndMs = Math.min(windowEndMs, atMs);
    },
    take(nowMs) {
      changeInFlight(0, nowMs);
      const taken: RecordedInterval = {
        counts,
        warmup,
        starved,
        endedInWindow,
        latency: Object.fromEntries(latencyKinds.map((kind) => [kind, recorders[kind].take()])) as Record<
          LatencyKind,
          EncodedHistogram
        >,
        warmupResponse: warmupResponse.take(),
        errors: errors.list(),
        inFlightMs,
        residenceMs,
      };
      errors.clear();
      counts = noRequests();
      warmup = noRequests();
      endedInWindow = 0;
      starved = 0;
      inFlightMs = 0;
      residenceMs = 0;
      return taken;
    },
  };
}
