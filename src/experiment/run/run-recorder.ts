import { unreachable } from '../../core/events.ts';
import type { Interval } from '../../load/measure/interval.ts';
import { joinIntervals } from '../../load/measure/join-intervals.ts';
import type { RunObserver } from '../../load/run/run-events.ts';
import type { LoadSample, TimelineEvent } from '../../record/schemas/timeline.ts';
import type { LoggedInterval } from '../../record/writer/interval-log.ts';
import type { RunClock } from './run-clock.ts';

export interface RunRecorderDeps {
  /** The wall's: epoch milliseconds. */
  nowMs(): number;
  runClock: RunClock;
  record(event: TimelineEvent): void;
  recordInterval(interval: LoggedInterval): void;
  /** The run has begun, and the run clock with it. */
  started(): void;
}

/** Tells a run's life in the timeline's events, on the cloud's clock, and keeps the histograms of its intervals. */
export function createRunRecorder({
  nowMs,
  runClock,
  record,
  recordInterval,
  started,
}: RunRecorderDeps): RunObserver {
  let startedAtMs = 0;
  const samples = joinIntervals(sampleOf, (sample) =>
    record(runClock.event(sample, sample.elapsedMs * runClock.timeScale)),
  );
  return (event) => {
    switch (event.type) {
      case 'load-started':
        startedAtMs = event.startAtMs;
        runClock.start(event.startAtMs - nowMs());
        record(runClock.event({ type: 'phase', phase: 'load-started', message: 'the load starts' }, 0));
        started();
        return;
      case 'load-changed': {
        const fact = { type: 'phase', phase: 'load-changed', message: event.description } as const;
        record(runClock.event(fact, event.atMs * runClock.timeScale));
        return;
      }
      case 'load-interval': {
        const { interval } = event;
        recordInterval(loggedOf(interval, startedAtMs));
        samples.add(interval);
        return;
      }
      case 'load-finished':
        samples.end();
        record(runClock.event({ type: 'phase', phase: 'load-ended', message: 'the load has ended' }));
        return;
      case 'load-planned':
      case 'wire':
      case 'load-stopping':
        return;
      default:
        unreachable(event);
    }
  };
}

function sampleOf({ response, counts, ...interval }: Interval): LoadSample {
  const { max } = response;
  return {
    type: 'load',
    elapsedMs: interval.elapsedMs,
    intervalMs: interval.intervalMs,
    users: interval.users,
    rateRps: interval.endedRateRps,
    intendedRateRps: interval.offeredRateRps,
    failed: counts.failed,
    inFlight: interval.inFlight,
    responseUs:
      max === null
        ? null
        : {
            p50: response.percentile(50)!,
            p95: response.percentile(95)!,
            p99: response.percentile(99)!,
            max,
          },
  };
}

function loggedOf({ elapsedMs, intervalMs, histograms }: Interval, startedAtMs: number): LoggedInterval {
  const { response, service, warmupResponse, named } = histograms;
  return {
    startedAtMs,
    fromMs: elapsedMs - intervalMs,
    toMs: elapsedMs,
    histograms: [
      { tag: { kind: 'response' }, histogram: response },
      { tag: { kind: 'service' }, histogram: service },
      { tag: { kind: 'warmup' }, histogram: warmupResponse },
      ...named.map(({ name, response: histogram }) => ({
        tag: { kind: 'response', name } as const,
        histogram,
      })),
    ],
  };
}
