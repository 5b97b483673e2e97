import type { LatencyLimit } from '../schemas/scaling-schema.ts';
import type { TimelineEvent } from '../schemas/timeline.ts';

/** A stretch in which p99 was too high. Cloud milliseconds; latency in µs. */
export interface Overload {
  startMs: number;
  /** Null: not by the run's end, for as long as a recovery takes to be one. */
  recoveredAtMs: number | null;
  peakUs: number;
  peakAtMs: number;
  /** The median p99 from the recovery on, until the next overload; null without a recovery. */
  afterUs: number | null;
  /** From the recovery on, p99 was never over the limit again. */
  stays: boolean;
  limitUs: number;
  /** The limit is one that the run was held to (`--expect p99<…`), not three times the calm level. */
  isPromised: boolean;
}

/** What is too high when nobody said: three times the level that a tenth of the run stays under. */
const calmFactor = 3;
/** One bad second is no overload, and one good one no recovery. */
const minIntervals = 3;

/**
 * @param expectedUs the p99 that was expected, or null
 * @returns null where too little was measured to say what calm is
 */
export function latencyLimit(
  timeline: readonly TimelineEvent[],
  expectedUs: number | null,
): LatencyLimit | null {
  const levels = samplesIn(timeline)
    .map((sample) => sample.p99Us)
    .sort((a, b) => a - b);
  if (levels.length < minIntervals) return null;
  const limitUs = expectedUs ?? levels[Math.floor(levels.length / 10)]! * calmFactor;
  return { limitUs, isPromised: expectedUs !== null };
}

/**
 * @param expectedUs the p99 that was expected, or null
 * @returns the longest; null where p99 was never too high for three intervals in a row
 */
export function findOverload(timeline: readonly TimelineEvent[], expectedUs: number | null): Overload | null {
  let longest: { overload: Overload; intervals: number } | null = null;
  for (const found of overloadsIn(timeline, expectedUs)) {
    if (longest === null || found.intervals > longest.intervals) longest = found;
  }
  return longest?.overload ?? null;
}

/** Every overload, in order of time. */
export function findOverloads(timeline: readonly TimelineEvent[], expectedUs: number | null): Overload[] {
  return overloadsIn(timeline, expectedUs).map(({ overload }) => overload);
}

function overloadsIn(timeline: readonly TimelineEvent[], expectedUs: number | null) {
  const limit = latencyLimit(timeline, expectedUs);
  if (limit === null) return [];
  const samples = samplesIn(timeline);
  return stretches(samples.map((sample) => sample.p99Us > limit.limitUs)).map(({ from, to }, index, all) => {
    const within = samples.slice(from, to);
    const rest = samples.slice(to, all[index + 1]?.from);
    const after = rest.length < minIntervals ? [] : rest;
    const peak = within.reduce((a, b) => (b.p99Us > a.p99Us ? b : a));
    const afterLevels = after.map((sample) => sample.p99Us).sort((a, b) => a - b);
    const overload: Overload = {
      startMs: within[0]!.atMs,
      recoveredAtMs: after[0]?.atMs ?? null,
      peakUs: peak.p99Us,
      peakAtMs: peak.atMs,
      afterUs: afterLevels[Math.floor(afterLevels.length / 2)] ?? null,
      stays: after.length > 0 && samples.slice(to).every((sample) => sample.p99Us <= limit.limitUs),
      ...limit,
    };
    return { overload, intervals: to - from };
  });
}

function samplesIn(timeline: readonly TimelineEvent[]): { atMs: number; p99Us: number }[] {
  return timeline.flatMap((event) =>
    event.type === 'load' && event.responseUs
      ? [{ atMs: event.cloudTimeMs, p99Us: event.responseUs.p99 }]
      : [],
  );
}

/** Stretches that fewer than three good intervals part are one. `to` is exclusive. */
function stretches(isOver: readonly boolean[]): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  let from = -1;
  let lastOver = -1;
  const close = () => {
    const to = lastOver + 1;
    if (from >= 0 && to - from >= minIntervals) found.push({ from, to });
    from = -1;
  };
  isOver.forEach((over, index) => {
    if (over) {
      if (from < 0) from = index;
      lastOver = index;
    } else if (from >= 0 && index - lastOver >= minIntervals) close();
  });
  close();
  return found;
}
