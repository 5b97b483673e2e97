import type { Clock } from '../../core/clock.ts';
import { type CloudClock, ObservedCloudClock } from '../../core/cloud-time.ts';
import { createRandom, randomSeed } from '../../core/random.ts';
import type { WireLog } from '../../core/wire/wire-log.ts';
import { observeCalls } from './client-middleware.ts';
import type { CloudAddress } from './cloud-address.ts';
import type { CloudTraits } from './cloud-traits.ts';
import type { Place } from './place.ts';
import {
  type ClientSettings,
  type SdkClient,
  type Service,
  type ServiceClients,
  services,
} from './services.ts';
import { showCalls } from './show-calls.ts';

/**
 * The SDK's clients of one target, each loaded when first asked for (13 clients imported eagerly cost `--help` 0.8 s).
 * Calls are retried (`retry.ts`) and fail with an `MlbenchError` (`cloud-errors.ts`; ask `isCloudError` for AWS's
 * name).
 */
export interface CloudClients extends ServiceClients {
  readonly traits: CloudTraits;
  readonly region: string;
  /** The one URL of all services; undefined: each has its own. */
  readonly url: string | undefined;
  /** The cloud's clock; kept right by the header of every response. */
  readonly cloudClock: CloudClock;
  /** The caller's account and where it is; asked once. */
  place(): Promise<Place>;
  /** Closes their connections. */
  close(): void;
}

export interface ClientsRequest {
  clock: Clock;
  signal: AbortSignal;
  cloud: CloudAddress;
  /** Calls in all before a transient failure is passed on. Default 5. */
  attempts?: number;
  /** How long a server may say nothing in the middle of a call. Default 70 s: a model may take 60. */
  silenceMs?: number;
  /** Is told of each attempt of each call. */
  wire?: WireLog;
}

export function createClients(request: ClientsRequest): CloudClients {
  const { clock, cloud } = request;
  const { traits, region, url } = cloud;
  const cloudClock = new ObservedCloudClock(clock, cloud.timeScale);
  const policy = {
    clock,
    signal: request.signal,
    random: createRandom(randomSeed()),
    attempts: request.attempts ?? 5,
  };
  const settings: ClientSettings = {
    region,
    // Retries are ours (client-middleware.ts): on an injected clock, bounded, stopped by Ctrl-C.
    maxAttempts: 1,
    // Not `requestTimeout`: past it the SDK only warns, and a call that nobody answers would never end.
    requestHandler: { connectionTimeout: 10_000, socketTimeout: request.silenceMs ?? 70_000 },
    ...cloud.settings,
  };
  const opened: SdkClient[] = [];
  const open = async ({ title, actions, load, own }: Service<SdkClient>) => {
    const Client = await load();
    const client = new Client({ ...settings, ...own });
    observeCalls(client, { service: title, actions, url }, policy, cloudClock);
    if (request.wire !== undefined) showCalls(client, title, request.wire);
    opened.push(client);
    return client;
  };
  const clients = eachOnce(open);
  let place: Promise<Place> | undefined;
  return {
    traits,
    region,
    url,
    cloudClock,
    ...clients,
    place() {
      place ??= callerPlace(clients.sts, region);
      return place;
    },
    close() {
      for (const client of opened) client.destroy();
    },
  };
}

/** Each service's client, opened when it is first asked for. */
function eachOnce(open: (service: Service<SdkClient>) => Promise<SdkClient>): ServiceClients {
  const clients = Object.entries(services).map(([name, service]) => {
    let opening: Promise<SdkClient> | undefined;
    return [name, () => (opening ??= open(service))];
  });
  return Object.fromEntries(clients) as ServiceClients;
}

async function callerPlace(sts: ServiceClients['sts'], region: string): Promise<Place> {
  const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
  const { Account, Arn } = await (await sts()).send(new GetCallerIdentityCommand({}));
  return { accountId: Account ?? '', region, partition: Arn?.split(':')[1] || 'aws' };
}
