import type { AlarmHistoryItem, CloudWatchClient, MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { alarmSideOf, ownAlarmsOf } from '../../catalog/own-alarms.ts';
import type { AlarmStateValue } from '../../record/schemas/timeline.ts';
import type { CloudClients } from '../../resources/sdk/clients.ts';
import type { AlarmObservation, AlarmTransition } from '../observation/observation.ts';
import { metricQueries, metricsIn } from './metric-queries.ts';
import { allPages, next } from './pages.ts';
import type { ScalingSource } from './scaling-source.ts';

const defaultPeriodSeconds = 60;

/** What CloudWatch says of a variant's metrics, and of the alarms that look at them. */
export function cloudwatchSource(
  clients: Pick<CloudClients, 'cloudwatch'>,
  endpointName: string,
  variantName: string,
  resourceId: string,
): Pick<ScalingSource, 'describeAlarms' | 'describeTransitions' | 'readMetrics'> {
  return {
    async describeAlarms(others = []) {
      const cloudwatch = await clients.cloudwatch();
      const prefix = ownAlarmsOf(resourceId);
      // DescribeAlarms takes a hundred names at most.
      const named = others.filter((name) => !name.startsWith(prefix)).slice(0, 100);
      const found = await Promise.all([
        readAlarms(cloudwatch, { AlarmNamePrefix: prefix }),
        named.length > 0 ? readAlarms(cloudwatch, { AlarmNames: named }) : [],
      ]);
      return found.flat();
    },

    async describeTransitions(alarmName, afterMs, untilMs) {
      const { DescribeAlarmHistoryCommand } = await import('@aws-sdk/client-cloudwatch');
      const cloudwatch = await clients.cloudwatch();
      const transitions = await allPages(async (NextToken) => {
        const page = await cloudwatch.send(
          new DescribeAlarmHistoryCommand({
            AlarmName: alarmName,
            HistoryItemType: 'StateUpdate',
            StartDate: new Date(afterMs),
            EndDate: new Date(untilMs + 1_000),
            ...next({ NextToken }),
          }),
        );
        return { items: (page.AlarmHistoryItems ?? []).flatMap(toTransition), next: page.NextToken };
      });
      return transitions
        .filter(({ atMs }) => atMs > afterMs && atMs <= untilMs)
        .sort((a, b) => a.atMs - b.atMs);
    },

    async readMetrics(fromMs, toMs, alarms) {
      const { GetMetricDataCommand } = await import('@aws-sdk/client-cloudwatch');
      const cloudwatch = await clients.cloudwatch();
      const queries = metricQueries(endpointName, variantName, alarms);
      return await allPages(async (NextToken) => {
        const page = await cloudwatch.send(
          new GetMetricDataCommand({
            StartTime: new Date(fromMs),
            EndTime: new Date(toMs),
            ScanBy: 'TimestampAscending',
            MetricDataQueries: queries,
            ...next({ NextToken }),
          }),
        );
        return { items: metricsIn(page.MetricDataResults, queries, toMs), next: page.NextToken };
      });
    },
  };
}

async function readAlarms(
  cloudwatch: CloudWatchClient,
  filter: { AlarmNamePrefix: string } | { AlarmNames: string[] },
): Promise<AlarmObservation[]> {
  const { DescribeAlarmsCommand } = await import('@aws-sdk/client-cloudwatch');
  return await allPages(async (NextToken) => {
    const page = await cloudwatch.send(new DescribeAlarmsCommand({ ...filter, ...next({ NextToken }) }));
    return { items: (page.MetricAlarms ?? []).map(toAlarm), next: page.NextToken };
  });
}

function toAlarm(alarm: MetricAlarm): AlarmObservation {
  const alarmName = alarm.AlarmName ?? '';
  const since = alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp;
  return {
    alarmName,
    side: alarmSideOf(alarmName),
    state: (alarm.StateValue ?? 'INSUFFICIENT_DATA') as AlarmStateValue,
    reason: alarm.StateReason ?? '',
    sinceMs: since?.getTime() ?? 0,
    threshold: alarm.Threshold ?? null,
    metricName: alarm.MetricName ?? '',
    rangeMs: (alarm.EvaluationPeriods ?? 1) * (alarm.Period ?? defaultPeriodSeconds) * 1_000,
    ...sourceOf(alarm),
    ...definitionOf(alarm),
  };
}

function sourceOf({ Namespace, Dimensions = [] }: MetricAlarm): Pick<AlarmObservation, 'source'> {
  if (Namespace === undefined) return {};
  const dimensions = Dimensions.map(({ Name = '', Value = '' }) => ({ Name, Value }));
  return { source: { namespace: Namespace, dimensions } };
}

function definitionOf(alarm: MetricAlarm): Pick<AlarmObservation, 'definition'> {
  const { ComparisonOperator: comparison, EvaluationPeriods: evaluationPeriods } = alarm;
  if (comparison === undefined || evaluationPeriods === undefined) return {};
  return {
    definition: {
      comparison,
      evaluationPeriods,
      datapointsToAlarm: alarm.DatapointsToAlarm ?? evaluationPeriods,
      periodSeconds: alarm.Period ?? defaultPeriodSeconds,
      statistic: alarm.ExtendedStatistic ?? alarm.Statistic ?? '',
    },
  };
}

/** The states are in the item's data, which is JSON in a text. */
function toTransition(item: AlarmHistoryItem): AlarmTransition[] {
  const alarmName = item.AlarmName ?? '';
  const data = parseHistoryData(item.HistoryData);
  if (data === undefined) return [];
  return [
    {
      alarmName,
      side: alarmSideOf(alarmName),
      atMs: item.Timestamp?.getTime() ?? 0,
      previousState: data.oldState.stateValue,
      state: data.newState.stateValue,
      reason: data.newState.stateReason ?? '',
    },
  ];
}

interface HistoryData {
  oldState: { stateValue: AlarmStateValue };
  newState: { stateValue: AlarmStateValue; stateReason?: string };
}

function parseHistoryData(text: string | undefined): HistoryData | undefined {
  try {
    const data = JSON.parse(text ?? '') as Partial<HistoryData>;
    return data.oldState?.stateValue && data.newState?.stateValue ? (data as HistoryData) : undefined;
  } catch {
    return undefined;
  }
}
