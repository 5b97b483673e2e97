import type { ClosedProfile, Ramp, Wait } from '../load/profile.ts';

/**
 * What `load` takes. Left out: the default named at each.
 * With `url` or `endpointName` it needs no experiment and no ledger.
 */
export interface LoadOptions {
  /** Closed model: virtual users. Default 50. */
  users?: number;
  /** Default: all users over a tenth of the duration, at most 30 s. */
  ramp?: Ramp;
  /** Default: pacing of one request a second a user. */
  wait?: Wait;
  /** Wall time. Default five minutes. */
  durationMs?: number;
  /** Stop after this many requests. Default: the duration alone ends the run. */
  maxRequests?: number;
  /** Default 0. */
  warmupMs?: number;
  /** Default: one nobody chose; the result names it. */
  seed?: number;
  /** `runtime`: InvokeEndpoint, signed. `api`: the experiment's `/evaluate`. Default `runtime`. */
  via?: 'runtime' | 'api';
  /** Any URL; unsigned. */
  url?: string;
  /** An endpoint that mlbench need not have made. */
  endpointName?: string;
  /** With `url`. Default POST with a body, else GET. */
  method?: string;
  /** With `url`. */
  headers?: Record<string, string>;
  /** The text itself, or `@FILE`. Default: the sample request of the package, but for `url`: none. */
  body?: string;
  /** Default: by the body's file name, else `application/json`. */
  contentType?: string;
  /** Default `application/json`. */
  accept?: string;
  /** `p99<200ms`, `errors<1%`; none. */
  expectations?: string[];
  /** Default `auto`. */
  workers?: number | 'auto';
  /** Default 70 s: the model may take 60, AWS advises clients to wait 70. */
  timeoutMs?: number;
  /** Default 10 s. */
  stopTimeoutMs?: number;
  /** The run's directory. Default `<state dir>/runs/<runId>`. */
  outDir?: string;
}

export const defaultLoadOptions = {
  users: 50,
  wait: { kind: 'pacing', periodMs: 1_000 } satisfies Wait,
  durationMs: 300_000,
  warmupMs: 0,
  via: 'runtime',
  contentType: 'application/json',
  accept: 'application/json',
  workers: 'auto',
  timeoutMs: 70_000,
  stopTimeoutMs: 10_000,
} as const;

/** The profile that the options describe. */
export function profileOf(options: LoadOptions): ClosedProfile {
  const durationMs = options.durationMs ?? defaultLoadOptions.durationMs;
  return {
    model: 'closed',
    users: options.users ?? defaultLoadOptions.users,
    ramp: options.ramp ?? { kind: 'over', durationMs: Math.min(30_000, durationMs / 10) },
    wait: options.wait ?? defaultLoadOptions.wait,
    durationMs,
  };
}
