import { describe, expect, it } from 'vitest';
import { createCloudScalingSource } from '../../../src/observe/source/cloud-scaling-source.ts';
import { alarm, definition } from '../samples.ts';

interface Sent {
  operation: string;
  input: Record<string, unknown>;
}

/** Clients whose answers a test writes down, by operation; a list is answered page by page. */
function cloudOf(answers: Record<string, unknown>) {
  const sent: Sent[] = [];
  const client = async () => ({
    async send(command: { constructor: { name: string }; input: Record<string, unknown> }) {
      const operation = command.constructor.name.replace('Command', '');
      sent.push({ operation, input: command.input });
      const answer = answers[operation];
      if (answer instanceof Error) throw answer;
      return Array.isArray(answer) ? answer[Number(command.input['NextToken'] ?? 0)] : answer;
    },
  });
  const clients = { sagemaker: client, autoscaling: client, cloudwatch: client };
  return { sent, source: createCloudScalingSource(clients as never, 'e', 'v') };
}

const time = (ms: number) => new Date(ms);

describe('the cloud’s answers', () => {
  it('say how many instances the variant has', async () => {
    const { source } = cloudOf({
      DescribeEndpoint: {
        EndpointStatus: 'Updating',
        CreationTime: time(5),
        ProductionVariants: [
          { VariantName: 'other', CurrentInstanceCount: 9 },
          { VariantName: 'v', CurrentInstanceCount: 1, DesiredInstanceCount: 4 },
        ],
      },
    });
    expect(await source.describeVariant()).toEqual({ current: 1, desired: 4, endpointStatus: 'Updating' });
    expect(await source.describeCreation()).toBe(5);
  });

  it('say that there is no endpoint, but other refusals are errors', async () => {
    const refusal = (message: string) => Object.assign(new Error(message), { name: 'ValidationException' });
    expect(
      await cloudOf({ DescribeEndpoint: refusal('Could not find endpoint "e".') }).source.describeVariant(),
    ).toBeNull();
    await expect(cloudOf({ DescribeEndpoint: refusal('no') }).source.describeVariant()).rejects.toThrow('no');
  });

  it('say between which counts the fleet scales, or that it does not', async () => {
    const target = { MinCapacity: 1, MaxCapacity: 4 };
    expect(
      await cloudOf({ DescribeScalableTargets: { ScalableTargets: [target] } }).source.describeLimits(),
    ).toEqual({
      minCapacity: 1,
      maxCapacity: 4,
      suspended: { scaleIn: false, scaleOut: false, scheduled: false },
    });
    expect(
      await cloudOf({ DescribeScalableTargets: { ScalableTargets: [] } }).source.describeLimits(),
    ).toBeNull();
  });

  it('are read page by page, activities back to the origin and no further', async () => {
    const page = (ids: number[], next?: number) => ({
      ScalingActivities: ids.map((id) => ({
        ActivityId: `${id}`,
        StartTime: time(id),
        StatusCode: 'Successful',
      })),
      ...(next === undefined ? {} : { NextToken: String(next) }),
    });
    const { source, sent } = cloudOf({
      DescribeScalingActivities: [page([9, 8], 1), page([7, 2], 2), page([1])],
    });
    const activities = await source.describeActivities(5);
    expect(activities.map(({ startMs }) => startMs)).toEqual([9, 8, 7]);
    expect(sent).toHaveLength(2);
    expect(sent[0]?.input).toMatchObject({
      ResourceId: 'endpoint/e/variant/v',
      ServiceNamespace: 'sagemaker',
    });
  });

  it('name the policy’s alarms by their prefix', async () => {
    const { source, sent } = cloudOf({
      DescribeAlarms: {
        MetricAlarms: [
          {
            AlarmName: 'TargetTracking-endpoint/e/variant/v-AlarmLow-1',
            StateValue: 'ALARM',
            StateReason: 'under',
            StateTransitionedTimestamp: time(7),
            Threshold: 2_700,
            MetricName: 'InvocationsPerInstance',
            EvaluationPeriods: 15,
            Period: 60,
            ComparisonOperator: 'LessThanThreshold',
            Statistic: 'Sum',
          },
        ],
      },
    });
    expect(await source.describeAlarms()).toEqual([
      {
        alarmName: 'TargetTracking-endpoint/e/variant/v-AlarmLow-1',
        side: 'low',
        state: 'ALARM',
        reason: 'under',
        sinceMs: 7,
        threshold: 2_700,
        metricName: 'InvocationsPerInstance',
        rangeMs: 900_000,
        definition: {
          comparison: 'LessThanThreshold',
          evaluationPeriods: 15,
          datapointsToAlarm: 15,
          periodSeconds: 60,
          statistic: 'Sum',
        },
      },
    ]);
    expect(sent[0]?.input).toEqual({ AlarmNamePrefix: 'TargetTracking-endpoint/e/variant/v-' });
  });

  it('ask by name for the alarms that a caller made, and only if there are any', async () => {
    const { source, sent } = cloudOf({ DescribeAlarms: { MetricAlarms: [] } });
    await source.describeAlarms(['TargetTracking-endpoint/e/variant/v-AlarmHigh-1', 'mine']);
    expect(sent.map(({ input }) => input)).toEqual([
      { AlarmNamePrefix: 'TargetTracking-endpoint/e/variant/v-' },
      { AlarmNames: ['mine'] },
    ]);
  });

  it('tell policies of both kinds, with AWS’s default cooldown', async () => {
    const { source } = cloudOf({
      DescribeScalingPolicies: {
        ScalingPolicies: [
          {
            PolicyName: 'track',
            Alarms: [{ AlarmName: 'high' }],
            TargetTrackingScalingPolicyConfiguration: { TargetValue: 3_000, ScaleOutCooldown: 60 },
          },
          {
            PolicyName: 'step',
            StepScalingPolicyConfiguration: {
              AdjustmentType: 'ChangeInCapacity',
              Cooldown: 90,
              StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 2 }],
            },
          },
        ],
      },
    });
    expect(await source.describePolicies()).toMatchObject([
      {
        alarmNames: ['high'],
        policyType: 'TargetTrackingScaling',
        configuration: { TargetValue: 3_000 },
        scaleOutCooldownMs: 60_000,
        scaleInCooldownMs: 300_000,
      },
      {
        policyType: 'StepScaling',
        configuration: { StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 2 }] },
        scaleOutCooldownMs: 90_000,
        scaleInCooldownMs: 90_000,
      },
    ]);
  });

  it('tell an alarm’s transitions from its history, oldest first, whatever cannot be read left out', async () => {
    const item = (ms: number, from: string, to: string) => ({
      AlarmName: 'a-AlarmHigh-1',
      Timestamp: time(ms),
      HistoryData: JSON.stringify({
        oldState: { stateValue: from },
        newState: { stateValue: to, stateReason: 'why' },
      }),
    });
    const broken = { AlarmName: 'a', Timestamp: time(25), HistoryData: '{' };
    const { source } = cloudOf({
      DescribeAlarmHistory: {
        AlarmHistoryItems: [item(30, 'ALARM', 'OK'), broken, item(20, 'OK', 'ALARM'), item(10, 'x', 'y')],
      },
    });
    expect(await source.describeTransitions('a-AlarmHigh-1', 10, 30)).toEqual([
      {
        alarmName: 'a-AlarmHigh-1',
        side: 'high',
        atMs: 20,
        previousState: 'OK',
        state: 'ALARM',
        reason: 'why',
      },
      {
        alarmName: 'a-AlarmHigh-1',
        side: 'high',
        atMs: 30,
        previousState: 'ALARM',
        state: 'OK',
        reason: 'why',
      },
    ]);
  });

  it('give datapoints of every metric that is watched', async () => {
    const { source, sent } = cloudOf({
      GetMetricData: {
        MetricDataResults: [
          { Id: 'perInstance', Timestamps: [time(60_000), time(120_000)], Values: [5, 6] },
          { Id: 'latency', Timestamps: [time(60_000)], Values: [21_000] },
          { Id: 'unknown', Timestamps: [time(60_000)], Values: [1] },
        ],
      },
    });
    expect(await source.readMetrics(60_000, 180_000, [])).toEqual([
      {
        metricName: 'InvocationsPerInstance',
        statistic: 'Sum',
        periodSeconds: 60,
        periodStartMs: 60_000,
        value: 5,
      },
      {
        metricName: 'InvocationsPerInstance',
        statistic: 'Sum',
        periodSeconds: 60,
        periodStartMs: 120_000,
        value: 6,
      },
      {
        metricName: 'ModelLatency',
        statistic: 'p99',
        periodSeconds: 60,
        periodStartMs: 60_000,
        value: 21_000,
      },
    ]);
    expect(sent[0]?.input).toMatchObject({ StartTime: time(60_000), EndTime: time(180_000) });
  });

  it('give datapoints of what alarms look at, each metric once, whole periods alone', async () => {
    const { source, sent } = cloudOf({
      GetMetricData: {
        MetricDataResults: [{ Id: 'alarm4', Timestamps: [time(0), time(10_000)], Values: [5, 6] }],
      },
    });
    const concurrency = {
      metricName: 'ConcurrentRequestsPerModel',
      source: { namespace: 'AWS/SageMaker', dimensions: [{ Name: 'EndpointName', Value: 'e' }] },
      definition: { ...definition('GreaterThanThreshold', 3), statistic: 'Maximum', periodSeconds: 10 },
    };
    const alarms = [alarm('high', concurrency), alarm('high', { ...concurrency, alarmName: 'again' })];
    expect(await source.readMetrics(0, 19_000, alarms)).toEqual([
      {
        metricName: 'ConcurrentRequestsPerModel',
        statistic: 'Maximum',
        periodSeconds: 10,
        periodStartMs: 0,
        value: 5,
      },
    ]);
    expect(sent[0]?.input).toHaveProperty('MetricDataQueries.length', 5);
  });

  it('never end a list: reading stops after twenty pages', async () => {
    const endless = Array.from({ length: 100 }, (_, index) => ({
      MetricAlarms: [],
      NextToken: String(index + 1),
    }));
    const { source, sent } = cloudOf({ DescribeAlarms: endless });
    await source.describeAlarms();
    expect(sent).toHaveLength(20);
  });
});
