/** Target tracking: the pair of alarms that a policy owns, and the proportion that it scales by. */
import type { AlarmDefinition } from '../alarms/alarm.ts';
import type { MetricRef } from '../alarms/metric.ts';

export interface TargetTrackingPolicy {
  type: 'TargetTrackingScaling';
  policyName: string;
  policyArn: string;
  resourceId: string;
  targetValue: number;
  metric: { high: MetricRef; low: MetricRef };
  scaleOutCooldownMs: number;
  scaleInCooldownMs: number;
  disableScaleIn: boolean;
  createdMs: number;
  highAlarmName: string;
  /** Null where scale-in is disabled: no such alarm is made. */
  lowAlarmName: string | null;
  /** `TargetTrackingScalingPolicyConfiguration` as the caller gave it, for describing. */
  configuration: unknown;
}

/** Source: AWS's own alarms of SageMaker policies, as users report them. */
const highEvaluationPeriods = 3;
const lowEvaluationPeriods = 15;
/** The low alarm's threshold, as a share of the target value. Users report 0.9 for SageMaker variants. */
const lowThresholdShare = 0.9;

export function targetTrackingAlarmName(
  resourceId: string,
  side: 'AlarmHigh' | 'AlarmLow',
  uuid: string,
): string {
  return `TargetTracking-${resourceId}-${side}-${uuid}`;
}

export function alarmArn(region: string, accountId: string, alarmName: string): string {
  return `arn:aws:cloudwatch:${region}:${accountId}:alarm:${alarmName}`;
}

/** High: 3 datapoints > target value. Low: 15 datapoints < 0.9 × target value. Both act on the policy. */
export function alarmPair(
  policy: TargetTrackingPolicy,
  region: string,
  accountId: string,
): readonly AlarmDefinition[] {
  const common = {
    description: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${policy.policyArn}.`,
    actionsEnabled: true,
    okActions: [],
    alarmActions: [policy.policyArn],
    insufficientDataActions: [],
    datapointsToAlarm: undefined,
    treatMissingData: undefined,
    evaluateLowSampleCountPercentile: undefined,
  };
  const high: AlarmDefinition = {
    ...common,
    alarmName: policy.highAlarmName,
    alarmArn: alarmArn(region, accountId, policy.highAlarmName),
    metric: policy.metric.high,
    comparison: 'GreaterThanThreshold',
    threshold: policy.targetValue,
    evaluationPeriods: highEvaluationPeriods,
  };
  if (policy.lowAlarmName === null) return [high];
  const low: AlarmDefinition = {
    ...common,
    alarmName: policy.lowAlarmName,
    alarmArn: alarmArn(region, accountId, policy.lowAlarmName),
    metric: policy.metric.low,
    comparison: 'LessThanThreshold',
    threshold: shareOf(policy.targetValue),
    evaluationPeriods: lowEvaluationPeriods,
  };
  return [high, low];
}

/**
 *   wanted = ceil(capacity × metric / target value)
 *
 * AWS publishes "proportional" and no formula: inferred. The metric is per instance, so capacity × metric is the load.
 */
export function proportionalCapacity(capacity: number, metric: number, targetValue: number): number {
  // A hair less, lest 3 × 0.1 / 0.3 = 1.0000000000000002 makes two.
  return Math.max(0, Math.ceil((capacity * metric) / targetValue - 1e-9));
}

/** 0.9 × 70 = 63.00000000000001 otherwise. */
function shareOf(targetValue: number): number {
  return Number((targetValue * lowThresholdShare).toPrecision(15));
}
