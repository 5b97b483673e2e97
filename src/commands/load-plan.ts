import { userError } from '../core/errors.ts';
import { randomSeed } from '../core/random.ts';
import type { LoadPlan, LoadTarget, SigningCredentials } from '../load/plan.ts';
import { findStandIn } from '../localcloud/process.ts';
import { standInCredentials } from '../resources/clients.ts';
import type { CommandContext } from './context.ts';
import { findForeignEndpoint } from './foreign-endpoint.ts';
import { defaultLoadOptions, type LoadOptions, profileOf } from './load-options.ts';
import { type RequestBody, readBody } from './request-body.ts';
import { findServiceEndpoint, requireApiUrl, type ServiceEndpoint } from './service-endpoint.ts';

export interface PlannedLoad {
  plan: LoadPlan;
  /** Whose instances to watch meanwhile; null where there is none of ours behind it. */
  endpoint: ServiceEndpoint | null;
  /** What requests to a runtime are signed with. */
  credentials: () => Promise<SigningCredentials>;
}

/** @throws MlbenchError for whatever of the options, the body or the experiment would not do (exit code 2) */
export async function planLoad(options: LoadOptions, context: CommandContext): Promise<PlannedLoad> {
  if (options.url !== undefined) {
    const body = options.body === undefined ? noBody : readBody(options.body, options.contentType, null);
    const method = options.method ?? (options.body === undefined ? 'GET' : 'POST');
    const target: LoadTarget = { kind: 'url', url: options.url, method, headers: options.headers ?? {} };
    return planned(planOf(options, target, body, isLoopback(options.url)));
  }
  const foreign = findForeignEndpoint(options.endpointName, context);
  if (foreign && !(await isOwnStandIn(foreign.target.url, context))) {
    const body = readBody(options.body, options.contentType, null);
    const plan = planOf(options, foreign.target, body, isLoopback(foreign.target.url));
    return { ...planned(plan), credentials: foreign.credentials };
  }
  const endpoint = await findServiceEndpoint(options.endpointName, context);
  const body = readBody(options.body, options.contentType, endpoint.settings?.modelPath ?? null);
  const target: LoadTarget =
    options.via === 'api'
      ? { kind: 'api', url: requireApiUrl(endpoint, context) }
      : {
          kind: 'runtime',
          endpointName: endpoint.endpointName,
          url: endpoint.standIn.url,
          region: endpoint.standIn.options.region,
        };
  return planned(planOf(options, target, body, true), endpoint);
}

/** `AWS_ENDPOINT_URL` of `local start`, exported as it tells to: that one's instances can be watched. */
async function isOwnStandIn(url: string, context: CommandContext): Promise<boolean> {
  const standIn = await findStandIn(context.stateDir);
  return standIn?.healthy === true && new URL(url).origin === new URL(standIn.url).origin;
}

function planned(plan: LoadPlan, endpoint: ServiceEndpoint | null = null): PlannedLoad {
  return { plan, endpoint, credentials: async () => standInCredentials };
}

const noBody: RequestBody = { bytes: new Uint8Array(), contentType: defaultLoadOptions.contentType };

function planOf(
  options: LoadOptions,
  target: LoadTarget,
  body: RequestBody,
  sharesMachine: boolean,
): LoadPlan {
  const profile = profileOf(options);
  const warmupMs = options.warmupMs ?? defaultLoadOptions.warmupMs;
  if (warmupMs >= profile.durationMs) {
    throw userError(
      'bad-warmup',
      `--warmup ${warmupMs}ms leaves nothing of --duration ${profile.durationMs}ms to measure`,
      'make --warmup shorter or --duration longer',
    );
  }
  return {
    target,
    profile,
    workers: options.workers ?? defaultLoadOptions.workers,
    seed: options.seed ?? randomSeed(),
    warmupMs,
    timeoutMs: options.timeoutMs ?? defaultLoadOptions.timeoutMs,
    stopTimeoutMs: options.stopTimeoutMs ?? defaultLoadOptions.stopTimeoutMs,
    maxRequests: options.maxRequests ?? null,
    body: body.bytes,
    contentType: body.contentType,
    accept: options.accept ?? defaultLoadOptions.accept,
    expectations: options.expectations ?? [],
    sharesMachine,
  };
}

function isLoopback(url: string): boolean {
  return URL.canParse(url) && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname);
}
