/** The offered load over time. Plain data: travels to workers, into `result.json` and to `simulate`. */
export type LoadProfile = ClosedProfile | OpenProfile | TraceProfile;

/** A number of users, each of which waits for its answer before it sends again. */
export interface ClosedProfile {
  model: 'closed';
  users: number;
  ramp: Ramp;
  wait: Wait;
  /** Instead of the ramp: users from `users` on, linearly to each stage's level in turn. */
  stages?: Stage[];
  durationMs: number;
  /** What was changed by hand during the run, in order. */
  changes?: UserChange[];
}

/** Requests that arrive whether or not the earlier ones have been answered. */
export interface OpenProfile {
  model: 'open';
  /** Evenly spaced, or a Poisson process of the same rate. */
  arrivals: 'constant' | 'poisson';
  /** At the start; without stages, until the end. */
  rateRps: number;
  /** The rate goes linearly from the level before to each stage's level in turn. */
  stages?: Stage[];
  durationMs: number;
  /** What was changed by hand during the run, in order. */
  changes?: RateChange[];
}

/** Arrivals at the instants that a file names. */
export interface TraceProfile {
  model: 'trace';
  /** Absolute path. */
  file: string;
  /** Arrivals in the whole file. */
  arrivals: number;
  durationMs: number;
}

/** `level` is users or arrivals a second, reached at the stage's end. */
export interface Stage {
  durationMs: number;
  level: number;
}

/** From `atMs` of the run on, so many users more (or fewer) than planned. */
export interface UserChange {
  atMs: number;
  addedUsers: number;
}

/** From `atMs` of the run on, so much of the planned rate. */
export interface RateChange {
  atMs: number;
  ratePercent: number;
}

/** How users start: a number a second (locust's spawn rate), or spread evenly over a time. */
export type Ramp = { kind: 'usersPerSecond'; usersPerSecond: number } | { kind: 'over'; durationMs: number };

/** What a user does between an answer and the next request. */
export type Wait =
  | { kind: 'none' }
  | { kind: 'constant'; waitMs: number }
  | { kind: 'between'; lowMs: number; highMs: number }
  /** The next request is intended `periodMs` after the last one's intended start, or at once if that has passed. */
  | { kind: 'pacing'; periodMs: number }
  /** Pacing by rate: requests a second a user. */
  | { kind: 'throughput'; rateRps: number };
