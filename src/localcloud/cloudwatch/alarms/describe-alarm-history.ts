import { z } from 'zod';
import { textField, timestampField } from '../../service/fields.ts';
import { operation } from '../../service/operation.ts';
import { type AlarmDeps, alarmNameField, alarmTypesField, maxRecordsField, pageOf } from './deps.ts';
import { historyItemTypes } from './history.ts';

const pageSize = 100;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html */
export const describeAlarmHistory = operation({
  name: 'DescribeAlarmHistory',
  input: z.object({
    AlarmName: alarmNameField.optional(),
    AlarmTypes: alarmTypesField.optional(),
    HistoryItemType: z.enum(historyItemTypes).optional(),
    StartDate: timestampField.optional(),
    EndDate: timestampField.optional(),
    MaxRecords: maxRecordsField.optional(),
    NextToken: textField().optional(),
    ScanBy: z.enum(['TimestampDescending', 'TimestampAscending']).optional(),
  }),
  handle(input, { history }: AlarmDeps) {
    const wanted = input.AlarmTypes?.includes('MetricAlarm') ?? true;
    const fromMs = input.StartDate?.getTime() ?? Number.NEGATIVE_INFINITY;
    const toMs = input.EndDate?.getTime() ?? Number.POSITIVE_INFINITY;
    const found = history
      .items()
      .filter(
        (item) =>
          wanted &&
          (input.AlarmName === undefined || item.alarmName === input.AlarmName) &&
          (input.HistoryItemType === undefined || item.type === input.HistoryItemType) &&
          item.atMs >= fromMs &&
          item.atMs <= toMs,
      );
    const ordered = input.ScanBy === 'TimestampAscending' ? found : found.toReversed();
    const page = pageOf(ordered, input.NextToken, input.MaxRecords ?? pageSize);
    return {
      AlarmHistoryItems: page.items.map((item) => ({
        AlarmName: item.alarmName,
        AlarmType: 'MetricAlarm',
        Timestamp: new Date(item.atMs),
        HistoryItemType: item.type,
        HistorySummary: item.summary,
        HistoryData: item.data,
      })),
      NextToken: page.nextToken,
    };
  },
});
