import {
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  DescribeAlarmsForMetricCommand,
  DisableAlarmActionsCommand,
  EnableAlarmActionsCommand,
  ListTagsForResourceCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
  SetAlarmStateCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { minute, openScalingCloud, startMs } from '../../support/scaling-cloud.ts';

let cloud: Awaited<ReturnType<typeof openScalingCloud>>;

beforeEach(async () => {
  cloud = await openScalingCloud();
});
afterEach(() => cloud.close());

const alarm: PutMetricAlarmCommandInput = {
  AlarmName: 'deep',
  Namespace: 'Mine',
  MetricName: 'Depth',
  Dimensions: [{ Name: 'Queue', Value: 'a' }],
  Statistic: 'Maximum',
  Period: 60,
  EvaluationPeriods: 3,
  DatapointsToAlarm: 2,
  Threshold: 10,
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
};
const put = (changes = {}) => cloud.cloudWatch.send(new PutMetricAlarmCommand({ ...alarm, ...changes }));
const describeAlarms = async (input = {}) =>
  (await cloud.cloudWatch.send(new DescribeAlarmsCommand(input))).MetricAlarms ?? [];
const history = async (input = {}) =>
  (await cloud.cloudWatch.send(new DescribeAlarmHistoryCommand(input))).AlarmHistoryItems ?? [];

async function measure(value: number): Promise<void> {
  const Timestamp = new Date(cloud.clock.nowMs());
  await cloud.cloudWatch.send(
    new PutMetricDataCommand({
      Namespace: 'Mine',
      MetricData: [{ MetricName: 'Depth', Dimensions: alarm.Dimensions, Value: value, Timestamp }],
    }),
  );
  await cloud.pass(1, null);
}

describe('an alarm on data of the caller', () => {
  it('watches it, and says why it is in its state', async () => {
    await put();
    for (const depth of [12, 3, 11]) await measure(depth);
    const [described] = await describeAlarms({ StateValue: 'ALARM' });
    expect(described).toMatchObject({
      ...alarm,
      AlarmArn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:deep',
      ActionsEnabled: true,
      StateValue: 'ALARM',
      StateUpdatedTimestamp: new Date(startMs + 3 * minute),
      StateReason:
        'Threshold Crossed: 3 out of the last 3 datapoints [11.0 (22/11/26 15:02:00), 3.0 (22/11/26 15:01:00), 12.0 (22/11/26 15:00:00)] were greater than or equal to the threshold (10.0) (minimum 2 datapoints for OK -> ALARM transition).',
    });
    expect(JSON.parse(described?.StateReasonData ?? '')).toMatchObject({ recentDatapoints: [12, 3, 11] });
  });

  it('goes to INSUFFICIENT_DATA some time after the data stops', async () => {
    await put({ DatapointsToAlarm: undefined });
    await measure(1);
    expect((await describeAlarms())[0]?.StateValue).toBe('OK');
    await cloud.pass(4, null);
    expect((await describeAlarms())[0]?.StateValue).toBe('OK');
    await cloud.pass(1, null);
    expect((await describeAlarms())[0]).toMatchObject({
      StateValue: 'INSUFFICIENT_DATA',
      StateReason: 'Insufficient Data: 3 datapoints were unknown.',
    });
  });

  it('keeps its state when it is changed, until it is next evaluated', async () => {
    await put();
    await measure(1);
    await put({ Threshold: 0 });
    expect((await describeAlarms())[0]).toMatchObject({ StateValue: 'OK', Threshold: 0 });
  });
});

describe('alarms', () => {
  it('are found by name, prefix, state, action and metric, page by page', async () => {
    for (const name of ['b-2', 'a-1', 'b-1']) await put({ AlarmName: name });
    await put({
      AlarmName: 'c',
      AlarmActions: ['arn:aws:sns:us-east-1:000000000000:pager'],
      Statistic: 'Sum',
    });
    const names = async (input: object) => (await describeAlarms(input)).map((found) => found.AlarmName);
    expect(await names({})).toEqual(['a-1', 'b-1', 'b-2', 'c']);
    expect(await names({ AlarmNamePrefix: 'b-' })).toEqual(['b-1', 'b-2']);
    expect(await names({ AlarmNames: ['c', 'none'] })).toEqual(['c']);
    expect(await names({ StateValue: 'OK' })).toEqual([]);
    expect(await names({ ActionPrefix: 'arn:aws:sns' })).toEqual(['c']);
    expect(await names({ AlarmTypes: ['CompositeAlarm'] })).toEqual([]);
    const first = await cloud.cloudWatch.send(new DescribeAlarmsCommand({ MaxRecords: 3 }));
    expect(first.MetricAlarms).toHaveLength(3);
    expect(await names({ MaxRecords: 3, NextToken: first.NextToken })).toEqual(['c']);
    const { MetricName, Namespace, Dimensions } = alarm;
    const byMetric = new DescribeAlarmsForMetricCommand({
      MetricName,
      Namespace,
      Dimensions,
      Statistic: 'Sum',
    });
    expect((await cloud.cloudWatch.send(byMetric)).MetricAlarms?.map((found) => found.AlarmName)).toEqual([
      'c',
    ]);
    const half = new DescribeAlarmsForMetricCommand({ MetricName, Namespace });
    expect((await cloud.cloudWatch.send(half)).MetricAlarms).toEqual([]);
  });

  it('leave a history that outlives them', async () => {
    await put();
    await measure(1);
    await cloud.cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: ['deep'] }));
    expect((await history()).map((item) => [item.HistoryItemType, item.HistorySummary])).toEqual([
      ['ConfigurationUpdate', 'Alarm "deep" deleted'],
      ['StateUpdate', 'Alarm updated from INSUFFICIENT_DATA to OK'],
      ['ConfigurationUpdate', 'Alarm "deep" created'],
    ]);
    expect(await history({ HistoryItemType: 'StateUpdate' })).toHaveLength(1);
    expect(await history({ EndDate: new Date(startMs) })).toHaveLength(1);
    expect(await history({ StartDate: new Date(startMs + 2 * minute) })).toHaveLength(0);
    const paged = await cloud.cloudWatch.send(new DescribeAlarmHistoryCommand({ MaxRecords: 2 }));
    expect(await history({ MaxRecords: 2, NextToken: paged.NextToken })).toHaveLength(1);
    const [created] = await history({ ScanBy: 'TimestampAscending' });
    expect(JSON.parse(created?.HistoryData ?? '')).toMatchObject({
      type: 'Create',
      createdAlarm: { alarmName: 'deep', threshold: 10, okactions: [] },
    });
  });

  it('can be set by hand until the next evaluation, and then act', async () => {
    const pager = 'arn:aws:sns:us-east-1:000000000000:pager';
    await put({ AlarmActions: [pager], TreatMissingData: 'notBreaching' });
    await cloud.cloudWatch.send(
      new SetAlarmStateCommand({
        AlarmName: 'deep',
        StateValue: 'ALARM',
        StateReason: 'testing purposes',
        StateReasonData: '{"by":"hand"}',
      }),
    );
    expect((await describeAlarms())[0]).toMatchObject({
      StateValue: 'ALARM',
      StateReason: 'testing purposes',
    });
    // Nobody is at the other end here, and the history says so.
    expect((await history({ HistoryItemType: 'Action' }))[0]?.HistorySummary).toBe(
      `Failed to execute action ${pager}`,
    );
    await cloud.pass(1, null);
    expect((await describeAlarms())[0]?.StateValue).toBe('OK');
  });

  it('have actions that can be disabled and enabled', async () => {
    await put();
    await cloud.cloudWatch.send(new DisableAlarmActionsCommand({ AlarmNames: ['deep'] }));
    expect((await describeAlarms())[0]?.ActionsEnabled).toBe(false);
    await cloud.cloudWatch.send(new EnableAlarmActionsCommand({ AlarmNames: ['deep'] }));
    expect((await describeAlarms())[0]?.ActionsEnabled).toBe(true);
  });

  it('are deleted all or none', async () => {
    await put();
    await expect(
      cloud.cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: ['deep', 'none'] })),
    ).rejects.toMatchObject({ name: 'ResourceNotFound' });
    expect(await describeAlarms()).toHaveLength(1);
  });

  it.each<[string, object, RegExp]>([
    ['a period between', { Period: 45 }, /Period must be 10, 20, 30 or a multiple of 60/],
    [
      'more than a day',
      { Period: 300, EvaluationPeriods: 289 },
      /^Metrics cannot be checked across more than a day/,
    ],
    [
      'M above N',
      { DatapointsToAlarm: 4 },
      /DatapointsToAlarm must be less than or equal to EvaluationPeriods/,
    ],
    [
      'two statistics',
      { ExtendedStatistic: 'p99' },
      /Exactly one of the parameters Statistic and ExtendedStatistic/,
    ],
    ['no metric', { MetricName: undefined }, /MetricName, Namespace and Period must be specified/],
    ['no threshold', { Threshold: undefined }, /Threshold must be specified/],
    ['an unknown treatment', { TreatMissingData: 'hope' }, /Value 'hope' at 'treatMissingData'/],
  ])('are refused with %s', async (_name, changes, message) => {
    await expect(put(changes)).rejects.toThrow(message);
  });

  it('take percentiles', async () => {
    await put({ Statistic: undefined, ExtendedStatistic: 'p99' });
    expect((await describeAlarms())[0]).toMatchObject({ ExtendedStatistic: 'p99' });
    expect((await describeAlarms())[0]?.Statistic).toBeUndefined();
  });

  it('cannot be set if they do not exist', async () => {
    const set = new SetAlarmStateCommand({ AlarmName: 'none', StateValue: 'OK', StateReason: '' });
    await expect(cloud.cloudWatch.send(set)).rejects.toMatchObject({ name: 'ResourceNotFound' });
  });
});

describe("an alarm's tags", () => {
  const ResourceARN = 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:deep';
  const tags = async () =>
    (await cloud.cloudWatch.send(new ListTagsForResourceCommand({ ResourceARN }))).Tags;

  it('are those it was made with, until they are changed by themselves', async () => {
    await put({ Tags: [{ Key: 'team', Value: 'a' }] });
    await put({ Threshold: 11, Tags: [{ Key: 'team', Value: 'b' }] });
    expect(await tags()).toEqual([{ Key: 'team', Value: 'a' }]);
    await cloud.cloudWatch.send(new TagResourceCommand({ ResourceARN, Tags: [{ Key: 'kept', Value: '1' }] }));
    await cloud.cloudWatch.send(new UntagResourceCommand({ ResourceARN, TagKeys: ['team'] }));
    expect(await tags()).toEqual([{ Key: 'kept', Value: '1' }]);
  });

  it('belong to an alarm that exists, and keep off AWS’s own prefix', async () => {
    await expect(tags()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(put({ Tags: [{ Key: 'aws:x', Value: '' }] })).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
    });
  });
});
