import { configurationMember } from '../../catalog/policy-configuration.ts';
import type { PolicyChange } from '../policies/kinds/kind/policy-kind.ts';
import { configurationOf, kindOfRequest } from '../policies/kinds/policy-kinds.ts';
import type { NamedPolicy } from './spec.ts';

/** A policy with some of its settings changed; one of a kind that has none of them stays as it is. */
export function changedPolicy(policy: NamedPolicy, change: PolicyChange): NamedPolicy {
  const kind = kindOfRequest(policy);
  const before = kind && configurationOf(policy, kind);
  if (!kind?.changed || !before) return policy;
  const changed = { ...policy, [configurationMember(kind.type)]: kind.changed(before, change) };
  return change.target === undefined ? changed : { ...changed, PolicyName: nameWith(policy, change.target) };
}

/** A name that says the value goes with it: `target-3000` that holds 1,500 would be read as 3,000. */
function nameWith({ PolicyName }: NamedPolicy, target: number): string {
  return /^target-[\d.]+$/.test(PolicyName) ? `target-${target}` : PolicyName;
}
