import type { AlarmHistoryItem, MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { AlarmStateValue } from '../record/timeline.ts';
import type { CloudClients } from '../resources/sdk/clients.ts';
import { isCloudError } from '../resources/sdk/cloud-errors.ts';
import { metricQueries, metricsIn } from './metric-queries.ts';
import {
  type ActivityObservation,
  type AlarmObservation,
  type AlarmTransition,
  alarmSide,
} from './observation.ts';
import { toPolicy } from './policy-observation.ts';
import type { ScalingSource } from './scaling-source.ts';
import { toScheduledAction } from './scheduled-action-observation.ts';

const scalableDimension = {
  ServiceNamespace: 'sagemaker',
  ScalableDimension: 'sagemaker:variant:DesiredInstanceCount',
} as const;

const defaultPeriodSeconds = 60;

/** A bound on pages: nobody's run has more, and a server that never ends its list must not hold us. */
const mostPages = 20;

/** The observer's questions as calls of the SDK's clients. */
export function createCloudScalingSource(
  clients: Pick<CloudClients, 'sagemaker' | 'autoscaling' | 'cloudwatch'>,
  endpointName: string,
  variantName: string,
): ScalingSource {
  const resourceId = `endpoint/${endpointName}/variant/${variantName}`;
  const describeEndpoint = async () => {
    const { DescribeEndpointCommand } = await import('@aws-sdk/client-sagemaker');
    try {
      return await (await clients.sagemaker()).send(
        new DescribeEndpointCommand({ EndpointName: endpointName }),
      );
    } catch (error) {
      if (isCloudError(error, 'ValidationException', /could not find endpoint/i)) return null;
      throw error;
    }
  };
  return {
    async describeCreation() {
      const endpoint = await describeEndpoint();
      return endpoint?.CreationTime?.getTime() ?? null;
    },

    async describeVariant() {
      const endpoint = await describeEndpoint();
      if (endpoint === null) return null;
      const variant = endpoint.ProductionVariants?.find((candidate) => candidate.VariantName === variantName);
      return {
        current: variant?.CurrentInstanceCount ?? 0,
        desired: variant?.DesiredInstanceCount ?? variant?.CurrentInstanceCount ?? 0,
        endpointStatus: endpoint.EndpointStatus ?? 'Unknown',
      };
    },

    async describeLimits() {
      const { DescribeScalableTargetsCommand } = await import('@aws-sdk/client-application-auto-scaling');
      const command = new DescribeScalableTargetsCommand({ ...scalableDimension, ResourceIds: [resourceId] });
      const { ScalableTargets } = await (await clients.autoscaling()).send(command);
      const target = ScalableTargets?.[0];
      if (target === undefined) return null;
      const { MinCapacity = 0, MaxCapacity = 0, SuspendedState } = target;
      return {
        minCapacity: MinCapacity,
        maxCapacity: MaxCapacity,
        suspended: {
          scaleIn: SuspendedState?.DynamicScalingInSuspended ?? false,
          scaleOut: SuspendedState?.DynamicScalingOutSuspended ?? false,
          scheduled: SuspendedState?.ScheduledScalingSuspended ?? false,
        },
      };
    },

    async describePolicies() {
      const { DescribeScalingPoliciesCommand } = await import('@aws-sdk/client-application-auto-scaling');
      const autoscaling = await clients.autoscaling();
      return await allPages(async (NextToken) => {
        const page = await autoscaling.send(
          new DescribeScalingPoliciesCommand({
            ...scalableDimension,
            ResourceId: resourceId,
            ...next({ NextToken }),
          }),
        );
        return { items: (page.ScalingPolicies ?? []).map(toPolicy), next: page.NextToken };
      });
    },

    async describeAlarms(others = []) {
      const { DescribeAlarmsCommand } = await import('@aws-sdk/client-cloudwatch');
      const cloudwatch = await clients.cloudwatch();
      const prefix = `TargetTracking-${resourceId}-`;
      const read = (filter: { AlarmNamePrefix: string } | { AlarmNames: string[] }) =>
        allPages(async (NextToken) => {
          const page = await cloudwatch.send(
            new DescribeAlarmsCommand({ ...filter, ...next({ NextToken }) }),
          );
          return { items: (page.MetricAlarms ?? []).map(toAlarm), next: page.NextToken };
        });
      // DescribeAlarms takes a hundred names at most.
      const named = others.filter((name) => !name.startsWith(prefix)).slice(0, 100);
      const found = await Promise.all([
        read({ AlarmNamePrefix: prefix }),
        named.length > 0 ? read({ AlarmNames: named }) : [],
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

    async describeActivities(sinceMs) {
      const { DescribeScalingActivitiesCommand } = await import('@aws-sdk/client-application-auto-scaling');
      const autoscaling = await clients.autoscaling();
      return await allPages(async (NextToken) => {
        const page = await autoscaling.send(
          new DescribeScalingActivitiesCommand({
            ...scalableDimension,
            ResourceId: resourceId,
            ...next({ NextToken }),
          }),
        );
        const activities = (page.ScalingActivities ?? []).map(
          (activity): ActivityObservation => ({
            activityId: activity.ActivityId ?? '',
            status: activity.StatusCode ?? '',
            description: activity.Description ?? '',
            cause: activity.Cause ?? '',
            statusMessage: activity.StatusMessage ?? '',
            startMs: activity.StartTime?.getTime() ?? 0,
            endMs: activity.EndTime?.getTime() ?? null,
          }),
        );
        const items = activities.filter(({ startMs }) => startMs >= sinceMs);
        // Newest first: a page that reaches back past the origin is the last one of interest.
        return { items, next: items.length < activities.length ? undefined : page.NextToken };
      });
    },

    async describeScheduledActions() {
      const { DescribeScheduledActionsCommand } = await import('@aws-sdk/client-application-auto-scaling');
      const autoscaling = await clients.autoscaling();
      return await allPages(async (NextToken) => {
        const page = await autoscaling.send(
          new DescribeScheduledActionsCommand({
            ...scalableDimension,
            ResourceId: resourceId,
            ...next({ NextToken }),
          }),
        );
        return { items: (page.ScheduledActions ?? []).map(toScheduledAction), next: page.NextToken };
      });
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

async function allPages<Item>(
  readPage: (token: string | undefined) => Promise<{ items: Item[]; next: string | undefined }>,
): Promise<Item[]> {
  const all: Item[] = [];
  let token: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const { items, next: nextToken } = await readPage(token);
    all.push(...items);
    if (!nextToken) break;
    token = nextToken;
  }
  return all;
}

function next({ NextToken }: { NextToken: string | undefined }): { NextToken?: string } {
  return NextToken === undefined ? {} : { NextToken };
}

function toAlarm(alarm: MetricAlarm): AlarmObservation {
  const alarmName = alarm.AlarmName ?? '';
  const since = alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp;
  return {
    alarmName,
    side: alarmSide(alarmName),
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
      side: alarmSide(alarmName),
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
