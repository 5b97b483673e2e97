import type { ContentPlaces } from '../../core/content.ts';
import type { LastSeen } from '../../record/schemas/scaling-schema.ts';
import type { TimelineEvent } from '../../record/schemas/timeline.ts';
import type { LoadPlan } from '../plan/plan.ts';
import type { RequestName } from '../request/request-name.ts';
import type { RunObserver } from './run-events.ts';

/** A run that begins, as whoever follows it from outside needs to know it. */
export interface FollowedRun {
  runId: string;
  experiment: string;
  plan: LoadPlan;
  contents: ContentPlaces;
  /** Worker threads. */
  workers: number;
  /** `--debug` looks at every request. */
  debugged: boolean;
  timeScale: number;
  /** What the requests are called where no scenario names them. */
  request: RequestName;
  /** Where the record is being written. */
  folder: string;
  /** What its instances do is told along. */
  watched: boolean;
}

/** Follows one run from its plan to its record, such as a live page. Its failures are its own: nothing here throws. */
export interface RunFollower {
  observe: RunObserver;
  /** Everything that goes onto the timeline, as it goes there. */
  record(event: TimelineEvent): void;
  /** The instances have gone out of sight; null: they are seen. */
  sight(lastSeen: LastSeen | null): void;
  /** What scaling waits for now, in words; none: nothing is known of it. */
  outlook(words: readonly string[]): void;
  /** The load has ended; what it set off is watched on. */
  watching(): void;
  /** The record is whole, or the run has failed. */
  ended(end: RunEnd): void;
}

export interface RunEnd {
  /** Null: it could not be written. */
  reportPath: string | null;
  /** Why there is no record of a whole run; null where there is one. */
  failed: string | null;
}

/** Several who follow one run, each as if alone. */
export function joinFollowers(followers: readonly RunFollower[]): RunFollower {
  const each = (tell: (follower: RunFollower) => void) => {
    for (const follower of followers) tell(follower);
  };
  return {
    observe: (event) => each((follower) => follower.observe(event)),
    record: (event) => each((follower) => follower.record(event)),
    sight: (lastSeen) => each((follower) => follower.sight(lastSeen)),
    outlook: (words) => each((follower) => follower.outlook(words)),
    watching: () => each((follower) => follower.watching()),
    ended: (end) => each((follower) => follower.ended(end)),
  };
}
