import { z } from 'zod';

/** What a record says of the offered load: the shapes that `result.json` has held since its first version. */

/** `level` is users or arrivals a second, reached at the stage's end. */
const stageSchema = z.object({ durationMs: z.number().nonnegative(), level: z.number().nonnegative() });

/** How users start: a number a second (locust's spawn rate), or spread evenly over a time. */
const rampSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('usersPerSecond'), usersPerSecond: z.number().positive() }),
  z.object({ kind: z.literal('over'), durationMs: z.number().nonnegative() }),
]);

/** What a user does between an answer and the next request. */
const waitSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('constant'), waitMs: z.number().nonnegative() }),
  z.object({ kind: z.literal('between'), lowMs: z.number().nonnegative(), highMs: z.number().nonnegative() }),
  /** The next request is intended `periodMs` after the last one's intended start, or at once if that has passed. */
  z.object({ kind: z.literal('pacing'), periodMs: z.number().positive() }),
  /** Pacing by rate: requests a second a user. */
  z.object({ kind: z.literal('throughput'), rateRps: z.number().positive() }),
]);

/** From `atMs` of the run on, so many users more (or fewer) than planned. */
const userChangeSchema = z.object({ atMs: z.number(), addedUsers: z.number() });

/** From `atMs` of the run on, so much of the planned rate. */
const rateChangeSchema = z.object({ atMs: z.number(), ratePercent: z.number() });

/** A number of users, each of which waits for its answer before it sends again. */
const closedProfileSchema = z.object({
  model: z.literal('closed'),
  users: z.number().nonnegative(),
  ramp: rampSchema,
  wait: waitSchema,
  /** Instead of the ramp: users from `users` on, linearly to each stage's level in turn. */
  stages: z.array(stageSchema).exactOptional(),
  durationMs: z.number().nonnegative(),
  /** What was changed by hand during the run, in order. */
  changes: z.array(userChangeSchema).exactOptional(),
});

/** Requests that arrive whether or not the earlier ones have been answered. */
const openProfileSchema = z.object({
  model: z.literal('open'),
  /** Evenly spaced, or a Poisson process of the same rate. */
  arrivals: z.enum(['constant', 'poisson']),
  /** At the start; without stages, until the end. */
  rateRps: z.number().nonnegative(),
  /** The rate goes linearly from the level before to each stage's level in turn. */
  stages: z.array(stageSchema).exactOptional(),
  durationMs: z.number().nonnegative(),
  /** What was changed by hand during the run, in order. */
  changes: z.array(rateChangeSchema).exactOptional(),
});

/** Arrivals at the instants that a file names. */
const traceProfileSchema = z.object({
  model: z.literal('trace'),
  /** Absolute path. */
  file: z.string(),
  /** Arrivals in the whole file. */
  arrivals: z.number().nonnegative(),
  durationMs: z.number().nonnegative(),
});

export const profileSchema = z.discriminatedUnion('model', [
  closedProfileSchema,
  openProfileSchema,
  traceProfileSchema,
]);

/** The offered load over time. Plain data: travels to workers, into `result.json` and to `simulate`. */
export type LoadProfile = z.infer<typeof profileSchema>;
export type ClosedProfile = z.infer<typeof closedProfileSchema>;
export type OpenProfile = z.infer<typeof openProfileSchema>;
export type TraceProfile = z.infer<typeof traceProfileSchema>;
export type Stage = z.infer<typeof stageSchema>;
export type Ramp = z.infer<typeof rampSchema>;
export type Wait = z.infer<typeof waitSchema>;
export type UserChange = z.infer<typeof userChangeSchema>;
export type RateChange = z.infer<typeof rateChangeSchema>;
