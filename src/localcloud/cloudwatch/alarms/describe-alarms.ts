import { z } from 'zod';
import { textField } from '../../service/fields.ts';
import { operation } from '../../service/operation.ts';
import {
  type AlarmDeps,
  alarmNameField,
  alarmNamesField,
  alarmTypesField,
  invalidCombination,
  maxRecordsField,
  pageOf,
  stateValueField,
} from './deps.ts';
import { describeAlarm } from './describe-alarm.ts';

const pageSize = 50;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
export const describeAlarms = operation({
  name: 'DescribeAlarms',
  input: z.object({
    AlarmNames: alarmNamesField.optional(),
    AlarmNamePrefix: alarmNameField.optional(),
    AlarmTypes: alarmTypesField.optional(),
    ChildrenOfAlarmName: alarmNameField.optional(),
    ParentsOfAlarmName: alarmNameField.optional(),
    StateValue: stateValueField.optional(),
    ActionPrefix: textField({ min: 1, max: 1_024 }).optional(),
    MaxRecords: maxRecordsField.optional(),
    NextToken: textField().optional(),
  }),
  handle(input, { scaling }: AlarmDeps) {
    const { AlarmNames: names, AlarmNamePrefix: prefix, ActionPrefix: action } = input;
    if (names && prefix !== undefined)
      throw invalidCombination('AlarmNames and AlarmNamePrefix cannot both be specified.');
    // Only composite alarms have children, and only they are parents; there are none here.
    const related = input.ChildrenOfAlarmName !== undefined || input.ParentsOfAlarmName !== undefined;
    const wanted = !related && (input.AlarmTypes?.includes('MetricAlarm') ?? true);
    const found = Object.values(scaling.state().alarms)
      .filter(
        ({ state, definition }) =>
          wanted &&
          (names === undefined || names.includes(definition.alarmName)) &&
          (prefix === undefined || definition.alarmName.startsWith(prefix)) &&
          (input.StateValue === undefined || state === input.StateValue) &&
          (action === undefined || definition.alarmActions.some((arn) => arn.startsWith(action))),
      )
      .sort((a, b) => (a.definition.alarmName < b.definition.alarmName ? -1 : 1));
    const page = pageOf(found, input.NextToken, input.MaxRecords ?? pageSize);
    return { MetricAlarms: page.items.map(describeAlarm), CompositeAlarms: [], NextToken: page.nextToken };
  },
});
