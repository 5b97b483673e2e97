import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type ContentPlaces, type ContentRef, contentOfFile } from '../../core/content.ts';
import { userError } from '../../core/errors.ts';
import { refuseNoFile } from '../../core/files/read-whole.ts';
import { resolveFields } from '../../core/options/fields.ts';
import { randomSeed } from '../../core/random.ts';
import { hideUserinfo } from '../../core/redact.ts';
import type { SigningCredentials } from '../../core/sigv4.ts';
import { checkPlan } from '../../load/plan/check-plan.ts';
import type { Destination, LoadPlan } from '../../load/plan/plan.ts';
import type { ScenarioPlan } from '../../load/plan/scenario-plan.ts';
import type { ConnectionSecrets } from '../../load/plan/secrets.ts';
import { type HeaderFields, headersOf } from '../../load/request/headers.ts';
import { splitUserinfo } from '../../load/request/request-url.ts';
import { proxyFor } from '../../load/transport/proxy.ts';
import { drawSeed } from '../../offered/check-load.ts';
import { loadFromFlags } from '../../offered/from-flags.ts';
import type { FlaggedLoad } from '../../offered/load-model.ts';
import type { OfferedLoad } from '../../offered/offered-load.ts';
import { anyCredentials } from '../../resources/sdk/credentials.ts';
import type { CommandContext } from '../context/context.ts';
import { readEndpointSample, readForeignSample } from '../endpoints/endpoint-sample.ts';
import { findForeignEndpoint, isOwnCloud } from '../endpoints/foreign-endpoint.ts';
import { findServiceEndpoint, requireApiUrl, type ServiceEndpoint } from '../endpoints/service-endpoint.ts';
import {
  refuseIdleSendLag,
  refuseIdleType,
  refuseSignedRedirects,
  refuseTwoAuthorizations,
  refuseTwoHeaders,
} from './contradictions.ts';
import { payloadOf } from './load-data.ts';
import {
  type LoadOptions,
  loadOfferedOptions,
  loadOptions,
  loadRequestOptions,
  loadRunOptions,
} from './load-options.ts';
import { readTls } from './load-tls.ts';
import { carriesBody, modelBody, type RequestBody, urlBody } from './request-body.ts';

export interface PlannedLoad {
  plan: LoadPlan;
  /** What was asked for; where the record goes and what is exported, no plan says. */
  options: LoadOptions;
  /** Threads that send it. */
  workers: number | 'auto';
  /** Where the files are that the plan names. */
  contents: ContentPlaces;
  /** What each request carries, if it is one for all. */
  sent: RequestBody;
  /** Whose instances to watch meanwhile; null where there is none of ours behind it. */
  endpoint: ServiceEndpoint | null;
  /** What requests to a runtime are signed with. */
  credentials: () => Promise<SigningCredentials>;
  /** What nobody may read; the plan may be shown. */
  secrets: ConnectionSecrets;
}

/** @throws MlbenchError for whatever of the options, the body or the experiment would not do (exit code 2) */
export async function planLoad(options: LoadOptions, context: CommandContext): Promise<PlannedLoad> {
  refuseTwoHeaders(options);
  const asked = headersAsked(options);
  if (options.url !== undefined) {
    const hasBody = carriesBody(options);
    if (!hasBody) refuseIdleType(options);
    const method = options.method ?? (hasBody ? 'POST' : 'GET');
    const { url, authorization } = splitUserinfo(options.url);
    refuseTwoAuthorizations(options, authorization);
    const sent = urlBody(options);
    const made = await planOf(options, { kind: 'url', url, method, headers: asked }, sent, context.signal);
    if (authorization !== undefined) made.secrets = { ...made.secrets, authorization };
    return planned(options, made, sent);
  }
  const headers = Object.keys(asked).length === 0 ? {} : { headers: asked };
  const foreign = findForeignEndpoint(options.endpointName, context);
  if (foreign && !(await isOwnCloud(foreign.destination.url, context))) {
    if (options.via === 'api') {
      throw userError(
        'contradiction',
        `--via api: no /evaluate API is known of the endpoint ${foreign.destination.endpointName}`,
        'leave it out, or name the API with --url',
      );
    }
    const destination = { ...foreign.destination, ...headers };
    const sent = modelBody(options, () => readForeignSample(foreign.destination, context));
    const plan = await planOf(options, destination, sent, context.signal);
    return { ...planned(options, plan, sent), credentials: foreign.credentials };
  }
  const endpoint = await findServiceEndpoint(options.endpointName, context);
  const sent = modelBody(options, () => readEndpointSample(endpoint, context));
  const destination: Destination =
    options.via === 'api'
      ? { kind: 'api', url: requireApiUrl(endpoint, context), ...headers }
      : {
          kind: 'runtime',
          endpointName: endpoint.endpointName,
          ...endpoint.cloud.runtime(),
          ...headers,
        };
  const plan = await planOf(options, destination, sent, context.signal);
  return { ...planned(options, plan, sent, endpoint), credentials: endpoint.cloud.credentials };
}

/** `--user-agent` is a header with a flag of its own. */
function headersAsked({ headers = [], userAgent }: LoadOptions): HeaderFields {
  return headersOf(userAgent === undefined ? headers : [...headers, ['user-agent', userAgent]]);
}

