import type { TimelineEvent } from '../scaling/timeline.ts';

/** The longest stretch in which p99 was too high. Cloud milliseconds; latency in µs. */
export interface Overload {
  startMs: number;
  /** Null: not by the run's end. */
  recoveredAtMs: number | null;
  peakUs: number;
  peakAtMs: number;
  /** The median p99 from the recovery on; null without one. */
  afterUs: number | null;
  limitUs: number;
  /** The limit is one that the run was held to (`--expect p99<…`), not three times the calm level. */
  isPromised: boolean;
}

/** What is too high when nobody said: three times the level that a tenth of the run stays under. */
const calmFactor = 3;
/** One bad second is no overload, and one good one no recovery. */
const minIntervals = 3;

/**
 * @param limitUs the p99 that was promised, or null
 * @returns null where p99 was never too high for three intervals in a row
 */
export function findOverload(timeline: readonly TimelineEvent[], limitUs: number | null): Overload | null {
  const samples = timeline.flatMap((event) =>
    event.type === 'load' && event.responseUs
      ? [{ atMs: event.cloudTimeMs, p99Us: event.responseUs.p99 }]
      : [],
  );
  if (samples.length < minIntervals) return null;
  const levels = samples.map((sample) => sample.p99Us).sort((a, b) => a - b);
  const limit = limitUs ?? levels[Math.floor(levels.length / 10)]! * calmFactor;
  const worst = longestStretch(samples.map((sample) => sample.p99Us > limit));
  if (!worst) return null;
  const within = samples.slice(worst.from, worst.to);
  const after = samples.slice(worst.to);
  const peak = within.reduce((a, b) => (b.p99Us > a.p99Us ? b : a));
  const afterLevels = after.map((sample) => sample.p99Us).sort((a, b) => a - b);
  return {
    startMs: within[0]!.atMs,
    recoveredAtMs: after[0]?.atMs ?? null,
    peakUs: peak.p99Us,
    peakAtMs: peak.atMs,
    afterUs: afterLevels[Math.floor(afterLevels.length / 2)] ?? null,
    limitUs: limit,
    isPromised: limitUs !== null,
  };
}

/** Stretches that fewer than three good intervals part are one. `to` is exclusive. */
function longestStretch(isOver: readonly boolean[]): { from: number; to: number } | null {
  let longest: { from: number; to: number } | null = null;
  let from = -1;
  let lastOver = -1;
  const close = () => {
    const to = lastOver + 1;
    if (from >= 0 && to - from >= minIntervals && (!longest || to - from > longest.to - longest.from))
      longest = { from, to };
    from = -1;
  };
  isOver.forEach((over, index) => {
    if (over) {
      if (from < 0) from = index;
      lastOver = index;
    } else if (from >= 0 && index - lastOver >= minIntervals) close();
  });
  close();
  return longest;
}
