import type { ContentPlaces } from '../core/content.ts';
import { type ArrivalOptions, type ArrivalSource, wholeSchedule } from './arrivals/arrivals.ts';
import type { OfferedCount } from './intended-count.ts';
import { driveOf, type OfferedLoad } from './offered-load.ts';

/** Counts a load's arrivals while it runs: what the seeded schedule held up to each instant, one by one. */
export interface OfferedTally {
  /** @param endMs of the run, ascending @returns null for users, whose requests depend on the answers */
  upTo(endMs: number): OfferedCount | null;
  /** The load was steered. */
  follow(load: OfferedLoad): void;
  close(): void;
}

/** @param warmupMs arrivals before it are counted apart as well */
export function createOfferedTally(
  load: OfferedLoad,
  options: ArrivalOptions & { warmupMs: number },
  places: ContentPlaces,
): OfferedTally {
  const open = (offered: OfferedLoad): ArrivalSource | null => {
    const drive = driveOf(offered);
    return drive.drivenBy === 'users' ? null : drive.open(options, wholeSchedule, places);
  };
  let source = open(load);
  let counted: OfferedCount = { arrivals: 0, warmup: 0, untilMs: 0 };
  const upTo = (endMs: number): OfferedCount | null => {
    if (source === null) return null;
    const warmup = counted.warmup + source.skipBefore(Math.min(options.warmupMs, endMs));
    const arrivals = counted.arrivals + (warmup - counted.warmup) + source.skipBefore(endMs);
    counted = { arrivals, warmup, untilMs: Math.max(counted.untilMs, endMs) };
    return counted;
  };
  return {
    upTo,
    follow(changed) {
      // Another load has a schedule of its own, the same as before up to the change: it is counted from its start.
      source?.close();
      source = open(changed);
      const { untilMs } = counted;
      counted = { arrivals: 0, warmup: 0, untilMs: 0 };
      upTo(untilMs);
    },
    close: () => source?.close(),
  };
}
