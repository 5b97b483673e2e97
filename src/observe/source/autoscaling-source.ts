import type { ScalableTarget, ScalingActivity } from '@aws-sdk/client-application-auto-scaling';
import { readActivity } from '../../catalog/activity-meaning.ts';
import type { CloudClients } from '../../resources/sdk/clients.ts';
import type { ActivityObservation, CapacityLimits } from '../observation/observation.ts';
import { toPolicy } from '../observation/policy-observation.ts';
import { toScheduledAction } from '../observation/scheduled-action-observation.ts';
import { allPages, next } from './pages.ts';
import type { ScalingSource } from './scaling-source.ts';

const scalableDimension = {
  ServiceNamespace: 'sagemaker',
  ScalableDimension: 'sagemaker:variant:DesiredInstanceCount',
} as const;

/** What Application Auto Scaling says of a variant. */
export function autoscalingSource(
  clients: Pick<CloudClients, 'autoscaling'>,
  resourceId: string,
): Pick<
  ScalingSource,
  'describeLimits' | 'describePolicies' | 'describeActivities' | 'describeScheduledActions'
> {
  const pageOf = (NextToken?: string) => ({
    ...scalableDimension,
    ResourceId: resourceId,
    ...next({ NextToken }),
  });
  return {
    async describeLimits() {
      const { DescribeScalableTargetsCommand } = await import('@aws-sdk/client-application-auto-scaling');
      const command = new DescribeScalableTargetsCommand({ ...scalableDimension, ResourceIds: [resourceId] });
      const { ScalableTargets } = await (await clients.autoscaling()).send(command);
      const target = ScalableTargets?.[0];
      return target === undefined ? null : toLimits(target);
    },

    async describePolicies() {
      const { DescribeScalingPoliciesCommand } = await import('@aws-sdk/client-application-auto-scaling');
      const autoscaling = await clients.autoscaling();
      return await allPages(async (NextToken) => {
        const page = await autoscaling.send(new DescribeScalingPoliciesCommand(pageOf(NextToken)));
        return { items: (page.ScalingPolicies ?? []).map(toPolicy), next: page.NextToken };
      });
    },

    async describeActivities(sinceMs) {
      const { DescribeScalingActivitiesCommand } = await import('@aws-sdk/client-application-auto-scaling');
      const autoscaling = await clients.autoscaling();
      return await allPages(async (NextToken) => {
        const page = await autoscaling.send(new DescribeScalingActivitiesCommand(pageOf(NextToken)));
        const activities = (page.ScalingActivities ?? []).map(toActivity);
        const items = activities.filter(({ startMs }) => startMs >= sinceMs);
        // Newest first: a page that reaches back past the origin is the last one of interest.
        return { items, next: items.length < activities.length ? undefined : page.NextToken };
      });
    },

    async describeScheduledActions() {
      const { DescribeScheduledActionsCommand } = await import('@aws-sdk/client-application-auto-scaling');
      const autoscaling = await clients.autoscaling();
      return await allPages(async (NextToken) => {
        const page = await autoscaling.send(new DescribeScheduledActionsCommand(pageOf(NextToken)));
        return { items: (page.ScheduledActions ?? []).map(toScheduledAction), next: page.NextToken };
      });
    },
  };
}

function toLimits({ MinCapacity = 0, MaxCapacity = 0, SuspendedState }: ScalableTarget): CapacityLimits {
  return {
    minCapacity: MinCapacity,
    maxCapacity: MaxCapacity,
    suspended: {
      scaleIn: SuspendedState?.DynamicScalingInSuspended ?? false,
      scaleOut: SuspendedState?.DynamicScalingOutSuspended ?? false,
      scheduled: SuspendedState?.ScheduledScalingSuspended ?? false,
    },
  };
}

function toActivity(activity: ScalingActivity): ActivityObservation {
  const { Description: description = '', Cause: cause = '' } = activity;
  return {
    activityId: activity.ActivityId ?? '',
    status: activity.StatusCode ?? '',
    description,
    cause,
    statusMessage: activity.StatusMessage ?? '',
    startMs: activity.StartTime?.getTime() ?? 0,
    endMs: activity.EndTime?.getTime() ?? null,
    ...readActivity(description, cause),
  };
}
