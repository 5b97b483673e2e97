import { type Declared, declare } from '../engine/resource.ts';
import type { EndpointState } from '../kinds/endpoint/endpoint-state.ts';
import { type AlarmSpec, metricAlarmKind } from '../kinds/metric-alarm.ts';
import { scalableTargetKind } from '../kinds/scalable-target/scalable-target.ts';
import { type PolicySpec, scalingPolicyKind } from '../kinds/scaling-policy.ts';

export interface ScalingSpec {
  minCapacity: number;
  maxCapacity: number;
  policies: readonly PolicySpec[];
}

/** The variant as a scalable target, its policies, and the alarms that policies of steps act on. */
export function declareScaling(
  { minCapacity, maxCapacity, policies }: ScalingSpec,
  endpoint: Declared<EndpointState>,
  variantName: string,
): Declared[] {
  const target = declare(scalableTargetKind, { endpoint }, (made) => ({
    endpointName: made.endpoint.name,
    variantName,
    minCapacity,
    maxCapacity,
  }));
  const declared = policies.flatMap(({ alarms, ...content }): Declared[] => {
    const policy = declare(scalingPolicyKind, { target }, (made) => ({
      ...content,
      resourceId: made.target.resourceId,
    }));
    const declareAlarm = (alarm: AlarmSpec) =>
      declare(metricAlarmKind, { policy }, (made) => ({ ...alarm, policyArn: made.policy.arn }));
    return [policy, ...alarms.map(declareAlarm)];
  });
  return [target, ...declared];
}
