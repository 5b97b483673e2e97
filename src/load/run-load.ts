import type { Clock } from '../core/clock.ts';
import type { MlbenchError } from '../core/errors.ts';
import type { Emit } from '../core/events.ts';
import type { LoadEvent } from './events.ts';
import type { LoadPlan, SigningCredentials } from './plan.ts';
import type { RunResult } from './result.ts';

export interface LoadDeps {
  clock: Clock;
  runId: string;
  emit: Emit<LoadEvent>;
  /** Aborted: nothing new is sent, requests in flight get the stop timeout, and what was measured is returned. */
  signal: AbortSignal;
  /** Asked before the run, and again before what it gave expires. Needed by the runtime target alone. */
  credentials?: () => Promise<SigningCredentials>;
}

export interface LoadRun {
  result: RunResult;
  /** The response time's percentile spectrum in HdrHistogram's `.hgrm` text form, in milliseconds. */
  hgrm: string;
  /** The signal ended the run. */
  interrupted: boolean;
  /** A worker thread died: the result holds what was measured until then. */
  failure: MlbenchError | null;
}

/**
 * Runs a plan on worker threads and returns what was measured.
 * @throws MlbenchError before the first request: bad expectation or URL, unreachable host, wrong certificate, credentials
 */
export declare function runLoad(plan: LoadPlan, deps: LoadDeps): Promise<LoadRun>;
