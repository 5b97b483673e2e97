import {
  DescribeScalingActivitiesCommand,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { DescribeAlarmHistoryCommand, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openScalingCloud, startMs, target } from '../support/scaling-cloud.ts';

/** `15:06`, on the cloud's clock. */
function time(date: Date | undefined): string {
  return date === undefined ? '' : date.toISOString().slice(11, 16);
}

describe('a run on the stand-in: ramp, two scale-outs, end of load, scale-in', () => {
  let cloud: Awaited<ReturnType<typeof openScalingCloud>>;

  beforeAll(async () => {
    cloud = await openScalingCloud();
    await cloud.autoScaling.send(
      new RegisterScalableTargetCommand({ ...target, MinCapacity: 1, MaxCapacity: 10 }),
    );
    await cloud.autoScaling.send(
      new PutScalingPolicyCommand({
        ...target,
        PolicyName: 'sixty-a-minute',
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 60,
          PredefinedMetricSpecification: { PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance' },
        },
      }),
    );
    await cloud.pass(2, 30);
    await cloud.pass(8, 200);
    await cloud.pass(15, 400);
    await cloud.pass(27, 0);
  });
  afterAll(() => cloud.close());

  it('scales when the alarm says so, waits for instances and for cooldowns', async () => {
    const { ScalingActivities } = await cloud.autoScaling.send(new DescribeScalingActivitiesCommand(target));
    const told = ScalingActivities?.toReversed().map(
      ({ StartTime, EndTime, StatusCode, Description }) =>
        `${time(StartTime)}–${time(EndTime)} ${StatusCode} ${Description}`,
    );
    expect(told).toEqual([
      '15:06–15:10 Successful Setting desired instance count to 4.',
      '15:15–15:19 Successful Setting desired instance count to 7.',
      '15:41–15:45 Successful Setting desired instance count to 1.',
    ]);
  });

  it('words causes and outcomes as AWS does', async () => {
    const { ScalingActivities } = await cloud.autoScaling.send(new DescribeScalingActivitiesCommand(target));
    expect(ScalingActivities?.at(-1)).toMatchObject({
      ...target,
      Cause: expect.stringMatching(
        /^monitor alarm TargetTracking-endpoint\/penguins\/variant\/AllTraffic-AlarmHigh-[-0-9a-f]{36} in state ALARM triggered policy sixty-a-minute$/,
      ),
      StatusMessage:
        'Successfully set desired instance count to 4. Change successfully fulfilled by sagemaker.',
    });
  });

  it('tells on request when it did not scale, and why', async () => {
    const { ScalingActivities } = await cloud.autoScaling.send(
      new DescribeScalingActivitiesCommand({ ...target, IncludeNotScaledActivities: true }),
    );
    const told = ScalingActivities?.filter((activity) => activity.NotScaledReasons)
      .toReversed()
      .map(({ StartTime, NotScaledReasons }) => [time(StartTime), NotScaledReasons?.[0]]);
    expect(told).toEqual([
      ['15:07', { Code: 'TargetServicePutResourceAsUnscalable' }],
      ['15:16', { Code: 'TargetServicePutResourceAsUnscalable' }],
      ['15:42', { Code: 'TargetServicePutResourceAsUnscalable' }],
      ['15:50', { Code: 'AlreadyAtMinCapacity', MinCapacity: 1 }],
    ]);
  });

  it('leaves its alarms and their history to be read', async () => {
    const { MetricAlarms } = await cloud.cloudWatch.send(
      new DescribeAlarmsCommand({ AlarmNamePrefix: 'TargetTracking-endpoint/penguins' }),
    );
    expect(MetricAlarms?.map(({ Threshold, StateValue }) => [Threshold, StateValue])).toEqual([
      [60, 'OK'],
      [54, 'ALARM'],
    ]);
    const { AlarmHistoryItems } = await cloud.cloudWatch.send(
      new DescribeAlarmHistoryCommand({
        AlarmName: MetricAlarms?.[0]?.AlarmName,
        ScanBy: 'TimestampAscending',
      }),
    );
    expect(
      AlarmHistoryItems?.map(({ Timestamp, HistorySummary }) => [time(Timestamp), HistorySummary]),
    ).toEqual([
      ['15:00', `Alarm "${MetricAlarms?.[0]?.AlarmName}" created`],
      ['15:02', 'Alarm updated from INSUFFICIENT_DATA to OK'],
      ['15:06', 'Alarm updated from OK to ALARM'],
      [
        '15:06',
        expect.stringMatching(
          /^Successfully executed action arn:aws:autoscaling:.*policyName\/sixty-a-minute$/,
        ),
      ],
      ['15:21', 'Alarm updated from ALARM to OK'],
    ]);
    const toAlarm = JSON.parse(AlarmHistoryItems?.[2]?.HistoryData ?? '{}');
    expect(toAlarm.newState.stateReason).toBe(
      'Threshold Crossed: 3 datapoints [200.0 (22/11/26 15:04:00), 200.0 (22/11/26 15:03:00), 200.0 (22/11/26 15:02:00)] were greater than the threshold (60.0).',
    );
    expect(toAlarm.newState.stateReasonData.queryDate).toBe('2026-11-22T15:06:00.000+0000');
  });

  it('forgets its targets, policies and alarms when the endpoint goes', async () => {
    expect(cloud.clock.nowMs()).toBe(startMs + 52 * 60_000);
    cloud.listener.endpointDeleted('penguins');
    const { MetricAlarms } = await cloud.cloudWatch.send(new DescribeAlarmsCommand({}));
    expect(MetricAlarms).toEqual([]);
    expect(cloud.bugs).toEqual([]);
  });
});
