import type { Alarm } from '../../../scaling/alarms/alarm.ts';

/** An alarm as CloudWatch's `MetricAlarm`. */
export function describeAlarm(alarm: Alarm) {
  const { definition } = alarm;
  const { metric } = definition;
  const percentile = /^(p|tm|wm|tc|ts|pr|iqm)/i.test(metric.statistic);
  return {
    AlarmName: definition.alarmName,
    AlarmArn: definition.alarmArn,
    AlarmDescription: definition.description,
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.configurationUpdatedMs),
    ActionsEnabled: definition.actionsEnabled,
    OKActions: definition.okActions,
    AlarmActions: definition.alarmActions,
    InsufficientDataActions: definition.insufficientDataActions,
    StateValue: alarm.state,
    StateReason: alarm.reason,
    StateReasonData: alarm.reasonData ?? undefined,
    StateUpdatedTimestamp: new Date(alarm.stateUpdatedMs),
    StateTransitionedTimestamp: new Date(alarm.stateUpdatedMs),
    MetricName: metric.metricName,
    Namespace: metric.namespace,
    Statistic: percentile ? undefined : metric.statistic,
    ExtendedStatistic: percentile ? metric.statistic : undefined,
    Dimensions: Object.entries(metric.dimensions).map(([Name, Value]) => ({ Name, Value })),
    Period: metric.periodMs / 1_000,
    Unit: metric.unit,
    EvaluationPeriods: definition.evaluationPeriods,
    DatapointsToAlarm: definition.datapointsToAlarm,
    Threshold: definition.threshold,
    ComparisonOperator: definition.comparison,
    TreatMissingData: definition.treatMissingData,
    EvaluateLowSampleCountPercentile: definition.evaluateLowSampleCountPercentile,
  };
}
