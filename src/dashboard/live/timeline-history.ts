import { thinRows } from '../../charts/thin.ts';
import type { LoadSample, TimelineEvent } from '../../record/schemas/timeline.ts';

/** A run's timeline so far, within bounds however long the run is. */
export interface TimelineHistory {
  add(event: TimelineEvent): void;
  /** In order of time. */
  events(): TimelineEvent[];
}

type Sample = LoadSample & TimelineEvent;

/** An hour of seconds stays whole. */
const mostSamples = 7_200;
const thinnedSamples = 3_600;
const mostFacts = 4_000;

/**
 * Keeps every load sample of the first two hours; from then on the samples with the least and the greatest of each
 * series. Of other events the oldest metric values go first.
 */
export function createTimelineHistory(): TimelineHistory {
  let samples: Sample[] = [];
  let facts: TimelineEvent[] = [];
  return {
    add(event) {
      if (event.type === 'load') {
        samples.push(event);
        if (samples.length > mostSamples) samples = thinned(samples);
        return;
      }
      facts.push(event);
      if (facts.length > mostFacts) facts = withoutOldest(facts);
    },
    events: () => [...samples, ...facts].sort((a, b) => a.cloudTimeMs - b.cloudTimeMs),
  };
}

function thinned(samples: readonly Sample[]): Sample[] {
  const rows = thinRows(
    samples.length,
    [
      samples.map(({ responseUs }) => responseUs?.p99 ?? null),
      samples.map(({ rateRps }) => rateRps),
      samples.map(({ failed }) => failed),
      samples.map(({ users }) => users),
    ],
    thinnedSamples,
  );
  return rows.map((row) => samples[row]!);
}

function withoutOldest(facts: readonly TimelineEvent[]): TimelineEvent[] {
  const oldest = facts.findIndex(({ type }) => type === 'metric');
  return facts.toSpliced(oldest === -1 ? 0 : oldest, 1);
}
