import { mkdirSync, rmdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { listenOnLoopback, type ServiceIdentity } from '../core/background-service.ts';
import { type Clock, scaledClock } from '../core/clock.ts';
import { createRandom } from '../core/random.ts';
import { createApplicationAutoScaling } from './application-auto-scaling/service.ts';
import type { AlarmDeps } from './cloudwatch/alarms/deps.ts';
import { alarmOperations } from './cloudwatch/alarms/operations.ts';
import type { MetricDeps } from './cloudwatch/metrics/metric-input.ts';
import { createMetricStore } from './cloudwatch/metrics/metric-store.ts';
import { createCloudWatch } from './cloudwatch/service.ts';
import { LogStore } from './cloudwatch-logs/log-store.ts';
import { createCloudWatchLogs } from './cloudwatch-logs/service.ts';
import type { ContainerRuntime } from './instances/container.ts';
import { openEngineRuntime } from './instances/container-engine/container-engine-runtime.ts';
import { LocalInstances } from './instances/local-instances.ts';
import { startMeter } from './instances/meter.ts';
import { createModelFolders } from './instances/model-folders.ts';
import { processRuntime } from './instances/process-container.ts';
import { standInAccountId as accountId, type LocalContainers, type StandInOptions } from './options.ts';
import { createAwsJsonCodec } from './protocols/aws-json.ts';
import { createQueryCodec } from './protocols/query.ts';
import { createRpcV2CborCodec } from './protocols/rpc-v2-cbor.ts';
import { createInvocationMetrics } from './runtime/invocation-metrics.ts';
import { createRuntime } from './runtime/invoke-endpoint.ts';
import { createS3 } from './s3/service.ts';
import { createObjectStore } from './s3/storage/object-store.ts';
import { Endpoints } from './sagemaker/endpoints/endpoints.ts';
import { sageMakerService } from './sagemaker/service.ts';
import { TagStore } from './sagemaker/tags/tag-store.ts';
import { createScalingLoop } from './scaling/scaling-loop.ts';
import { createCloudServer } from './server.ts';
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
  log(line: string): void;
}

/** The whole stand-in in this process, listening on loopback. @throws MlbenchError `port-in-use` */
export async function createCloud(options: StandInOptions, around: CloudSurroundings): Promise<Cloud> {
  const { clock: wallClock, folder, log } = around;
  const { timeScale, region, capacity, seed } = options;
  const account = { region, accountId };
  const cloudClock = scaledClock(wallClock, timeScale);
  const instancesFolder = join(folder, 'instances');
  for (const old of [instancesFolder, join(folder, 's3')]) rmSync(old, { recursive: true, force: true });
  mkdirSync(instancesFolder, { recursive: true });

  const store = createMetricStore({ metricDelayMs: options.metricDelayMs });
  const logs = new LogStore(cloudClock);
  // Folders of its own: one that another took the place of ends a moment later, and must not clear that one's away.
  const own = ['s3', join('instances', 'models')].map((name) =>
    join(folder, name, around.identity.instanceId),
  );
  const [objectsFolder = '', modelsFolder = ''] = own;
  const objects = createObjectStore({ folder: objectsFolder, clock: cloudClock });
  const instances = new LocalInstances({
    clock: wallClock,
    timeScale,
    capacity,
    folder: instancesFolder,
    models: createModelFolders(modelsFolder, objects),
    containers: await openRuntime(around),
    logs,
    log,
  });
  const endpoints = new Endpoints({
    account,
    clock: cloudClock,
    createTimeMs: options.createTimeMs,
    provisionTimeMs: options.provisionTimeMs,
    instanceQuota: options.instanceQuota,
    host: instances,
  });
  const invocations = createInvocationMetrics({
    sink: store,
    cloudClock,
    wallClock,
    timeScale,
    variants: () =>
      endpoints
        .all()
        .flatMap(({ name, state }) =>
          state.status === 'Creating' || state.status === 'Failed'
            ? []
            : state.variants.map((variant) => ({ endpointName: name, variantName: variant.name })),
        ),
  });
  const meter = startMeter({
    instances: () => instances.all(),
    sink: store,
    cloudClock,
    wallClock,
    timeScale,
    emulated: capacity.serviceTimeMs !== null,
    folder: instancesFolder,
  });
  // What the router has gathered must be in the store before anybody looks.
  const metrics = {
    ...store,
    aggregates: (...query: Parameters<typeof store.aggregates>) => {
      invocations.flush();
      return store.aggregates(...query);
    },
    statistics: (...query: Parameters<typeof store.statistics>) => {
      invocations.flush();
      return store.statistics(...query);
    },
  };
  const scaling = createScalingLoop({
    clock: cloudClock,
    metrics,
    variants: endpoints,
    settings: { region, accountId, seed: String(seed), metricDelayMs: options.metricDelayMs },
  });
  const autoScaling = createApplicationAutoScaling({ scaling, variants: endpoints });
  endpoints.onDeleted(autoScaling);

  const reportBug = (error: unknown) => log(error instanceof Error ? String(error.stack) : String(error));
  const server = createCloudServer({
    wallClock,
    cloudClock,
    runtime: createRuntime({
      account,
      clock: wallClock,
      random: createRandom(seed),
      endpoints,
      findInstance: (instanceId) => instances.find(instanceId),
      metrics: invocations,
      reportBug,
    }),
    services: [
      sageMakerService({
        account,
        clock: cloudClock,
        models: new Map(),
        configs: new Map(),
        endpoints,
        tags: new TagStore(),
        objectExists: (uri) => objects.exists(uri),
      }),
      autoScaling,
      createCloudWatch<MetricDeps & AlarmDeps>({ metrics, clock: cloudClock, scaling }, alarmOperations),
      createCloudWatchLogs({ logs, account }),
      createSts({ wallClock, accountId }),
    ],
    codecs: [createRpcV2CborCodec(reportBug), createAwsJsonCodec(reportBug), createQueryCodec(reportBug)],
    objects: createS3(objects, reportBug, wallClock),
    health: () => ({ ...around.identity, cloudTimeMs: Math.round(cloudClock.nowMs()), options }),
    log,
  });
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
      invocations.stop();
      meter.cancel();
      server.close();
      await instances.close();
      server.closeAllConnections();
      // Nothing knows of these any more; the instances' logs stay.
      for (const path of own) removeWithEmptyParent(path);
    },
  };
}

function removeWithEmptyParent(path: string): void {
  rmSync(path, { recursive: true, force: true });
  try {
    rmdirSync(dirname(path));
  } catch {
    // Another stand-in's are in it.
  }
}

/** Containers are labelled with the state folder on this machine: what an earlier stand-in left there is known by it. */
async function openRuntime({
  containers,
  identity,
  folder,
  clock,
  log,
}: CloudSurroundings): Promise<ContainerRuntime> {
  if (!containers) return processRuntime;
  const labels = { standIn: identity.instanceId, owner: `${hostname()}:${folder}` };
  return openEngineRuntime(containers, { labels, clock, log });
}
