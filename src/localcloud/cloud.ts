import { rmdirSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { listenOnLoopback, type ServiceIdentity } from '../core/background/background-service.ts';
import type { OwnerKey } from '../core/background/owner-key.ts';
import { type Clock, scaledClock } from '../core/clock.ts';
import { fileInside } from '../core/files/file-name.ts';
import { makeFolder } from '../core/files/folder.ts';
import { createHeldBodies } from '../core/http/held-bodies.ts';
import { createRandom } from '../core/random.ts';
import { type Access, createAccess } from './access/access.ts';
import { createApplicationAutoScaling } from './application-auto-scaling/service.ts';
import { type AlarmHistory, createAlarmHistory } from './cloudwatch/alarms/history.ts';
import { createMetricStore, type MetricStore } from './cloudwatch/metrics/metric-store.ts';
import { createCloudWatch } from './cloudwatch/service.ts';
import { LogStore } from './cloudwatch-logs/log-store.ts';
import { createCloudWatchLogs } from './cloudwatch-logs/service.ts';
import type { ContainerRuntime } from './instances/container.ts';
import { openContainerEngineRuntime } from './instances/container-engine/container-engine-runtime.ts';
import { LocalInstances } from './instances/local-instances.ts';
import { startMeter } from './instances/meter.ts';
import { createModelFolders } from './instances/model-folders.ts';
import { processRuntime } from './instances/process-container.ts';
import { standInAccountId as accountId, type LocalContainers, type StandInOptions } from './options.ts';
import { createAwsJsonCodec } from './protocols/aws-json.ts';
import { createQueryCodec } from './protocols/query.ts';
import { createRpcV2CborCodec } from './protocols/rpc-v2-cbor.ts';
import { createInvocationMetrics, type InvocationMetrics } from './runtime/invocation-metrics.ts';
import { createRuntime } from './runtime/invoke-endpoint.ts';
import { createS3 } from './s3/service.ts';
import { createObjectStore, type ObjectStore } from './s3/storage/object-store.ts';
import { type Endpoint, Endpoints } from './sagemaker/endpoints/endpoints.ts';
import { sageMakerService } from './sagemaker/service.ts';
import { TagStore } from './sagemaker/tags/tag-store.ts';
import { createScalingLoop, type ScalingLoop } from './scaling/scaling-loop.ts';
import { createCloudServer } from './server.ts';
import type { Account } from './service/account.ts';
import type { TargetedService } from './service/operation.ts';
import { createSts } from './sts/service.ts';

export interface Cloud {
  port: number;
  url: string;
  /** Ends all instances and the server. */
  close(): Promise<void>;
}

export interface CloudSurroundings {
  /** The wall's. */
  clock: Clock;
  /** For objects, models and instances; what is in it from before is removed. */
  folder: string;
  identity: ServiceIdentity;
  /** Null: instances are processes. */
  containers: LocalContainers | null;
  /** Who signs with it is the user; null: nobody is. */
  ownerKey: OwnerKey | null;
  log(line: string): void;
}

/** The whole stand-in in this process, listening on loopback. @throws MlbenchError `port-in-use` */
export async function createCloud(options: StandInOptions, around: CloudSurroundings): Promise<Cloud> {
  const ground = prepareGround(options, around);
  const { cloudClock, folders } = ground;
  const logs = new LogStore(cloudClock);
  const objects = createObjectStore({ folder: folders.objects, clock: cloudClock });
  const instances = new LocalInstances({
    clock: around.clock,
    timeScale: options.timeScale,
    capacity: options.capacity,
    folder: folders.instances,
    models: createModelFolders(folders.models, objects),
    containers: await openRuntime(around),
    logs,
    log: around.log,
  });
  const endpoints = new Endpoints({
    account: ground.account,
    clock: cloudClock,
    createTimeMs: options.createTimeMs,
    provisionTimeMs: options.provisionTimeMs,
    instanceQuota: options.instanceQuota,
    host: instances,
  });
  const metering = startMetering(ground, instances, endpoints);
  const history = createAlarmHistory();
  const scaling = createScalingLoop({
    clock: cloudClock,
    metrics: metering.metrics,
    variants: endpoints,
    settings: { ...ground.account, seed: String(options.seed), metricDelayMs: options.metricDelayMs },
    onEvent: history.record,
  });
  const parts = { objects, logs, instances, endpoints, metering, scaling, history };
  const server = createServer(ground, parts);
  const port = await listenOnLoopback(
    server,
    options.port,
    'choose another with --port, or --port 0 for any free one',
  );
  scaling.start();
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async close() {
      scaling.stop();
      metering.stop();
      server.close();
      await instances.close();
      server.closeAllConnections();
      // Nothing knows of these any more; the instances' logs stay.
      for (const path of [folders.objects, folders.models]) removeWithEmptyParent(path);
    },
  };
}

/** What everything of this cloud stands on. */
interface Ground {
  options: StandInOptions;
  around: CloudSurroundings;
  account: Account;
  access: Access;
  cloudClock: Clock;
  folders: { instances: string; objects: string; models: string };
}

