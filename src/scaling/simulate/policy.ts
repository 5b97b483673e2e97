import { configurationMember } from '../../catalog/policy-configuration.ts';
import type { PolicyChange } from '../policies/kinds/kind/policy-kind.ts';
import { configurationOf, kindOfRequest } from '../policies/kinds/policy-kinds.ts';
import type { NamedPolicy } from './spec.ts';

/** A policy with some of its settings changed; one of a kind that has none of them stays as it is. */
export function changedPolicy(policy: NamedPolicy, change: PolicyChange): NamedPolicy {
  const kind = kindOfRequest(policy);
  const before = kind && configurationOf(policy, kind);
  if (!kind?.changed || !before) return policy;
  return { ...policy, [configurationMember(kind.type)]: kind.changed(before, change) };
}
