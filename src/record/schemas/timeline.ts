import { z } from 'zod';

/**
 * The one clock's record of a run: one object a line in `timeline.ndjson`, and what `watch-scaling --json` prints.
 * `at` is an ISO instant on the cloud's clock; `cloudTimeMs` counts cloud milliseconds from the run's start (without
 * a run: from `up`), so that offered load, latency, metrics, alarms and instance counts share an axis.
 */

/** No further from the start than a `Date` reaches. */
const cloudTimeMs = z.number().min(-8.64e15).max(8.64e15);
const when = { at: z.iso.datetime(), cloudTimeMs };
const count = z.number().nonnegative();
const alarmState = z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']);
const phaseName = z.enum(['up', 'load-started', 'load-changed', 'load-ended', 'stable', 'down']);

const capacitySchema = z.object({
  type: z.literal('capacity'),
  current: count,
  desired: count,
  endpointStatus: z.string(),
});

const alarmSchema = z.object({
  type: z.literal('alarm'),
  alarmName: z.string(),
  /** Which of the pair that a policy makes itself; `other` for an alarm the caller made. */
  side: z.enum(['high', 'low', 'other']),
  state: alarmState,
  previousState: alarmState.nullable(),
  reason: z.string(),
});

const activitySchema = z.object({
  type: z.literal('activity'),
  activityId: z.string(),
  status: z.string(),
  description: z.string(),
  cause: z.string(),
  statusMessage: z.string(),
  /** Why, in words with the alarm's datapoints and the policy's reckoning; absent where that is not known. */
  explanation: z.string().exactOptional(),
});

const metricSchema = z.object({
  type: z.literal('metric'),
  metricName: z.string(),
  statistic: z.string(),
  periodSeconds: z.number().positive(),
  value: z.number(),
  /** The policy's target for this metric; null where none applies. */
  target: z.number().nullable(),
  /** When a look first showed it, counted as `cloudTimeMs` is; absent where nobody looked before. */
  visibleAtMs: cloudTimeMs.exactOptional(),
});

const phaseSchema = z.object({ type: z.literal('phase'), phase: phaseName, message: z.string() });

/** What the callers did and felt in one interval of the run. */
const loadSampleSchema = z.object({
  type: z.literal('load'),
  /** Wall milliseconds since the load started, at the interval's end. */
  elapsedMs: count,
  intervalMs: count,
  users: count,
  /** Requests answered (or failed) a wall second in this interval. */
  rateRps: count,
  /** What the offered load wanted; null in the closed model, which wants what it gets. */
  intendedRateRps: count.nullable(),
  failed: count,
  inFlight: count,
  /** Response time; null where nothing was answered in the interval. */
  responseUs: z.object({ p50: count, p95: count, p99: count, max: count }).nullable(),
});

export const timelineEventSchema = z.discriminatedUnion('type', [
  capacitySchema.extend(when),
  alarmSchema.extend(when),
  activitySchema.extend(when),
  metricSchema.extend(when),
  phaseSchema.extend(when),
  loadSampleSchema.extend(when),
]);

export type TimelineFact =
  | z.infer<typeof capacitySchema>
  | z.infer<typeof alarmSchema>
  | z.infer<typeof activitySchema>
  | z.infer<typeof metricSchema>
  | z.infer<typeof phaseSchema>
  | LoadSample;
export type LoadSample = z.infer<typeof loadSampleSchema>;
export type AlarmStateValue = z.infer<typeof alarmState>;
export type PhaseName = z.infer<typeof phaseName>;
export type TimelineEvent = { at: string; cloudTimeMs: number } & TimelineFact;
