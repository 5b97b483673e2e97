import type { TimelineEvent } from '../schemas/timeline.ts';
import { capacitiesIn } from './capacities.ts';
import { findOverload, type Overload } from './overload.ts';

/** A run in a nutshell: its longest overload, and how the fleet moved meanwhile. */
export interface RunOutline {
  overload: Overload | null;
  /**
   * What was in service, as the fleet turned: from the overload's beginning to its recovery, or to the load's end;
   * without an overload, over the run. Empty where nobody watched, or nobody had looked yet.
   */
  counts: number[];
}

/** @param expectedUs the p99 that was expected, or null */
export function outlineOf(timeline: readonly TimelineEvent[], expectedUs: number | null): RunOutline {
  const overload = findOverload(timeline, expectedUs);
  const capacities = capacitiesIn(timeline).map(({ cloudTimeMs, current }) => ({
    atMs: cloudTimeMs,
    current,
  }));
  if (overload === null) return { overload, counts: turnsOf(capacities.map(({ current }) => current)) };
  const lastLoadMs = timeline.findLast(({ type }) => type === 'load')?.cloudTimeMs ?? overload.peakAtMs;
  const endMs = overload.recoveredAtMs ?? lastLoadMs;
  const atStart = capacities.findLast(({ atMs }) => atMs <= overload.startMs);
  if (atStart === undefined) return { overload, counts: [] };
  const since = capacities.filter(({ atMs }) => atMs > overload.startMs && atMs <= endMs);
  return { overload, counts: turnsOf([atStart, ...since].map(({ current }) => current)) };
}

/** 1, 1, 2, 4, 3 → 1, 4, 3: the first, the last, and where it turned. */
function turnsOf(counts: readonly number[]): number[] {
  const turns: number[] = [];
  for (const count of counts) {
    const last = turns.at(-1);
    const before = turns.at(-2);
    if (count === last) continue;
    if (last !== undefined && before !== undefined && last > before === count > last) turns.pop();
    turns.push(count);
  }
  return turns;
}
