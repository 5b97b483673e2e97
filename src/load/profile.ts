/** The offered load over time. Plain data: travels to workers, into `result.json` and to `simulate`. */
export type LoadProfile = ClosedProfile;

export interface ClosedProfile {
  model: 'closed';
  users: number;
  ramp: Ramp;
  wait: Wait;
  durationMs: number;
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
