import { mergeHistograms } from '../../record/latency/merge-histograms.ts';
import { briefBelowMs, type Interval, type IntervalHistograms, namedOf, responseOf } from './interval.ts';
import { addCounts } from './totals.ts';

/** Tells of intervals that are long enough for a rate, and that leave nothing of the run out. */
export interface JoinedIntervals {
  add(interval: Interval): void;
  /** The run is over: no interval follows. */
  end(): void;
}

/**
 * Holds one interval back, and joins a brief successor to it: whatever ended in the last part of a second is told with
 * the second before. Only a run that is all in all brief is told of as it is.
 *
 * @param shape called as an interval is heard, for what is true at its end alone: `Interval.totals`
 */
export function joinIntervals<Shape>(
  shape: (interval: Interval) => Shape,
  tell: (shaped: Shape) => void,
): JoinedIntervals {
  let held: { interval: Interval; shaped: Shape } | null = null;
  const end = () => {
    if (held !== null) tell(held.shaped);
    held = null;
  };
  return {
    add(next) {
      const joins = held !== null && (next.brief || held.interval.brief);
      const interval = joins ? joined(held!.interval, next) : next;
      if (!joins) end();
      held = { interval, shaped: shape(interval) };
    },
    end,
  };
}

/** Two intervals, the second right behind the first, as one. */
function joined(first: Interval, second: Interval): Interval {
  const fromMs = first.elapsedMs - first.intervalMs;
  const intervalMs = second.elapsedMs - fromMs;
  const counts = { ...first.counts };
  addCounts(counts, second.counts);
  const histograms = joinedHistograms(first.histograms, second.histograms);
  return {
    ...second,
    intervalMs,
    brief: intervalMs < briefBelowMs,
    // Of a run that ends within a moment of a second, none is left at the end.
    users: Math.max(first.users, second.users),
    offeredRateRps: meanRate(first, second),
    endedRateRps: intervalMs > 0 ? ((counts.succeeded + counts.failed) * 1_000) / intervalMs : 0,
    counts,
    response: responseOf(histograms),
    histograms,
  };
}

function meanRate(first: Interval, second: Interval): number | null {
  if (first.offeredRateRps === null || second.offeredRateRps === null) return null;
  const lengthMs = first.intervalMs + second.intervalMs;
  const offered = first.offeredRateRps * first.intervalMs + second.offeredRateRps * second.intervalMs;
  return lengthMs > 0 ? offered / lengthMs : 0;
}

function joinedHistograms(first: IntervalHistograms, second: IntervalHistograms): IntervalHistograms {
  return {
    response: mergeHistograms([first.response, second.response]),
    service: mergeHistograms([first.service, second.service]),
    warmupResponse: mergeHistograms([first.warmupResponse, second.warmupResponse]),
    named: namedOf([...first.named, ...second.named]),
  };
}
