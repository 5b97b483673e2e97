import {
  DeleteScalingPolicyCommand,
  DescribeScalingActivitiesCommand,
  DescribeScalingPoliciesCommand,
  PutScalingPolicyCommand,
  type StepScalingPolicyConfiguration,
} from '@aws-sdk/client-application-auto-scaling';
import {
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openScaledCloud, target } from '../support/scaling-cloud.ts';

let cloud: Awaited<ReturnType<typeof openScaledCloud>>;

beforeEach(async () => {
  cloud = await openScaledCloud();
});
afterEach(() => cloud.close());

const out: StepScalingPolicyConfiguration = {
  AdjustmentType: 'ChangeInCapacity',
  StepAdjustments: [
    { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 50, ScalingAdjustment: 1 },
    { MetricIntervalLowerBound: 50, ScalingAdjustment: 3 },
  ],
  Cooldown: 180,
  MetricAggregationType: 'Maximum',
};
const back: StepScalingPolicyConfiguration = {
  AdjustmentType: 'PercentChangeInCapacity',
  StepAdjustments: [{ MetricIntervalUpperBound: 0, ScalingAdjustment: -50 }],
  Cooldown: 60,
};

async function putSteps(
  PolicyName: string,
  StepScalingPolicyConfiguration: StepScalingPolicyConfiguration,
): Promise<string> {
  const { PolicyARN, Alarms } = await cloud.autoScaling.send(
    new PutScalingPolicyCommand({
      ...target,
      PolicyName,
      PolicyType: 'StepScaling',
      StepScalingPolicyConfiguration,
    }),
  );
  expect(Alarms).toEqual([]);
  return PolicyARN ?? '';
}

function putAlarm(changes: Partial<PutMetricAlarmCommandInput>): Promise<unknown> {
  return cloud.cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'busy',
      Namespace: 'AWS/SageMaker',
      MetricName: 'InvocationsPerInstance',
      Dimensions: [
        { Name: 'EndpointName', Value: 'penguins' },
        { Name: 'VariantName', Value: 'AllTraffic' },
      ],
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 2,
      Threshold: 100,
      ComparisonOperator: 'GreaterThanThreshold',
      ...changes,
    }),
  );
}

async function changes(): Promise<string[]> {
  const { ScalingActivities } = await cloud.autoScaling.send(new DescribeScalingActivitiesCommand(target));
  return (ScalingActivities ?? [])
    .toReversed()
    .map(
      ({ StartTime, StatusCode, Description, Cause }) =>
        `${StartTime?.toISOString().slice(11, 16)} ${StatusCode} ${Description} ${Cause}`,
    );
}

describe('a step scaling policy', () => {
  it('is put without alarms, and described with those that name it', async () => {
    const PolicyARN = await putSteps('out', out);
    await putAlarm({ AlarmActions: [PolicyARN] });
    const { ScalingPolicies } = await cloud.autoScaling.send(
      new DescribeScalingPoliciesCommand({ ServiceNamespace: 'sagemaker' }),
    );
    expect(ScalingPolicies).toMatchObject([
      {
        PolicyARN,
        PolicyType: 'StepScaling',
        StepScalingPolicyConfiguration: out,
        Alarms: [{ AlarmName: 'busy' }],
      },
    ]);
    expect(ScalingPolicies?.[0]).not.toHaveProperty('TargetTrackingScalingPolicyConfiguration');
  });

  it('changes the count by how far the alarm is breached, out and back in', async () => {
    await putAlarm({ AlarmActions: [await putSteps('out', out)] });
    const low = { AlarmName: 'idle', Threshold: 20, ComparisonOperator: 'LessThanThreshold' } as const;
    await putAlarm({ ...low, EvaluationPeriods: 3, AlarmActions: [await putSteps('back', back)] });
    await cloud.pass(10, 160); // 60 over the threshold: three more
    await cloud.pass(10, 440); // 110 an instance: one more
    await cloud.pass(13, 0);
    expect(await changes()).toEqual([
      '15:03 Successful Setting desired instance count to 4. monitor alarm busy in state ALARM triggered policy out',
      '15:13 Successful Setting desired instance count to 5. monitor alarm busy in state ALARM triggered policy out',
      '15:24 Successful Setting desired instance count to 3. monitor alarm idle in state ALARM triggered policy back',
      '15:29 Successful Setting desired instance count to 2. monitor alarm idle in state ALARM triggered policy back',
    ]);
    const { AlarmHistoryItems } = await cloud.cloudWatch.send(
      new DescribeAlarmHistoryCommand({ AlarmName: 'busy', HistoryItemType: 'Action' }),
    );
    expect(AlarmHistoryItems).toHaveLength(2);
    expect(AlarmHistoryItems?.[0]?.HistorySummary).toMatch(
      /^Successfully executed action arn:.*policyName\/out$/,
    );
  });

  it('leaves the alarm behind when it is deleted, but not its action', async () => {
    const PolicyARN = await putSteps('out', out);
    await putAlarm({ AlarmActions: [PolicyARN, 'arn:aws:sns:us-east-1:000000000000:people'] });
    await cloud.autoScaling.send(new DeleteScalingPolicyCommand({ ...target, PolicyName: 'out' }));
    const { MetricAlarms } = await cloud.cloudWatch.send(new DescribeAlarmsCommand({}));
    expect(MetricAlarms).toMatchObject([{ AlarmActions: ['arn:aws:sns:us-east-1:000000000000:people'] }]);
  });

  it('may take the place of target tracking, whose alarms then go', async () => {
    await cloud.autoScaling.send(
      new PutScalingPolicyCommand({
        ...target,
        PolicyName: 'p',
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 60,
          PredefinedMetricSpecification: { PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance' },
        },
      }),
    );
    await putSteps('p', out);
    expect((await cloud.cloudWatch.send(new DescribeAlarmsCommand({}))).MetricAlarms).toEqual([]);
  });

  it('is refused with a gap between its steps', async () => {
    const gap = {
      ...out,
      StepAdjustments: [
        { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 10, ScalingAdjustment: 1 },
        { MetricIntervalLowerBound: 20, ScalingAdjustment: 2 },
      ],
    };
    await expect(putSteps('out', gap)).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Step adjustment intervals cannot have a gap between them: [0, 10] and [20, ∞]',
    });
  });
});
