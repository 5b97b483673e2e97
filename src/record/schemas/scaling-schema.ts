import { z } from 'zod';

const count = z.number().nonnegative();
const momentMs = z.number().nullable();

/** What p99 is held against: what was expected, else three times the calm level. */
const latencyLimitSchema = z.object({ limitUs: count, isPromised: z.boolean() });

const lateSchema = z.object({ atLeast: count, atMost: count });

/** One scale-out's delay, taken apart. All times are the timeline's cloud milliseconds. */
const scaleOutDelaySchema = z.object({
  /** What was desired before and since; `moments.inServiceMs` says whether it came. */
  from: count,
  to: count,
  /** What is not known is null. */
  moments: z.object({
    /** The last rise of the load before the metric went over its target began here. */
    loadStepMs: momentMs,
    /** End of the first period over the target: before it the metric cannot be seen. */
    metricOverMs: momentMs,
    /** A look at CloudWatch first showed that period; it may have been there since the look before. */
    metricVisibleMs: momentMs,
    alarmMs: momentMs,
    askedMs: z.number(),
    inServiceMs: momentMs,
    /** When more instances than before began to share the requests, as far as the metrics of that minute tell. */
    firstTrafficMs: momentMs,
    recoveredMs: momentMs,
  }),
  /** In order; each begins where the one before ends. */
  parts: z.array(z.object({ name: z.string(), fromMs: z.number(), toMs: z.number() })),
  /** Null where too little was measured. */
  slo: latencyLimitSchema.nullable(),
  /** Requests that missed it between the first and the last part's end. */
  missed: z.object({
    failed: count,
    /**
     * How many answers came later than the limit; null without one. Counted by the histograms of the intervals; in a
     * record without them, bounded by the timeline's percentiles.
     */
    late: lateSchema.nullable(),
    /** Of these, what fell within an earlier scale-out's delay too, and is counted there. Absent: nothing did. */
    shared: z.object({ failed: count, late: lateSchema.nullable() }).exactOptional(),
  }),
});

/** What the fleet was when it was last seen, of a run that it was not seen to the end of. */
const lastSeenSchema = z.object({
  instances: count,
  /** The wall's. */
  at: z.iso.datetime(),
  cloudTimeMs: z.number(),
  /** The endpoint was not there any more, or the cloud could not be asked. */
  because: z.enum(['gone', 'unreachable']),
});

/** How the fleet moved. */
export const scalingSummarySchema = z.object({
  capacityEmulated: z.boolean(),
  timeScale: z.number().positive(),
  /** `atEnd`: as it was last seen. */
  instances: z.object({ atStart: count, max: count, atEnd: count }),
  /** Absent where it was seen to the end. */
  lastSeen: lastSeenSchema.exactOptional(),
  scaleOuts: count,
  scaleIns: count,
  /** Where each scale-out's time went, the first twenty. The reader fills it in where a record lacks it. */
  scaleOutDelays: z.array(scaleOutDelaySchema).exactOptional(),
});

/** For the instances alone. Empty where nobody watched, or nobody knew the type. */
export const runCostSchema = z.object({
  instanceHours: count.exactOptional(),
  /** Absent: nobody knows the price. */
  total: count.exactOptional(),
  /** False: on the stand-in, which is free; `total` is what AWS would have asked. */
  charged: z.boolean().exactOptional(),
  /** In words: for what, at which price, and who says so. */
  note: z.string().exactOptional(),
});

export type LastSeen = z.infer<typeof lastSeenSchema>;
export type LatencyLimit = z.infer<typeof latencyLimitSchema>;
export type ScaleOutDelay = z.infer<typeof scaleOutDelaySchema>;
export type ScalingSummary = z.infer<typeof scalingSummarySchema>;
export type RunCost = z.infer<typeof runCostSchema>;
