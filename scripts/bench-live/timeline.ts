import type { Interval } from '../../src/load/measure/interval.ts';
import type { RunObserver } from '../../src/load/run/run-events.ts';
import type { TimelineEvent, TimelineFact } from '../../src/record/schemas/timeline.ts';

/** Tells a run's seconds as the timeline has them. */
export function samplesTo(record: (event: TimelineEvent) => void): RunObserver {
  return (event) => {
    if (event.type === 'load-interval') record(eventAt(sampleOf(event.interval), event.interval.elapsedMs));
  };
}

export function eventAt(fact: TimelineFact, cloudTimeMs: number): TimelineEvent {
  const ms = Math.round(cloudTimeMs);
  return { at: new Date(ms).toISOString(), cloudTimeMs: ms, ...fact };
}

function sampleOf({ response, counts, ...interval }: Interval): TimelineFact {
  const { elapsedMs, intervalMs, users, inFlight, endedRateRps, offeredRateRps } = interval;
  const at = (percentile: number) => response.percentile(percentile) ?? 0;
  return {
    ...{ type: 'load', elapsedMs, intervalMs, users, inFlight, failed: counts.failed },
    ...{ rateRps: endedRateRps, intendedRateRps: offeredRateRps },
    responseUs: response.max === null ? null : { p50: at(50), p95: at(95), p99: at(99), max: response.max },
  };
}
