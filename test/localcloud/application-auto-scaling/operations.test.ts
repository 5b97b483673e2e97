import {
  DeleteScalingPolicyCommand,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingActivitiesCommand,
  DescribeScalingPoliciesCommand,
  ListTagsForResourceCommand,
  PutScalingPolicyCommand,
  type PutScalingPolicyCommandInput,
  RegisterScalableTargetCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { minute, openScalingCloud, startMs, target } from '../support/scaling-cloud.ts';

let cloud: Awaited<ReturnType<typeof openScalingCloud>>;

beforeEach(async () => {
  cloud = await openScalingCloud();
});
afterEach(() => cloud.close());

const register = (changes = {}) =>
  cloud.autoScaling.send(
    new RegisterScalableTargetCommand({ ...target, MinCapacity: 1, MaxCapacity: 4, ...changes }),
  );

const tracking: PutScalingPolicyCommandInput = {
  ...target,
  PolicyName: 'p',
  PolicyType: 'TargetTrackingScaling',
  TargetTrackingScalingPolicyConfiguration: {
    TargetValue: 70,
    PredefinedMetricSpecification: { PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance' },
    ScaleInCooldown: 120,
  },
};
const putPolicy = (changes = {}) =>
  cloud.autoScaling.send(new PutScalingPolicyCommand({ ...tracking, ...changes }));

describe('a scalable target', () => {
  it('is registered, changed in part, described and deregistered', async () => {
    const { ScalableTargetARN } = await register();
    expect(ScalableTargetARN).toMatch(
      /^arn:aws:application-autoscaling:us-east-1:000000000000:scalable-target\/[a-zA-Z0-9-]+$/,
    );
    await cloud.autoScaling.send(
      new RegisterScalableTargetCommand({
        ...target,
        MaxCapacity: 6,
        SuspendedState: { DynamicScalingInSuspended: true },
      }),
    );
    const { ScalableTargets } = await cloud.autoScaling.send(
      new DescribeScalableTargetsCommand({ ServiceNamespace: 'sagemaker' }),
    );
    expect(ScalableTargets).toEqual([
      {
        ...target,
        MinCapacity: 1,
        MaxCapacity: 6,
        RoleARN: expect.stringContaining('AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint'),
        CreationTime: new Date(startMs),
        SuspendedState: {
          DynamicScalingInSuspended: true,
          DynamicScalingOutSuspended: false,
          ScheduledScalingSuspended: false,
        },
        ScalableTargetARN,
      },
    ]);
    await putPolicy();
    await cloud.autoScaling.send(new DeregisterScalableTargetCommand(target));
    const { MetricAlarms } = await cloud.cloudWatch.send(new DescribeAlarmsCommand({}));
    expect(MetricAlarms).toEqual([]);
    await expect(cloud.autoScaling.send(new DeregisterScalableTargetCommand(target))).rejects.toMatchObject({
      name: 'ObjectNotFoundException',
      message:
        'No scalable target found for service namespace: sagemaker, resource ID: endpoint/penguins/variant/AllTraffic, scalable dimension: sagemaker:variant:DesiredInstanceCount',
    });
  });

  it('brings the instances inside its range', async () => {
    await register({ MinCapacity: 2 });
    await cloud.pass(5, null);
    const { ScalingActivities } = await cloud.autoScaling.send(new DescribeScalingActivitiesCommand(target));
    expect(ScalingActivities).toMatchObject([
      {
        Description: 'Setting desired instance count to 2.',
        Cause: 'minimum capacity was set to 2',
        StatusCode: 'Successful',
        StartTime: new Date(startMs),
        EndTime: new Date(startMs + 4 * minute),
      },
    ]);
    expect(cloud.variants.current()).toBe(2);
  });

  it('carries tags', async () => {
    const { ScalableTargetARN: ResourceARN } = await register({ Tags: { team: 'birds' } });
    await cloud.autoScaling.send(new TagResourceCommand({ ResourceARN, Tags: { env: 'test' } }));
    await cloud.autoScaling.send(new UntagResourceCommand({ ResourceARN, TagKeys: ['team'] }));
    const { Tags } = await cloud.autoScaling.send(new ListTagsForResourceCommand({ ResourceARN }));
    expect(Tags).toEqual({ env: 'test' });
    await expect(
      cloud.autoScaling.send(new ListTagsForResourceCommand({ ResourceARN: `${ResourceARN}x` })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it.each<[string, object, RegExp]>([
    [
      'a maximum below the minimum',
      { MinCapacity: 3, MaxCapacity: 2 },
      /^Maximum capacity cannot be less than minimum/,
    ],
    ['a minimum of zero', { MinCapacity: 0 }, /^Minimum capacity cannot be less than 1/],
    [
      'no capacities',
      { MinCapacity: undefined, MaxCapacity: undefined },
      /must be specified when a scalable target/,
    ],
    [
      'a variant that is not there',
      { ResourceId: 'endpoint/penguins/variant/other' },
      /^SageMaker variant doesn't exist: endpoint\/penguins\/variant\/other$/,
    ],
    [
      'another service',
      { ServiceNamespace: 'ecs', ResourceId: 'service/a/b', ScalableDimension: 'ecs:service:DesiredCount' },
      /^Unsupported service namespace, resource type or scalable dimension$/,
    ],
    [
      'an unknown namespace',
      { ServiceNamespace: 'nope' },
      /Value 'nope' at 'serviceNamespace' failed to satisfy/,
    ],
  ])('is refused with %s', async (_name, changes, message) => {
    await expect(register(changes)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(message),
    });
  });

  it('is refused for burstable instances', async () => {
    await cloud.close();
    cloud = await openScalingCloud({ instanceType: 'ml.t2.medium' });
    await expect(register()).rejects.toThrow(/not supported for burstable instances such as ml.t2.medium/);
  });
});

describe('a scaling policy', () => {
  it('makes a pair of alarms, and is described with them', async () => {
    await register();
    const put = await putPolicy();
    expect(put.PolicyARN).toMatch(
      /^arn:aws:autoscaling:us-east-1:000000000000:scalingPolicy:[-0-9a-f]{36}:resource\/sagemaker\/endpoint\/penguins\/variant\/AllTraffic:policyName\/p$/,
    );
    expect(put.Alarms?.map((alarm) => alarm.AlarmName)).toEqual([
      expect.stringMatching(
        /^TargetTracking-endpoint\/penguins\/variant\/AllTraffic-AlarmHigh-[-0-9a-f]{36}$/,
      ),
      expect.stringMatching(
        /^TargetTracking-endpoint\/penguins\/variant\/AllTraffic-AlarmLow-[-0-9a-f]{36}$/,
      ),
    ]);
    const { ScalingPolicies } = await cloud.autoScaling.send(
      new DescribeScalingPoliciesCommand({ ServiceNamespace: 'sagemaker', PolicyNames: ['p'] }),
    );
    expect(ScalingPolicies).toEqual([
      { ...tracking, PolicyARN: put.PolicyARN, Alarms: put.Alarms, CreationTime: new Date(startMs) },
    ]);
    const { MetricAlarms } = await cloud.cloudWatch.send(
      new DescribeAlarmsCommand({ AlarmNames: put.Alarms?.map((alarm) => alarm.AlarmName ?? '') }),
    );
    expect(MetricAlarms).toMatchObject([
      {
        AlarmDescription: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${put.PolicyARN}.`,
        AlarmActions: [put.PolicyARN],
        StateValue: 'INSUFFICIENT_DATA',
        StateReason: 'Unchecked: Initial alarm creation',
        MetricName: 'InvocationsPerInstance',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 3,
        Threshold: 70,
        ComparisonOperator: 'GreaterThanThreshold',
      },
      { EvaluationPeriods: 15, Threshold: 63, ComparisonOperator: 'LessThanThreshold' },
    ]);
  });

  it('keeps its ARN and alarms when it is put again', async () => {
    await register();
    const first = await putPolicy();
    const second = await putPolicy({
      TargetTrackingScalingPolicyConfiguration: {
        ...tracking.TargetTrackingScalingPolicyConfiguration,
        TargetValue: 100,
      },
    });
    expect(second).toMatchObject({ PolicyARN: first.PolicyARN, Alarms: first.Alarms });
    const { MetricAlarms } = await cloud.cloudWatch.send(new DescribeAlarmsCommand({}));
    expect(MetricAlarms?.map((alarm) => alarm.Threshold)).toEqual([100, 90]);
  });

  it('takes its alarms along when it is deleted', async () => {
    await register();
    await putPolicy();
    const gone = new DeleteScalingPolicyCommand({ ...target, PolicyName: 'p' });
    await cloud.autoScaling.send(gone);
    expect((await cloud.cloudWatch.send(new DescribeAlarmsCommand({}))).MetricAlarms).toEqual([]);
    await expect(cloud.autoScaling.send(gone)).rejects.toMatchObject({
      name: 'ObjectNotFoundException',
      message: expect.stringMatching(
        /^No scaling policy found for service namespace: sagemaker, .*policy name: p$/,
      ),
    });
  });

  it('needs a registered target', async () => {
    await expect(putPolicy()).rejects.toMatchObject({
      name: 'ObjectNotFoundException',
      message:
        'No scalable target registered for service namespace: sagemaker, resource ID: endpoint/penguins/variant/AllTraffic, scalable dimension: sagemaker:variant:DesiredInstanceCount',
    });
  });

  it('is refused where another follows the same metric, and beyond fifty', async () => {
    await register();
    await putPolicy();
    await expect(putPolicy({ PolicyName: 'q' })).rejects.toThrow(/^Only one TargetTrackingScaling policy/);
    for (let number = 1; number < 50; number++) await putPolicy(customized(number));
    await expect(putPolicy(customized(50))).rejects.toMatchObject({ name: 'LimitExceededException' });
    const first = await cloud.autoScaling.send(
      new DescribeScalingPoliciesCommand({ ServiceNamespace: 'sagemaker', MaxResults: 30 }),
    );
    const rest = await cloud.autoScaling.send(
      new DescribeScalingPoliciesCommand({ ServiceNamespace: 'sagemaker', NextToken: first.NextToken }),
    );
    const names = [...(first.ScalingPolicies ?? []), ...(rest.ScalingPolicies ?? [])].map(
      (policy) => policy.PolicyName,
    );
    expect(new Set(names).size).toBe(50);
    expect(rest.NextToken).toBeUndefined();
  });

  it.each<[string, object, RegExp]>([
    [
      'a type and another configuration',
      { PolicyType: 'StepScaling' },
      /^TargetTrackingScalingPolicyConfiguration cannot be specified for policy type StepScaling/,
    ],
    ['an unknown type', { PolicyType: 'Magic' }, /Value 'Magic' at 'policyType'.*enum value set/],
    ['a target of zero', zeroTarget(), /Value '0' at 'targetTrackingScalingPolicyConfiguration.targetValue'/],
    ['an empty name', { PolicyName: '' }, /Value '' at 'policyName'.*length greater than or equal to 1/],
  ])('is refused with %s', async (_name, changes, message) => {
    await register();
    await expect(putPolicy(changes)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(message),
    });
  });
});

it('refuses a token that it did not write', async () => {
  await expect(
    cloud.autoScaling.send(
      new DescribeScalingActivitiesCommand({ ServiceNamespace: 'sagemaker', NextToken: 'mine' }),
    ),
  ).rejects.toMatchObject({ name: 'InvalidNextTokenException' });
});

function customized(number: number) {
  return {
    PolicyName: `custom-${number}`,
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 1,
      CustomizedMetricSpecification: { MetricName: `m${number}`, Namespace: 'Mine', Statistic: 'Average' },
    },
  };
}

function zeroTarget() {
  return {
    TargetTrackingScalingPolicyConfiguration: {
      ...tracking.TargetTrackingScalingPolicyConfiguration,
      TargetValue: 0,
    },
  };
}
