import type { ContentPlaces } from '../core/content.ts';
import { countedLevels, type Spacing, wholeSchedule } from './arrivals/arrivals.ts';
import type { Drive } from './drive.ts';
import type { LevelPiece } from './levels/level-curve.ts';
import { driveOf, type OfferedLoad } from './offered-load.ts';
import type { Cycle } from './waits/wait-kind.ts';
import { cycleOf, rateOfUser } from './waits/waits.ts';

/** A load as far as a prediction needs it. Plain data; times are cloud milliseconds. */
export interface SimulatedLoad {
  callers: Callers;
  /** Users, or arrivals a second. */
  levels: readonly LevelPiece[];
}

/** Who calls: users who wait for their answers, or whoever arrives. */
export type Callers = { drivenBy: 'users'; cycle: Cycle } | { drivenBy: 'arrivals'; spacing: Spacing };

/** @param places where the files are that the load names */
export function simulatedLoad(load: OfferedLoad, places: ContentPlaces): SimulatedLoad {
  const drive = driveOf(load);
  return { callers: callersOf(drive), levels: levelsOf(drive, load.durationMs, places) };
}

export function callersOf(drive: Drive): Callers {
  return drive.drivenBy === 'users'
    ? { drivenBy: 'users', cycle: cycleOf(drive.wait) }
    : { drivenBy: 'arrivals', spacing: drive.spacing };
}

/** Requests a second that one user wants, however long answers take; null where answers decide, or nobody waits. */
export function pacedRateRps(callers: Callers): number | null {
  return callers.drivenBy === 'users' && callers.cycle.kind === 'pacing' ? rateOfUser(callers.cycle) : null;
}

function levelsOf(drive: Drive, durationMs: number, places: ContentPlaces): readonly LevelPiece[] {
  if (drive.drivenBy === 'users') return drive.users.pieces;
  if (drive.rate !== null) return drive.rate.pieces;
  const source = drive.open({ seed: 0, maxRequests: null }, wholeSchedule, places);
  try {
    return countedLevels(source, durationMs, drive.mostLateMs > 0);
  } finally {
    source.close();
  }
}
