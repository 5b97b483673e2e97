import type { AddressInfo } from 'node:net';
import {
  ApplicationAutoScalingClient,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { systemClock } from '../../../src/core/clock.ts';
import { createAccess } from '../../../src/localcloud/access/access.ts';
import { createApplicationAutoScaling } from '../../../src/localcloud/application-auto-scaling/service.ts';
import { createAlarmHistory } from '../../../src/localcloud/cloudwatch/alarms/history.ts';
import { createMetricStore } from '../../../src/localcloud/cloudwatch/metrics/metric-store.ts';
import { createCloudWatch } from '../../../src/localcloud/cloudwatch/service.ts';
import { createAwsJsonCodec } from '../../../src/localcloud/protocols/aws-json.ts';
import { createQueryCodec } from '../../../src/localcloud/protocols/query.ts';
import { createRpcV2CborCodec } from '../../../src/localcloud/protocols/rpc-v2-cbor.ts';
import { createScalingLoop } from '../../../src/localcloud/scaling/scaling-loop.ts';
import { createCloudServer } from '../../../src/localcloud/server.ts';
import { validationError } from '../../../src/localcloud/service/operation.ts';
import type { VariantControl } from '../../../src/localcloud/service/ports.ts';
import { ManualClock } from '../../support/manual-clock.ts';

export const startMs = Date.parse('2026-11-22T15:00:00Z');
export const minute = 60_000;
export const target = {
  ServiceNamespace: 'sagemaker',
  ResourceId: 'endpoint/penguins/variant/AllTraffic',
  ScalableDimension: 'sagemaker:variant:DesiredInstanceCount',
} as const;

/**
 * Application Auto Scaling and CloudWatch on a real port, over a cloud clock that the test moves and a variant that
 * takes `provisionMs` to change. Signatures are still dated by the wall.
 */
export async function openScalingCloud({ provisionMs = 4 * minute, instanceType = 'ml.m5.large' } = {}) {
  const clock = new ManualClock(startMs);
  const metrics = createMetricStore({ metricDelayMs: minute });
  const variants = createVariant(clock, provisionMs, instanceType);
  const settings = { region: 'us-east-1', accountId: '000000000000', seed: 'test', metricDelayMs: minute };
  const history = createAlarmHistory();
  const scaling = createScalingLoop({ clock, metrics, variants, settings, onEvent: history.record });
  const autoScaling = createApplicationAutoScaling({ scaling, variants });
  const bugs: unknown[] = [];
  const reportBug = (error: unknown) => bugs.push(error);
  const server = createCloudServer({
    access: createAccess(null, systemClock),
    cloudClock: clock,
    services: [autoScaling, createCloudWatch({ clock, metrics, scaling, history })],
    codecs: [createRpcV2CborCodec(reportBug), createAwsJsonCodec(reportBug), createQueryCodec(reportBug)],
    runtime: { handle: () => false },
    objects: { matches: () => false, handle: async () => {} },
    health: () => ({}),
    hosts: [],
    log: reportBug,
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'mlbench', secretAccessKey: 'local' },
    maxAttempts: 1,
  };
  const clients = {
    autoScaling: new ApplicationAutoScalingClient(client),
    cloudWatch: new CloudWatchClient(client),
  };
  scaling.start();

  return {
    ...clients,
    clock,
    variants,
    bugs,
    metrics,
    listener: autoScaling,
    endpoint: client.endpoint,
    /** Moves the clock minute by minute, with this many requests in each. */
    async pass(minutes: number, requestsPerMinute: number | null): Promise<void> {
      for (let passed = 0; passed < minutes; passed++) {
        if (requestsPerMinute !== null)
          recordInvocations(metrics, clock, variants.current(), requestsPerMinute);
        await clock.advance(minute);
      }
    },
    async close(): Promise<void> {
      scaling.stop();
      for (const one of Object.values(clients)) one.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The same, with the variant registered to be scaled from one instance to six. */
export async function openScaledCloud() {
  const cloud = await openScalingCloud();
  await cloud.autoScaling.send(
    new RegisterScalableTargetCommand({ ...target, MinCapacity: 1, MaxCapacity: 6 }),
  );
  return cloud;
}

/** A minute's requests, shared by the instances. */
export function recordInvocations(
  metrics: ReturnType<typeof createMetricStore>,
  clock: ManualClock,
  instances: number,
  requests: number,
): void {
  metrics.record({
    namespace: 'AWS/SageMaker',
    metricName: 'InvocationsPerInstance',
    dimensions: { EndpointName: 'penguins', VariantName: 'AllTraffic' },
    unit: 'None',
    atMs: clock.nowMs(),
    value: 1 / instances,
    weight: requests,
  });
}

function createVariant(
  clock: ManualClock,
  provisionMs: number,
  instanceType: string,
): VariantControl & { current(): number } {
  let current = 1;
  let desired = 1;
  return {
    current: () => current,
    describe: (endpointName, variantName) =>
      endpointName === 'penguins' && variantName === 'AllTraffic'
        ? {
            endpointStatus: current === desired ? 'InService' : 'Updating',
            instanceType,
            currentInstanceCount: current,
            desiredInstanceCount: desired,
          }
        : undefined,
    setDesiredInstanceCount(endpointName, _variantName, count) {
      if (current !== desired) throw validationError(`Cannot update in-progress endpoint "${endpointName}".`);
      desired = count;
      clock.after(provisionMs, () => {
        current = desired;
      });
    },
  };
}
