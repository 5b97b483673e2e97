import type { LoadFlags } from '../../offered/load-flags.ts';
import type { Expectation } from '../../record/schemas/expectation-schema.ts';

/**
 * What `load` takes. Left out: the default named at each.
 * With `url` or `endpointName` it needs no experiment and no ledger.
 */
export interface LoadOptions extends LoadFlags {
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
  /** Sent with every request. */
  headers?: Record<string, string>;
  /** The text itself, or `@FILE`. Default: the sample request of the package, but for `url`: none. */
  body?: string;
  /** A file with a body a line (.jsonl) or a row (.csv), instead of `body`. */
  dataFile?: string;
  /** Default `sequence`; with weights `random`. */
  dataOrder?: 'sequence' | 'random';
  /** A file with a weight a line, line i for record i. */
  dataWeights?: string;
  /** A TypeScript or JavaScript file that says what each user does. */
  scenarioFile?: string;
  /** Only flows with one of these tags; default all. */
  tags?: string[];
  /** No flow with one of these tags. */
  excludeTags?: string[];
  /** Default `raw`: HTTP/1.1 on our own sockets. */
  transport?: 'raw' | 'undici';
  /** With `undici`: the proxy's URL. Default: by HTTPS_PROXY, HTTP_PROXY and NO_PROXY. */
  proxy?: string;
  /** Default: by the body's file name, else `application/json`. */
  contentType?: string;
  /** Default `application/json`. */
  accept?: string;
  /** `p99<200ms`, `errors<1%`; none. */
  expectations?: readonly Expectation[];
  /** Default `auto`. */
  workers?: number | 'auto';
  /** Default: 5 ms, or 10 % of the response time's p99. */
  maxSendLagMs?: number;
  /** Default 70 s: the model may take 60, AWS advises clients to wait 70. */
  timeoutMs?: number;
  /** Default 10 s. */
  stopTimeoutMs?: number;
  /** locust's four CSV files: `PREFIX_stats.csv` and so on. Default: none. */
  csvPrefix?: string;
  /** The run's directory. Default `<state dir>/runs/<runId>`. */
  outDir?: string;
}

export const defaultLoadOptions = {
  warmupMs: 0,
  via: 'runtime',
  contentType: 'application/json',
  accept: 'application/json',
  workers: 'auto',
  connections: 4_096,
  timeoutMs: 70_000,
  stopTimeoutMs: 10_000,
} as const;
