import type { EndpointState } from './endpoint-state.ts';
import { type Declared, declare } from './resource.ts';
import { scalableTargetKind } from './scalable-target.ts';
import { type PolicySpec, scalingPolicyKind } from './scaling-policy.ts';

export interface ScalingSpec {
  minCapacity: number;
  maxCapacity: number;
  policies: readonly PolicySpec[];
}

/** The variant as a scalable target, and its policies. */
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
  const declared = policies.map((policy) =>
    declare(scalingPolicyKind, { target }, (made) => ({ ...policy, resourceId: made.target.resourceId })),
  );
  return [target, ...declared];
}
