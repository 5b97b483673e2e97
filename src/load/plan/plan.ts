import type { ContentRef } from '../../core/content.ts';
import type { HeaderFields } from '../../core/sigv4.ts';
import type { OfferedLoad } from '../../offered/offered-load.ts';
import type { Expectation } from '../../record/schemas/expectation-schema.ts';
import type { DataPlan } from '../payloads/data-plan.ts';
import type { ScenarioPlan } from './scenario-plan.ts';
import type { TlsPlan } from './tls-plan.ts';

/**
 * Everything a run needs, as plain data that means the same on every machine: files are named by what is in them, and
 * nothing of the machine that made it is in it. Made by the `load` command, dealt over the workers. No field is
 * optional: the compiler then names whoever makes a plan and forgets one.
 */
export interface LoadPlan {
  destination: Destination;
  offered: OfferedLoad;
  seed: number;
  /** The run's instant 0, epoch milliseconds; null: as soon as all workers are ready. */
  startAtMs: number | null;
  /** Figures start after this much of the run. */
  warmupMs: number;
  /** A request unanswered for this long after it was sent fails as `timeout`. */
  timeoutMs: number;
  /** At the end, requests in flight get this long, then count as `inFlightAtEnd`. */
  stopTimeoutMs: number;
  /** Stop after this many requests; null: the duration alone ends the run. */
  maxRequests: number | null;
  /** What each request carries; null: nothing. */
  body: ContentRef | null;
  /** A file with many bodies, instead of the one. */
  data: DataPlan | null;
  /** `raw`: HTTP/1.1 on our own sockets. */
  transport: 'raw' | 'undici';
  /** With `undici`: the proxy's URL, without user and password. */
  proxy: string | null;
  /** Over TLS: whom the run trusts, and the certificate it shows; null: whom Node trusts, and none. */
  tls: TlsPlan | null;
  /**
   * Of a server that answers before it is asked, which the run finds out: a new connection listens for so long before
   * its first request. Null: not at all.
   */
  listenMs: number | null;
  /** What users do, instead of one request after the other. */
  scenario: ScenarioPlan | null;
  contentType: string;
  accept: string;
  /** `p99<200ms`, `errors<1%`. */
  expectations: readonly Expectation[];
  /** Arrivals: at most so many connections over all workers; beyond them a request waits. Users have one each. */
  connections: number;
  /** The send lag's p99 that makes a run INVALID; null: 5 ms, or 10 % of the response time's p99. */
  maxSendLagMs: number | null;
  /** Arrivals: poll for the next instant, at the cost of a core. False: only where the machine has one to spare. */
  precise: boolean;
  /** False: a connection for each request, which says so (`connection: close`), over HTTP/1.1. */
  keepAlive: boolean;
  /** So many redirects in a row are followed. */
  maxRedirects: number;
  /** The load goes on although its first answers say that there is nothing to load. */
  keepGoing: boolean;
}

export type Destination =
  | {
      kind: 'runtime';
      endpointName: string;
      /** Base URL of the SageMaker runtime: `https://runtime.sagemaker.us-east-1.amazonaws.com`, or the stand-in's. */
      url: string;
      region: string;
      /** Further ones, signed with the rest: `x-amzn-sagemaker-target-variant` and the like. */
      headers?: HeaderFields;
    }
  | { kind: 'api'; url: string; headers?: HeaderFields }
  | { kind: 'url'; url: string; method: string; headers: HeaderFields };

/**
 * Generator and service share a machine (`--target local`): then neither lag nor busyness is the generator's fault
 * alone.
 */
export function sharesMachine({ destination }: Pick<LoadPlan, 'destination'>): boolean {
  const { url } = destination;
  return URL.canParse(url) && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname);
}