function prepareGround(options: StandInOptions, around: CloudSurroundings): Ground {
  const { folder, identity } = around;
  const instances = join(folder, 'instances');
  for (const old of [instances, join(folder, 's3')]) rmSync(old, { recursive: true, force: true });
  makeFolder(instances);
  // Folders of its own: one that another took the place of ends a moment later, and must not clear that one's away.
  const objects = fileInside(join(folder, 's3'), identity.instanceId);
  const models = fileInside(join(instances, 'models'), identity.instanceId);
  return {
    options,
    around,
    account: { region: options.region, accountId },
    access: createAccess(around.ownerKey, around.clock),
    cloudClock: scaledClock(around.clock, options.timeScale),
    folders: { instances, objects, models },
  };
}

interface Metering {
  metrics: MetricStore;
  invocations: InvocationMetrics;
  stop(): void;
}

/** CloudWatch's metrics, and what writes into them: the router's counts and the instances' meters. */
function startMetering(
  { options, around, cloudClock, folders }: Ground,
  instances: LocalInstances,
  endpoints: Endpoints,
): Metering {
  const store = createMetricStore({ metricDelayMs: options.metricDelayMs });
  const clocks = { cloudClock, wallClock: around.clock, timeScale: options.timeScale };
  const invocations = createInvocationMetrics({
    sink: store,
    ...clocks,
    variants: () => endpoints.all().flatMap(servingVariants),
  });
  const meter = startMeter({
    instances: () => instances.all(),
    sink: store,
    ...clocks,
    emulated: options.capacity.serviceTimeMs !== null,
    folder: folders.instances,
  });
  return {
    metrics: flushedFirst(store, invocations),
    invocations,
    stop() {
      invocations.stop();
      meter.cancel();
    },
  };
}

function servingVariants({ name, state }: Endpoint): { endpointName: string; variantName: string }[] {
  if (state.status === 'Creating' || state.status === 'Failed') return [];
  return state.variants.map((variant) => ({ endpointName: name, variantName: variant.name }));
}

/** What the router has gathered must be in the store before anybody looks. */
function flushedFirst(store: MetricStore, { flush }: InvocationMetrics): MetricStore {
  return {
    ...store,
    aggregates(...query) {
      flush();
      return store.aggregates(...query);
    },
    statistics(...query) {
      flush();
      return store.statistics(...query);
    },
  };
}

interface Parts {
  objects: ObjectStore;
  logs: LogStore;
  instances: LocalInstances;
  endpoints: Endpoints;
  metering: Metering;
  scaling: ScalingLoop;
  history: AlarmHistory;
}

function createServer(ground: Ground, parts: Parts): Server {
  const { options, around, account, access, cloudClock } = ground;
  const { clock: wallClock, log } = around;
  const bodies = createHeldBodies(wallClock);
  const reportBug = (error: unknown) => log(error instanceof Error ? String(error.stack) : String(error));
  return createCloudServer({
    access,
    cloudClock,
    runtime: createRuntime({
      account,
      access,
      clock: wallClock,
      random: createRandom(options.seed),
      endpoints: parts.endpoints,
      findInstance: (instanceId) => parts.instances.find(instanceId),
      metrics: parts.metering.invocations,
      bodies,
      reportBug,
    }),
    services: createServices(ground, parts),
    codecs: [createRpcV2CborCodec(reportBug), createAwsJsonCodec(reportBug), createQueryCodec(reportBug)],
    objects: createS3(parts.objects, reportBug, access, bodies),
    hosts: options.hosts,
    bodies,
    health: () => ({ ...around.identity, cloudTimeMs: Math.round(cloudClock.nowMs()), options }),
    log,
  });
}

function createServices(
  { around, account, access, cloudClock: clock }: Ground,
  parts: Parts,
): TargetedService[] {
  const { objects, logs, endpoints, metering, scaling, history } = parts;
  const autoScaling = createApplicationAutoScaling({ scaling, variants: endpoints });
  endpoints.onDeleted(autoScaling);
  return [
    sageMakerService({
      account,
      clock,
      models: new Map(),
      configs: new Map(),
      endpoints,
      tags: new TagStore(),
      objectExists: (uri) => objects.exists(uri),
      isUsersObject: (uri) => objects.isUsers(uri),
      ownImage: around.containers?.image ?? null,
    }),
    autoScaling,
    createCloudWatch({ clock, metrics: metering.metrics, scaling, history }),
    createCloudWatchLogs({ logs, account }),
    createSts({ wallClock: around.clock, access, accountId }),
  ];
}

function removeWithEmptyParent(path: string): void {
  rmSync(path, { recursive: true, force: true });
  try {
    rmdirSync(dirname(path));
  } catch {
    // Another stand-in's are in it.
  }
}

/**
 * Containers are labelled with the state folder on this machine: what an earlier stand-in left there is known by it.
 */
async function openRuntime({
  containers,
  identity,
  folder,
  clock,
  log,
}: CloudSurroundings): Promise<ContainerRuntime> {
  if (!containers) return processRuntime;
  const labels = { standIn: identity.instanceId, owner: `${hostname()}:${folder}` };
  return openContainerEngineRuntime(containers, { labels, clock, log });
}
