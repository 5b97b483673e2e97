import { z } from 'zod';
import { loadSchema } from '../../offered/offered-load.ts';
import { latencySummarySchema } from '../latency/latency-summary.ts';
import { thresholdSchema } from './expectation-schema.ts';
import { runCostSchema, scalingSummarySchema } from './scaling-schema.ts';
import { resultVersion } from './versions.ts';

const count = z.number().nonnegative();
const latencySchema = z.object({
  response: latencySummarySchema,
  service: latencySummarySchema,
  firstByte: latencySummarySchema,
  sendLag: latencySummarySchema,
  poolWait: latencySummarySchema,
});

const namedRequestsSchema = z.object({
  method: z.string(),
  succeeded: count,
  failed: count,
  /** Mean size of the answers' bodies. */
  meanBodyBytes: count,
  responseUs: latencySummarySchema,
});

/** Grouped by kind, status and normalised message. */
const errorGroupSchema = z.object({
  kind: z.enum(['throttled', 'model', 'timeout', 'connection', 'protocol', 'http', 'client']),
  /** HTTP status; 0 where no response came. */
  status: count,
  message: z.string(),
  /** With a scenario: which of its named requests failed so. */
  name: z.string().exactOptional(),
  count,
  firstAt: z.iso.datetime(),
  lastAt: z.iso.datetime(),
});

const checkSchema = z.object({
  /** Open: a record may hold checks that this version does not know. */
  name: z.string(),
  severity: z.enum(['error', 'warning']),
  observed: z.number(),
  limit: z.number(),
  passed: z.boolean(),
  /** This and the next two: what a check of another version's list looks at. Absent in older records. */
  unit: z.enum(['us', 'share', 'rps', 'count']).exactOptional(),
  bound: z.enum(['at most', 'at least']).exactOptional(),
  meaning: z.string().exactOptional(),
});

/** A file beside `result.json`, as far as it was written when the result was. */
const fileSchema = z.object({ version: z.number(), sizeBytes: z.int().nonnegative(), sha256: z.string() });

const rateWindowSchema = z.object({ fromSeconds: count, toSeconds: count });

/** `result.json`: what `load --json` prints. A versioned contract; scripts read it. */
export const resultSchema = z.object({
  schemaVersion: z.literal(resultVersion),
  runId: z.string(),
  startedAt: z.iso.datetime(),
  durationSeconds: count,
  /**
   * Why nothing was sent any more: `duration`, `requests`, `interrupted`, `asked` (by hand), `figures`,
   * `nothing-to-load`, `worker-failed`; open, as checks are. Absent in older records.
   */
  ended: z.object({ reason: z.string(), message: z.string().exactOptional() }).exactOptional(),
  /**
   * The endpoint's name is empty where none is known to be behind the URL; `method` is of a URL alone, and absent in older
   * records.
   */
  target: z.object({
    kind: z.enum(['runtime', 'api', 'url']),
    endpointName: z.string(),
    url: z.string(),
    method: z.string().exactOptional(),
  }),
  profile: loadSchema(z),
  workers: count,
  requests: z.object({
    intended: count,
    sent: count,
    succeeded: count,
    failed: count,
    dropped: count,
    inFlightAtEnd: count,
  }),
  /** `--requests`: the run was to end with so many. Absent without it, and in older records. */
  maxRequests: count.exactOptional(),
  /**
   * Of `requests`, what the warm-up took: counted, but in no latency, rate or error share. Absent without a warm-up.
   */
  warmup: z.object({ seconds: count, sent: count, succeeded: count, failed: count }).exactOptional(),
  /** A second, the warm-up left out: offered (null for users and scenarios), answered with any status, and sent. */
  rateRps: z.object({
    intended: count.nullable(),
    achieved: count,
    /** This and the next are absent in older records. */
    sent: count.exactOptional(),
    /** The time that each is over, from the run's start. */
    windows: z
      .object({
        offered: rateWindowSchema.exactOptional(),
        sent: rateWindowSchema,
        answered: rateWindowSchema,
      })
      .exactOptional(),
  }),
  /** Answers by status, warm-up included. Absent in older records, as the next two are. */
  statuses: z.record(z.string(), count).exactOptional(),
  /**
   * Of requests and answers, warm-up included: heads and bodies as HTTP/1.1 writes them; a second of the run to its
   * last answer.
   */
  bytes: z
    .object({ sent: count, received: count, sentPerSecond: count, receivedPerSecond: count })
    .exactOptional(),
  /** Of answers, warm-up included; absent in older records. */
  meanBodyBytes: count.exactOptional(),
  /** Opened by the workers in the whole run; not kept alive: one for each request. Absent in older records. */
  connections: z.object({ opened: count, keptAlive: z.boolean() }).exactOptional(),
  /**
   * The one body of all requests: `given` on the command line, or a sample request, with its text where that is short.
   * Absent where there is none, where each request has its own, and in older records.
   */
  body: z
    .object({
      from: z.enum(['given', 'file', 'archive', 'inputs']),
      bytes: count,
      sha256: z.string(),
      text: z.string().exactOptional(),
    })
    .exactOptional(),
  /** With `--max-redirects`: answers that were followed. */
  redirects: z.object({ followed: count }).exactOptional(),
  latencyUs: latencySchema,
  /** With a scenario: its flows, warm-up included. Arrivals that the end found not begun are dropped. */
  flows: z.object({ started: count, dropped: count }).exactOptional(),
  /** With a scenario: each of its named requests, warm-up excluded. */
  requestsByName: z.record(z.string(), namedRequestsSchema).exactOptional(),
  errors: z.array(errorGroupSchema),
  /** With a scenario: what its code threw; each is among `errors` as `client` too. */
  exceptions: z.array(z.object({ message: z.string(), traceback: z.string(), count })).exactOptional(),
  /** What was expected, and what came of it. Of older records, the reader fills in all but expression and outcome. */
  thresholds: z.array(thresholdSchema),
  /** Whether the service did what was expected. The reader fills it in where a record lacks it. */
  expectations: z.object({ verdict: z.enum(['MET', 'MISSED', 'NONE']) }).exactOptional(),
  /** Whether the measurement can be believed, whatever the service did. */
  validity: z.object({ verdict: z.enum(['VALID', 'INVALID']), checks: z.array(checkSchema) }),
  generator: z.object({ cpuUsPerRequest: count, loopLagUsP99: count }),
  /** Filled in by the command that watched scaling meanwhile; empty without one. */
  scaling: z.union([scalingSummarySchema, z.record(z.string(), z.never())]),
  costUsd: runCostSchema,
  /** By name, what belongs to the run. Absent in older records. */
  files: z
    .object({ 'timeline.ndjson': fileSchema.exactOptional(), 'intervals.hlog': fileSchema.exactOptional() })
    .exactOptional(),
});

export type RunResult = z.infer<typeof resultSchema>;
export type ServiceVerdict = NonNullable<RunResult['expectations']>['verdict'];
export type LatencyKind = keyof RunResult['latencyUs'];
export type NamedRequests = z.infer<typeof namedRequestsSchema>;
export type ErrorGroup = z.infer<typeof errorGroupSchema>;
export type ErrorKind = ErrorGroup['kind'];
/** A check as a record holds it. */
export type ValidityCheck = z.infer<typeof checkSchema>;
export type RecordedFile = z.infer<typeof fileSchema>;
