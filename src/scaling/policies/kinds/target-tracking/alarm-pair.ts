/** The pair of alarms that a policy makes and owns. */
import { ownAlarmName } from '../../../../catalog/own-alarms.ts';
import { type AlarmDefinition, alarmArn } from '../../../alarms/alarm.ts';
import type { TargetTrackingPolicy } from './configuration.ts';

/** Source: AWS's own alarms of SageMaker policies, as users report them. */
const highEvaluationPeriods = 3;
const lowEvaluationPeriods = 15;
/** The low alarm's threshold, as a share of the target value. Users report 0.9 for SageMaker variants. */
const lowThresholdShare = 0.9;

type Names = Pick<TargetTrackingPolicy, 'highAlarmName' | 'lowAlarmName'>;

/** @param before those until now: they stay as the policy is edited */
export function namesOfPair(
  resourceId: string,
  disableScaleIn: boolean,
  before: Names | undefined,
  newId: () => string,
): Names {
  const lowAlarmName = disableScaleIn
    ? null
    : (before?.lowAlarmName ?? ownAlarmName(resourceId, 'low', newId()));
  const highAlarmName = before?.highAlarmName ?? ownAlarmName(resourceId, 'high', newId());
  return { highAlarmName, lowAlarmName };
}

/** High: 3 datapoints > target value. Low: 15 datapoints < 0.9 × target value. Both act on the policy. */
export function alarmPair(
  policy: TargetTrackingPolicy,
  { region, accountId }: { region: string; accountId: string },
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

/** 0.9 × 70 = 63.00000000000001 otherwise. */
function shareOf(targetValue: number): number {
  return Number((targetValue * lowThresholdShare).toPrecision(15));
}
