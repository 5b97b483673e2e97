import { targetedService } from '../protocols/targeted-service.ts';
import type { TargetedService } from '../service/operation.ts';
import { deleteAlarms } from './alarms/delete-alarms.ts';
import type { AlarmDeps } from './alarms/deps.ts';
import { describeAlarmHistory } from './alarms/describe-alarm-history.ts';
import { describeAlarms } from './alarms/describe-alarms.ts';
import { describeAlarmsForMetric } from './alarms/describe-alarms-for-metric.ts';
import { disableAlarmActions } from './alarms/disable-alarm-actions.ts';
import { enableAlarmActions } from './alarms/enable-alarm-actions.ts';
import { putMetricAlarm } from './alarms/put-metric-alarm.ts';
import { setAlarmState } from './alarms/set-alarm-state.ts';
import { tagOperations } from './alarms/tags.ts';
import { getMetricData } from './metrics/get-metric-data.ts';
import { getMetricStatistics } from './metrics/get-metric-statistics.ts';
import { listMetrics } from './metrics/list-metrics.ts';
import type { MetricDeps } from './metrics/metric-input.ts';
import { putMetricData } from './metrics/put-metric-data.ts';

/** CloudWatch: metrics, and the alarms that the scaling engine keeps. */
export function createCloudWatch(deps: MetricDeps & AlarmDeps): TargetedService {
  return targetedService<MetricDeps & AlarmDeps>(
    {
      signingName: 'monitoring',
      targetPrefix: 'GraniteServiceVersion20100801',
      rpcV2Name: 'GraniteServiceVersion20100801',
      query: { xmlNamespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/', version: '2010-08-01' },
      invalidInputCode: 'ValidationException',
    },
    [
      getMetricData,
      getMetricStatistics,
      listMetrics,
      putMetricData,
      putMetricAlarm,
      describeAlarms,
      describeAlarmsForMetric,
      describeAlarmHistory,
      deleteAlarms,
      setAlarmState,
      enableAlarmActions,
      disableAlarmActions,
      ...tagOperations,
    ],
    deps,
  );
}
