import { kindOfType } from '../../scaling/policies/kinds/policy-kinds.ts';
import type { UpOutcome } from '../contract/outcomes.ts';

/**
 * What scales a variant, as `up` and `status` tell it: the first policy that holds a metric in full, of others the
 * name.
 */
export function autoscalingOutcome(
  range: { minCapacity: number; maxCapacity: number },
  policies: readonly { name: string; policyType: string; configuration: object }[],
): NonNullable<UpOutcome['autoscaling']> {
  const { minCapacity, maxCapacity } = range;
  const [held] = policies.flatMap(
    ({ policyType, configuration }) => kindOfType(policyType)?.told.held?.(configuration) ?? [],
  );
  return {
    minCapacity,
    maxCapacity,
    ...(held ?? noMetricHeld),
    policies: policies.map(({ name, policyType }) => ({ name, type: policyType })),
  };
}

const noMetricHeld = {
  metric: null,
  targetValue: null,
  scaleOutCooldownSeconds: null,
  scaleInCooldownSeconds: null,
};
