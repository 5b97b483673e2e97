import type { ContentPlaces } from '../core/content.ts';
import type { ArrivalOptions, ArrivalSource, Spacing, Stripe } from './arrivals/arrivals.ts';
import type { LevelCurve } from './levels/level-curve.ts';
import type { Wait } from './waits/waits.ts';

/**
 * What makes a load's requests. The list is closed: `load` has an executor for each, `simulate` a queue. A model says
 * which of them it needs, and nobody asks which model it is.
 */
export type Drive = UsersDrive | ArrivalsDrive;

/** A number of users, each of which waits for its answer before it sends again. */
export interface UsersDrive {
  drivenBy: 'users';
  /** How many are wanted over time: user i (from 0) is active while the level is above i. */
  users: LevelCurve;
  wait: Wait;
}

/** Requests that arrive whether or not the earlier ones have been answered. */
export interface ArrivalsDrive {
  drivenBy: 'arrivals';
  /** Arrivals a second; null: only counting the arrivals tells. */
  rate: LevelCurve | null;
  spacing: Spacing;
  /** There is a last arrival, and the load ends with it. */
  finite: boolean;
  /**
   * All arrivals are sent, and the run's end waits for those that are taken up late: no longer than this. 0: none is
   * waited for.
   */
  mostLateMs: number;
  /** @param places where the files are that the load names */
  open(options: ArrivalOptions, stripe: Stripe, places: ContentPlaces): ArrivalSource;
}

/** The most users there are at any time. */
export function mostUsersOf({ users }: UsersDrive): number {
  return Math.ceil(users.highest);
}
