import type { AnyOperation } from '../../service/operation.ts';
import { deleteAlarms } from './delete-alarms.ts';
import type { AlarmDeps } from './deps.ts';
import { describeAlarmHistory } from './describe-alarm-history.ts';
import { describeAlarms } from './describe-alarms.ts';
import { describeAlarmsForMetric } from './describe-alarms-for-metric.ts';
import { disableAlarmActions } from './disable-alarm-actions.ts';
import { enableAlarmActions } from './enable-alarm-actions.ts';
import { listTagsForResource } from './list-tags-for-resource.ts';
import { putMetricAlarm } from './put-metric-alarm.ts';
import { setAlarmState } from './set-alarm-state.ts';
import { tagResource } from './tag-resource.ts';
import { untagResource } from './untag-resource.ts';

/** CloudWatch's operations on alarms. */
export const alarmOperations: readonly AnyOperation<AlarmDeps>[] = [
  putMetricAlarm,
  describeAlarms,
  describeAlarmsForMetric,
  describeAlarmHistory,
  deleteAlarms,
  setAlarmState,
  enableAlarmActions,
  disableAlarmActions,
  listTagsForResource,
  tagResource,
  untagResource,
];