function planned(
  options: LoadOptions,
  made: MadePlan,
  sent: RequestBody,
  endpoint: ServiceEndpoint | null = null,
): PlannedLoad {
  const { workers } = resolveFields(loadRunOptions, options);
  return { ...made, options, workers, sent, endpoint, credentials: async () => anyCredentials };
}

type MadePlan = Pick<PlannedLoad, 'plan' | 'contents' | 'secrets'>;

/** The load that is asked for. @throws MlbenchError for one that cannot be sent (exit code 2) */
export function offeredBy(options: LoadOptions): FlaggedLoad<OfferedLoad> {
  const { warmupMs } = resolveFields(loadOfferedOptions, options);
  const flagged = loadFromFlags(options);
  checkPlan({ offered: flagged.load, seed: options.seed, warmupMs });
  return flagged;
}

/** @throws MlbenchError for whatever of the options would not do (exit code 2) */
export async function planOf(
  options: LoadOptions,
  destination: Destination,
  sent: Pick<RequestBody, 'bytes' | 'contentType'>,
  signal?: AbortSignal,
): Promise<MadePlan> {
  const { transport, proxy, tls, secrets } = connectionOf(options, destination.url);
  const asked = resolveFields(loadOptions, options);
  refuseSignedRedirects(destination, asked.maxRedirects);
  const { load: offered, places } = offeredBy(options);
  refuseIdleSendLag(options.maxSendLagMs, offered);
  const carried = await payloadOf(options, destination.kind, sent, signal);
  const scenario = await scenarioOf(options);
  const plan: LoadPlan = {
    destination,
    offered,
    seed: options.seed ?? drawSeed(offered, randomSeed),
    startAtMs: null,
    warmupMs: asked.warmupMs,
    timeoutMs: asked.timeoutMs,
    stopTimeoutMs: asked.stopTimeoutMs,
    maxRequests: options.maxRequests ?? null,
    ...carried.payload,
    scenario: scenario?.scenario ?? null,
    transport,
    proxy,
    tls,
    listenMs: null,
    accept: asked.accept,
    expectations: options.expectations ?? [],
    connections: asked.connections,
    maxSendLagMs: options.maxSendLagMs ?? null,
    precise: options.precise ?? false,
    keepAlive: options.keepAlive ?? true,
    maxRedirects: asked.maxRedirects,
    keepGoing: options.keepGoing ?? false,
  };
  const contents: ContentPlaces = { ...places, ...carried.places, ...scenario?.places };
  return { plan, contents, secrets };
}

/** Connection settings, split into public ones (plan) and secrets. */
function connectionOf(
  options: LoadOptions,
  url: string,
): Pick<LoadPlan, 'transport' | 'proxy' | 'tls'> & { secrets: ConnectionSecrets } {
  const { proxyAuthorization, ...transport } = transportOf(options, url);
  const { tls, secrets } = readTls(options, process.env['MLBENCH_KEY_PASSPHRASE'] || undefined);
  if (tls !== null && url.startsWith('http:')) {
    throw userError(
      'contradiction',
      '--insecure, --cacert and --cert say nothing about http://',
      'leave them out, or load an https:// URL',
    );
  }
  return {
    ...transport,
    tls,
    secrets: { ...secrets, ...(proxyAuthorization === undefined ? {} : { proxyAuthorization }) },
  };
}

function transportOf(
  options: LoadOptions,
  url: string,
): Pick<LoadPlan, 'transport' | 'proxy'> & Pick<ConnectionSecrets, 'proxyAuthorization'> {
  const { transport, proxy: named } = resolveFields(loadRequestOptions, options);
  if (transport === 'raw') {
    if (named === undefined) return { transport, proxy: null };
    throw userError(
      'contradiction',
      `--proxy ${hideUserinfo(named)} needs --transport undici`,
      'add it, or leave --proxy out',
    );
  }
  const proxy = URL.canParse(url) ? proxyFor(url, named, process.env) : undefined;
  if (proxy === undefined) return { transport, proxy: null };
  const { url: bare, authorization } = splitUserinfo(proxy);
  return {
    transport,
    proxy: bare,
    ...(authorization === undefined ? {} : { proxyAuthorization: authorization }),
  };
}

async function scenarioOf({
  scenarioFile,
  tags,
  excludeTags,
  wait,
}: LoadOptions): Promise<{ scenario: ScenarioPlan; places: ContentPlaces } | null> {
  if (scenarioFile === undefined) {
    if (tags === undefined && excludeTags === undefined) return null;
    throw userError(
      'contradiction',
      'tags choose flows of a scenario',
      'add --scenario FILE, or leave the tags out',
    );
  }
  const path = resolve(scenarioFile);
  if (!existsSync(path)) {
    throw userError(
      'bad-scenario',
      `--scenario ${scenarioFile}: there is no such file`,
      'name a .ts or .js file',
    );
  }
  const content = await readScenario(path, scenarioFile);
  const scenario: ScenarioPlan = {
    content,
    tags: tags ?? [],
    excludeTags: excludeTags ?? [],
    keepWait: wait !== undefined,
  };
  return { scenario, places: { [content.sha256]: { path } } };
}

/** @throws MlbenchError `bad-scenario` */
async function readScenario(path: string, named: string): Promise<ContentRef> {
  try {
    refuseNoFile(path);
    return await contentOfFile(path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw userError('bad-scenario', `--scenario ${named}: ${why}`, 'name a .ts or .js file', error);
  }
}
