import {
  DescribeScalingActivitiesCommand,
  PutScalingPolicyCommand,
  type TargetTrackingScalingPolicyConfiguration,
} from '@aws-sdk/client-application-auto-scaling';
import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openScaledCloud, target } from '../support/scaling-cloud.ts';

let cloud: Awaited<ReturnType<typeof openScaledCloud>>;

beforeEach(async () => {
  cloud = await openScaledCloud();
});
afterEach(() => cloud.close());

const dimensions = { EndpointName: 'penguins', VariantName: 'AllTraffic' };

async function track(PolicyName: string, configuration: TargetTrackingScalingPolicyConfiguration) {
  await cloud.autoScaling.send(
    new PutScalingPolicyCommand({
      ...target,
      PolicyName,
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: configuration,
    }),
  );
}

/** `15:01:30 3`: when a count was asked for. */
async function asked(): Promise<string[]> {
  const { ScalingActivities } = await cloud.autoScaling.send(new DescribeScalingActivitiesCommand(target));
  return (ScalingActivities ?? [])
    .toReversed()
    .map(
      ({ StartTime, Description }) =>
        `${StartTime?.toISOString().slice(11, 19)} ${/count to (\d+)/.exec(Description ?? '')?.[1]}`,
    );
}

/** Ten seconds at a time, one sample each. */
async function passWith(sample: { namespace: string; metricName: string; value: number }, seconds: number) {
  for (let passed = 0; passed < seconds; passed += 10) {
    const atMs = cloud.clock.nowMs();
    cloud.metrics.record({ ...sample, dimensions, unit: 'None', atMs, weight: 1 });
    await cloud.clock.advance(10_000);
  }
}

describe('target tracking of', () => {
  it('high-resolution concurrency acts after thirty seconds and the delay of the metric', async () => {
    await track('concurrency', {
      TargetValue: 5,
      PredefinedMetricSpecification: {
        PredefinedMetricType: 'SageMakerVariantConcurrentRequestsPerModelHighResolution',
      },
    });
    const { MetricAlarms } = await cloud.cloudWatch.send(new DescribeAlarmsCommand({}));
    expect(MetricAlarms?.[0]).toMatchObject({
      MetricName: 'ConcurrentRequestsPerModel',
      Statistic: 'Maximum',
      Period: 10,
      EvaluationPeriods: 3,
    });
    await passWith({ namespace: 'AWS/SageMaker', metricName: 'ConcurrentRequestsPerModel', value: 14 }, 120);
    expect(await asked()).toEqual(['15:01:30 3']); // ⌈1 × 14 / 5⌉
  });

  it('a customised metric of a service follows that metric', async () => {
    await track('cpu', {
      TargetValue: 50,
      CustomizedMetricSpecification: {
        Namespace: '/aws/sagemaker/Endpoints',
        MetricName: 'CPUUtilization',
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        Statistic: 'Average',
      },
    });
    await passWith({ namespace: '/aws/sagemaker/Endpoints', metricName: 'CPUUtilization', value: 90 }, 300);
    expect(await asked()).toEqual(['15:04:00 2']);
  });

  it('without scaling in: out, and never back', async () => {
    await track('out', {
      TargetValue: 60,
      PredefinedMetricSpecification: { PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance' },
      DisableScaleIn: true,
    });
    await cloud.pass(10, 110);
    await cloud.pass(40, 0);
    expect(await asked()).toEqual(['15:04:00 2']);
    expect(cloud.variants.current()).toBe(2);
  });

  it('two metrics goes out for either, and in only for both', async () => {
    await track('requests', {
      TargetValue: 60,
      PredefinedMetricSpecification: { PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance' },
    });
    await track('cpu', {
      TargetValue: 50,
      CustomizedMetricSpecification: {
        Namespace: '/aws/sagemaker/Endpoints',
        MetricName: 'CPUUtilization',
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        Statistic: 'Average',
      },
    });
    const cpu = { namespace: '/aws/sagemaker/Endpoints', metricName: 'CPUUtilization' };
    const both = async (minutes: number, requests: number, value: number) => {
      for (let passed = 0; passed < minutes; passed++) {
        const atMs = cloud.clock.nowMs();
        cloud.metrics.record({ ...cpu, value, dimensions, unit: 'None', atMs, weight: 1 });
        await cloud.pass(1, requests);
      }
    };
    await both(10, 110, 20);
    expect(await asked()).toEqual(['15:04:00 2']); // for the requests
    await both(25, 10, 48);
    expect(await asked()).toHaveLength(1); // the requests alone want to go in
    await both(20, 10, 10);
    expect((await asked()).slice(1)).toEqual(['15:51:00 1']);
  });
});
