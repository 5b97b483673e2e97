import type { Spacing } from './arrivals/arrivals.ts';
import type { Ramp } from './ramp.ts';
import type { Stage } from './stages.ts';
import type { Wait } from './waits/waits.ts';

/** What flags say about the load, parsed: the same for every verb that takes a load. Left out: not given. */
export interface LoadFlags {
  /** Closed model: virtual users. Default 50. */
  users?: number;
  /** Default: all users over a tenth of the duration, at most 30 s. */
  ramp?: Ramp;
  /** Default: pacing of one request a second a user. */
  wait?: Wait;
  /** Open model: arrivals a second. */
  rateRps?: number;
  /** Open model. Default `constant`. */
  arrivals?: Spacing;
  /** Users with `users`, else arrivals a second, starting at `rateRps` or 0; their sum is the duration. */
  stages?: readonly Stage[];
  /** Arrivals at a file's timestamps. */
  traceFile?: string;
  /** Default five minutes; what `stages`, a trace, or `maxRequests` at a rate take. */
  durationMs?: number;
  /** Stop after this many requests. Default: the duration alone ends the run. */
  maxRequests?: number;
  /** Arrivals: most connections at a time. Default 4,096. */
  connections?: number;
  /** Arrivals: poll for the next instant. Default: only where a core is to spare. */
  precise?: boolean;
}

export type LoadFlag = keyof LoadFlags;

/** As they are written on the command line, without the dashes. */
export const flagNames: Record<LoadFlag, string> = {
  users: 'users',
  ramp: 'ramp',
  wait: 'wait',
  rateRps: 'rate',
  arrivals: 'arrivals',
  stages: 'stages',
  traceFile: 'trace',
  durationMs: 'duration',
  maxRequests: 'requests',
  connections: 'connections',
  precise: 'precise',
};

/** What of other models has no place beside a flag. */
export interface OutOfPlace {
  flags: readonly LoadFlag[];
  why: string;
  remedy?: string;
}

export const defaultDurationMs = 300_000;
