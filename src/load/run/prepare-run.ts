import { availableParallelism } from 'node:os';
import type { Clock } from '../../core/clock.ts';
import type { ContentPlaces } from '../../core/content.ts';
import type { SigningCredentials } from '../../core/sigv4.ts';
import type { WireLog } from '../../core/wire/wire-log.ts';
import { checkPayloads } from '../../offered/offered-load.ts';
import type { OpenScenario } from '../iteration/scenario/open-scenario.ts';
import type { PayloadIndex } from '../payloads/data-plan.ts';
import { indexPayloads } from '../payloads/index-payloads.ts';
import type { LoadPlan } from '../plan/plan.ts';
import { offersHttp2, spareCore, workerCount } from '../plan/schedule.ts';
import type { ConnectionSecrets } from '../plan/secrets.ts';
import { prepareRequest } from '../request/request.ts';
import { originOf } from '../request/request-url.ts';
import { partingMs } from '../transport/exchange/http-connection.ts';
import { lookupAll } from '../transport/exchange/system-lookup.ts';
import { secureContextOf } from '../transport/tls.ts';
import { type CredentialsProvider, firstCredentials } from './credentials.ts';
import { checkReachable } from './preflight.ts';

/** A plan with all that its workers need beside it. */
export interface PreparedRun {
  plan: LoadPlan;
  workers: number;
  credentials: SigningCredentials | null;
  payloads: PayloadIndex | undefined;
  /** What a scenario's set-up returned. */
  scenarioData: unknown;
  /** Polls for arrivals: the plan says so, or a core is to spare. */
  precise: boolean;
  /** The server speaks before it is asked: a new connection listens for so long before its first request. */
  listenMs: number | null;
}

export interface PrepareDeps {
  clock: Clock;
  signal: AbortSignal;
  /** Where the files are that the plan names. */
  contents: ContentPlaces;
  credentials?: CredentialsProvider | undefined;
  workers: number | 'auto';
  secrets?: ConnectionSecrets;
  wire?: WireLog | undefined;
}

/**
 * Everything that can refuse a run before its first request: payloads, credentials, the service's reachability, a
 * scenario's set-up.
 * @throws MlbenchError
 */
export async function prepareRun(scenario: OpenScenario, deps: PrepareDeps): Promise<PreparedRun> {
  const { plan } = scenario;
  const {
    origin,
    origin: { secure },
  } = prepareRequest(plan, deps.contents);
  const ownTls = secure && plan.proxy === null;
  const payloads =
    plan.data === null ? undefined : await indexPayloads(plan.data, deps.contents, deps.signal);
  checkPayloads(plan.offered, payloads?.count ?? null, deps.contents);
  const credentials = await firstCredentials(plan.destination, deps.credentials);
  const { proxy, tls } = plan;
  const { speaksFirst } = await checkReachable(proxy === null ? origin : originOf(new URL(proxy)), {
    clock: deps.clock,
    signal: deps.signal,
    timeoutMs: plan.timeoutMs,
    ...(ownTls ? { secureContext: secureContextOf(tls, deps.secrets) } : {}),
    ...(ownTls && tls?.insecure === true ? { insecure: true } : {}),
    http2: offersHttp2(plan) && proxy === null,
    lookup: lookupAll,
    wire: deps.wire,
  });
  const scenarioData = await scenario.setup();
  const cores = availableParallelism();
  const workers = workerCount(deps.workers, plan, cores);
  const precise = plan.precise || spareCore(plan, workers, cores);
  const listenMs = speaksFirst ? partingMs : null;
  return { plan, workers, credentials, payloads, scenarioData, precise, listenMs };
}
