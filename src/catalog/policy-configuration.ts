const suffix = 'PolicyConfiguration';

/**
 * The member that holds a policy's configuration: AWS names it after the policy's type, for each type that there is.
 */
export function configurationMember<Type extends string>(policyType: Type): `${Type}PolicyConfiguration` {
  return `${policyType}${suffix}`;
}

/** Of a policy as DescribeScalingPolicies tells it: the type, and what the type's member holds. */
export function describedPolicy(policy: { PolicyType?: string | undefined }): {
  policyType: string;
  configuration: object;
} {
  const [member = '', configuration = {}] =
    Object.entries<unknown>(policy).find(([name, value]) => name.endsWith(suffix) && isObject(value)) ?? [];
  return {
    policyType: policy.PolicyType ?? member.slice(0, -suffix.length),
    configuration: configuration as object,
  };
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
