import type { ContentPlaces } from '../core/content.ts';
import { type ArrivalOptions, type ArrivalSource, wholeSchedule } from './arrivals/arrivals.ts';
import type { ArrivalsDrive } from './drive.ts';
import { driveOf, type OfferedLoad } from './offered-load.ts';

/** What a load of arrivals wants, reckoned apart from the workers that send it. */
export interface OfferedCount {
  /** Arrivals that the seeded schedule holds up to the end of sending. */
  arrivals: number;
  /** Of those, intended within the warm-up. */
  warmup: number;
  /**
   * The time that they stand for, in ms from the run's start: to the end of sending, or, of a schedule that ends after
   * so many, to the instant at which the next arrival would have been due.
   */
  untilMs: number;
}

/** Counts a load after the run, though the file of a trace be gone by then. */
export interface OfferedCounter {
  /** @param load as it was steered */
  count(load: OfferedLoad, span: CountedSpan): OfferedCount | null;
  close(): void;
}

export interface CountedSpan {
  warmupMs: number;
  endMs: number;
}

export function openOfferedCounter(
  load: OfferedLoad,
  options: ArrivalOptions,
  places: ContentPlaces,
): OfferedCounter {
  const drive = driveOf(load);
  // Only what is read from a file has no rate, and nobody can steer it.
  const schedule =
    drive.drivenBy === 'arrivals' && drive.rate === null ? openSchedule(drive, options, places) : null;
  return {
    count: (steered, span) =>
      schedule === null ? countOffered(steered, options, places, span) : schedule.count(span),
    close: () => schedule?.close(),
  };
}

/** Null for users, whose requests depend on the answers. */
export function countOffered(
  load: OfferedLoad,
  options: ArrivalOptions,
  places: ContentPlaces,
  span: CountedSpan,
): OfferedCount | null {
  const drive = driveOf(load);
  if (drive.drivenBy === 'users') return null;
  const schedule = openSchedule(drive, options, places);
  try {
    return schedule.count(span);
  } finally {
    schedule.close();
  }
}

interface OpenSchedule {
  /** Once. */
  count(span: CountedSpan): OfferedCount;
  close(): void;
}

/**
 * What is read from a file is asked of it here, or from the file as it is open: it may be gone once the run has ended.
 */
function openSchedule(drive: ArrivalsDrive, options: ArrivalOptions, places: ContentPlaces): OpenSchedule {
  const { seed, maxRequests } = options;
  const dueBehindMs = () =>
    maxRequests === null ? Number.POSITIVE_INFINITY : nextDueMs(drive, seed, places, maxRequests);
  const knownMs = drive.rate === null ? dueBehindMs() : null;
  const source = drive.open(options, wholeSchedule, places);
  return {
    count(span) {
      const counted = countOn(source, span);
      const isWhole = maxRequests !== null && counted.arrivals >= maxRequests;
      // Of a rate it is asked only now: to draw so many arrivals takes a while, and few runs come to their end.
      return { ...counted, untilMs: isWhole ? Math.min(span.endMs, knownMs ?? dueBehindMs()) : span.endMs };
    },
    close: () => source.close(),
  };
}

/** When the arrival behind so many would have been due; Infinity where there is none. */
function nextDueMs(drive: ArrivalsDrive, seed: number, places: ContentPlaces, arrivals: number): number {
  const behind = drive.open({ seed, maxRequests: null }, { stripe: arrivals, stripes: 1 }, places);
  try {
    return behind.nextMs;
  } finally {
    behind.close();
  }
}

function countOn(
  source: ArrivalSource,
  { warmupMs, endMs }: CountedSpan,
): Pick<OfferedCount, 'arrivals' | 'warmup'> {
  const warmup = source.skipBefore(Math.min(warmupMs, endMs));
  return { warmup, arrivals: warmup + source.skipBefore(endMs) };
}

/** The offered rate over intervals asked for in ascending order; null for users. */
export interface OfferedRate {
  between(fromMs: number, toMs: number): number | null;
  /** The load was steered. */
  follow(load: OfferedLoad): void;
  close(): void;
}

export function createOfferedRate(
  load: OfferedLoad,
  options: ArrivalOptions,
  places: ContentPlaces,
): OfferedRate {
  const drive = driveOf(load);
  if (drive.drivenBy === 'users') return { between: () => null, follow() {}, close() {} };
  if (drive.rate === null) {
    const source = drive.open(options, wholeSchedule, places);
    return {
      between(fromMs, toMs) {
        source.skipBefore(fromMs);
        // Of a moment, too: it may be joined to what came before it.
        return toMs > fromMs ? (source.skipBefore(toMs) * 1_000) / (toMs - fromMs) : 0;
      },
      follow() {},
      close: () => source.close(),
    };
  }
  let { rate } = drive;
  return {
    between: (fromMs, toMs) => rate.mean(fromMs, Math.max(fromMs + 1, toMs)),
    follow(changed) {
      const now = driveOf(changed);
      if (now.drivenBy === 'arrivals' && now.rate !== null) rate = now.rate;
    },
    close() {},
  };
}
