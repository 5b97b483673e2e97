import type { FillIn } from './fill-ins.ts';
import { json, jsonAnswer, jsonError, type MotoCalls } from './moto-calls.ts';
import { inputOf } from './recorded-call.ts';

interface Policy {
  PolicyName: string;
  ResourceId: string;
}

/**
 * What Application Auto Scaling does besides keeping what it is told: the two alarms of a target-tracking policy, which
 * live and die with it, as the policies do with their target.
 */
export function scalingLife(moto: MotoCalls): FillIn {
  const scaling = (operation: string, input: object) =>
    moto.ask<{ ScalingPolicies?: Policy[] }>(
      `AnyScaleFrontendService.${operation}`,
      'application-autoscaling',
      {
        ServiceNamespace: 'sagemaker',
        ScalableDimension: 'sagemaker:variant:DesiredInstanceCount',
        ...input,
      },
    );
  const removeAlarms = async ({ PolicyName, ResourceId }: Policy) => {
    const names = alarmsOf({ PolicyName, ResourceId });
    await moto.post('monitoring', {
      Action: 'DeleteAlarms',
      Version: '2010-08-01',
      ...Object.fromEntries(names.map((name, index) => [`AlarmNames.member.${index + 1}`, name])),
    });
  };

  return {
    async 'application-autoscaling PutScalingPolicy'(call, forward) {
      const answer = await forward();
      const policy = inputOf(call) as unknown as Policy & { PolicyType: string };
      if (answer.status !== 200 || policy.PolicyType !== 'TargetTrackingScaling') return answer;
      const alarms = alarmsOf(policy);
      for (const [index, name] of alarms.entries()) {
        await moto.post('monitoring', {
          Action: 'PutMetricAlarm',
          Version: '2010-08-01',
          AlarmName: name,
          Namespace: 'AWS/SageMaker',
          MetricName: 'InvocationsPerInstance',
          Statistic: 'Sum',
          Period: '60',
          EvaluationPeriods: index === 0 ? '3' : '15',
          Threshold: '1',
          ComparisonOperator: index === 0 ? 'GreaterThanThreshold' : 'LessThanThreshold',
        });
      }
      return jsonAnswer({
        ...json(answer),
        Alarms: alarms.map((AlarmName) => ({
          AlarmName,
          AlarmARN: `arn:aws:cloudwatch:us-east-1:123456789012:alarm:${AlarmName}`,
        })),
      });
    },

    async 'application-autoscaling DeleteScalingPolicy'(call, forward) {
      const answer = await forward();
      if (answer.status === 200) await removeAlarms(inputOf(call) as unknown as Policy);
      return answer;
    },

    async 'application-autoscaling DeregisterScalableTarget'(call, forward) {
      const { ResourceId } = inputOf(call);
      const policies = (await scaling('DescribeScalingPolicies', { ResourceId }))?.ScalingPolicies ?? [];
      for (const { PolicyName } of policies) {
        await scaling('DeleteScalingPolicy', { PolicyName, ResourceId });
        await removeAlarms({ PolicyName, ResourceId: String(ResourceId) });
      }
      const answer = await forward();
      if (answer.status === 200) return answer;
      // moto calls it a ValidationException.
      const { message } = json(answer);
      return /^No scalable target found/.test(String(message))
        ? jsonError('ObjectNotFoundException', String(message))
        : answer;
    },

    'application-autoscaling DescribeScalingActivities': async () => jsonAnswer({ ScalingActivities: [] }),
  };
}

/** AWS ends the names in UUIDs of its own choice; the policy's name tells them apart as well. */
function alarmsOf({ PolicyName, ResourceId }: Policy): string[] {
  return ['AlarmHigh', 'AlarmLow'].map((which) => `TargetTracking-${ResourceId}-${which}-${PolicyName}`);
}
