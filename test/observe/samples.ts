import { readActivity } from '../../src/catalog/activity-meaning.ts';
import type {
  ActivityObservation,
  AlarmObservation,
  MetricObservation,
  Observation,
} from '../../src/observe/observation/observation.ts';
import type { PolicyObservation } from '../../src/observe/observation/policy-observation.ts';

export function observation(overrides: Partial<Observation> = {}): Observation {
  return {
    atMs: 1_000_000,
    variant: { current: 1, desired: 1, endpointStatus: 'InService' },
    alarms: [],
    transitions: [],
    activities: [],
    metrics: [],
    limits: { minCapacity: 1, maxCapacity: 4 },
    ...overrides,
  };
}

export function alarm(side: 'high' | 'low', overrides: Partial<AlarmObservation> = {}): AlarmObservation {
  return {
    alarmName: `TargetTracking-endpoint/e/variant/v-Alarm${side === 'high' ? 'High' : 'Low'}-1`,
    side,
    state: 'OK',
    reason: '',
    sinceMs: 0,
    threshold: side === 'high' ? 3_000 : 2_700,
    metricName: 'InvocationsPerInstance',
    rangeMs: side === 'high' ? 180_000 : 900_000,
    ...overrides,
  };
}

/** An alarm as CloudWatch defines it: compared minute by minute. */
export function definition(
  comparison: string,
  evaluationPeriods: number,
): NonNullable<AlarmObservation['definition']> {
  return {
    comparison,
    evaluationPeriods,
    datapointsToAlarm: evaluationPeriods,
    periodSeconds: 60,
    statistic: 'Sum',
  };
}

export function trackingPolicy(overrides: Partial<PolicyObservation> = {}): PolicyObservation {
  return {
    policyName: 'p',
    alarmNames: [alarm('high').alarmName, alarm('low').alarmName],
    scaleOutCooldownMs: 300_000,
    scaleInCooldownMs: 300_000,
    disableScaleIn: false,
    policyType: 'TargetTrackingScaling',
    configuration: { TargetValue: 3_000 },
    ...overrides,
  };
}

/** What its sentences mean is read from them, as of one of AWS's. */
export function activity(overrides: Partial<ActivityObservation> = {}): ActivityObservation {
  const { description = 'Setting desired instance count to 4.', cause = '' } = overrides;
  return {
    activityId: 'a',
    status: 'Successful',
    description,
    cause,
    statusMessage: '',
    startMs: 0,
    endMs: 1,
    ...readActivity(description, cause),
    ...overrides,
  };
}

export function metric(periodStartMs: number, value: number): MetricObservation {
  return { metricName: 'InvocationsPerInstance', statistic: 'Sum', periodSeconds: 60, periodStartMs, value };
}
