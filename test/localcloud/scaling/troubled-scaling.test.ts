import { describe, expect, it } from 'vitest';
import { createMetricStore } from '../../../src/localcloud/cloudwatch/metrics/metric-store.ts';
import { Endpoints } from '../../../src/localcloud/sagemaker/endpoints/endpoints.ts';
import { createScalingLoop } from '../../../src/localcloud/scaling/scaling-loop.ts';
import type { InstanceEvents } from '../../../src/localcloud/service/ports.ts';
import { putPolicy, registerTarget } from '../../../src/scaling/engine/edit-targets.ts';
import { checkPolicy } from '../../../src/scaling/policies/kinds/check-policy.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { minute, recordInvocations, startMs } from '../support/scaling-cloud.ts';

const resourceId = 'endpoint/penguins/variant/AllTraffic';
const variant = { endpointName: 'penguins', variantName: 'AllTraffic' };

/** Endpoints and scaling as the stand-in joins them, over instances that do what the test says. */
async function openCloud({ instanceQuota = 32, failing = [] as number[] }) {
  const clock = new ManualClock(startMs);
  const account = { region: 'us-east-1', accountId: '000000000000' };
  const instances = new Map<number, InstanceEvents>();
  const endpoints = new Endpoints({
    account,
    clock,
    createTimeMs: 0,
    provisionTimeMs: 4 * minute,
    instanceQuota,
    host: {
      start(spec, on) {
        const id = Number(spec.instanceId.split('/')[1]);
        instances.set(id, on);
        clock.after(minute, () =>
          failing.includes(id) ? on.failed('It did not pass the ping.') : on.ready(),
        );
      },
      stop(instanceId) {
        clock.after(1, () => instances.get(Number(instanceId.split('/')[1]))?.ended());
      },
    },
  });
  const named = { arn: '', createdAtMs: startMs, described: {} };
  const variants = [
    { VariantName: 'AllTraffic', ModelName: 'm', InitialInstanceCount: 1, InstanceType: 'ml.m5.large' },
  ];
  endpoints.create(
    'penguins',
    { ...named, name: 'c', variants },
    new Map([['m', { ...named, name: 'm', container: {}, isUsers: false, code: undefined }]]),
  );
  await clock.advance(5 * minute);

  const metrics = createMetricStore({ metricDelayMs: 0 });
  const scaling = createScalingLoop({
    clock,
    metrics,
    variants: endpoints,
    settings: { ...account, seed: 'test', metricDelayMs: 0 },
  });
  const suspended = { scaleIn: false, scaleOut: false, scheduled: false };
  const registration = { resourceId, minCapacity: 1, maxCapacity: 10, suspended, tags: {} };
  scaling.apply((state, nowMs) => registerTarget(state, registration, scaling.observe(variant), nowMs));
  const checked = checkPolicy(
    {
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 60,
        PredefinedMetricSpecification: { PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance' },
      },
    },
    variant,
  );
  if ('problem' in checked) throw new Error(checked.problem);
  const { policy } = checked;
  scaling.apply((state, nowMs) => putPolicy(state, resourceId, 'p', policy, nowMs));
  scaling.start();

  return {
    endpoints,
    instances,
    /** Minute by minute, with this many requests in each. */
    async pass(minutes: number, requests: number): Promise<void> {
      for (let passed = 0; passed < minutes; passed++) {
        const instancesThen = endpoints.describe('penguins', 'AllTraffic')?.currentInstanceCount ?? 1;
        recordInvocations(metrics, clock, instancesThen, requests);
        await clock.advance(minute);
      }
    },
    changes: () =>
      scaling
        .state()
        .activities.filter(({ notScaledReasons }) => notScaledReasons.length === 0)
        .toReversed()
        .map(
          ({ startedMs, status, statusMessage }) =>
            `${new Date(startedMs).toISOString().slice(11, 16)} ${status}: ${statusMessage}`,
        ),
    count: () => endpoints.describe('penguins', 'AllTraffic'),
    stop: () => scaling.stop(),
  };
}

describe('scaling in trouble', () => {
  it('is refused by the quota as a whole, and tried again every minute', async () => {
    const cloud = await openCloud({ instanceQuota: 3 });
    await cloud.pass(5, 200); // wants 4
    const refused =
      "Failed: Failed to set desired instance count to 4. Reason: The account-level service limit 'ml.m5.large for endpoint usage' is 3 Instances, with current utilization of 1 Instances and a request delta of 3 Instances. Please use AWS Service Quotas to request an increase for this quota.";
    expect(cloud.changes()).toEqual([`15:08 ${refused}`, `15:09 ${refused}`, `15:10 ${refused}`]);
    expect(cloud.count()).toMatchObject({ currentInstanceCount: 1, desiredInstanceCount: 1 });
    cloud.stop();
  });

  it('is rolled back when new instances do not come up, and tried again', async () => {
    const cloud = await openCloud({ failing: [3] });
    await cloud.pass(14, 130); // wants 3
    expect(cloud.changes()).toEqual([
      '15:08 Unfulfilled: Successfully set desired instance count to 3. Change could not be fulfilled by sagemaker. Reason: It did not pass the ping.',
      '15:10 Successful: Successfully set desired instance count to 3. Change successfully fulfilled by sagemaker.',
    ]);
    cloud.stop();
  });

  it('leaves the count alone when an instance crashes: its container starts again', async () => {
    const cloud = await openCloud({});
    await cloud.pass(8, 110); // wants 2
    expect(cloud.count()).toMatchObject({ endpointStatus: 'InService', currentInstanceCount: 2 });
    const before = cloud.changes();
    cloud.instances.get(2)?.crashed();
    await cloud.pass(3, 110);
    cloud.instances.get(2)?.ready();
    await cloud.pass(3, 110);
    expect(cloud.count()).toMatchObject({ endpointStatus: 'InService', currentInstanceCount: 2 });
    expect(cloud.changes()).toEqual(before);
    cloud.stop();
  });
});
