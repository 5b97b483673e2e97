import { configurationMember } from '../../../catalog/policy-configuration.ts';
import type { Demands, Situation } from './kind/demand.ts';
import type { PolicyIdentity, PolicyKind } from './kind/policy-kind.ts';
import { stepScaling } from './step-scaling/step-scaling.ts';
import { targetTracking } from './target-tracking/target-tracking.ts';

/** The kinds of scaling policy that SageMaker variants take. The first is meant where a request names none. */
export const policyKinds = [targetTracking, stepScaling] as const;

/** What the flags of `up` and `simulate` describe. */
export { policyOfFlags } from './target-tracking/policy-of-flags.ts';

type Kind = (typeof policyKinds)[number];

/** What of `PutScalingPolicy` says how to scale: a type, and that type's configuration. */
export type PolicyRequest = { PolicyType?: string | undefined } & {
  [Of in Kind as `${Of['type']}PolicyConfiguration`]?: Of['assumed'] | undefined;
};

/** A policy that AWS would take, in the scaling engine's terms. */
export type CheckedPolicy = Extract<ReturnType<Kind['check']>, { policy: object }>['policy'];

/** A policy as the scaling engine keeps it. */
export type ScalingPolicy = ReturnType<Kind['make']>;

/** Any kind, asked with what belongs to it. */
export type AnyPolicyKind = PolicyKind<string, object, CheckedPolicy, ScalingPolicy & PolicyIdentity>;

export function kindOf({ type }: Pick<CheckedPolicy, 'type'>): AnyPolicyKind {
  return kindOfType(type)!;
}

/** @returns undefined: no type of policy, or none that variants take */
export function kindOfType(type: string | undefined): AnyPolicyKind | undefined {
  return type === undefined ? undefined : byType.get(type);
}

const byType: ReadonlyMap<string, AnyPolicyKind> = new Map(
  policyKinds.map((kind) => [kind.type, kind as unknown as AnyPolicyKind]),
);

/** The kind that a request names, or else the one whose configuration it brings. */
export function kindOfRequest(request: PolicyRequest): AnyPolicyKind | undefined {
  if (request.PolicyType !== undefined) return kindOfType(request.PolicyType);
  const brought = policyKinds.findLast(({ type }) => request[configurationMember(type)] !== undefined);
  return kindOfType((brought ?? policyKinds[0]).type);
}

export function configurationOf(
  request: PolicyRequest,
  { type }: Pick<AnyPolicyKind, 'type'>,
): object | undefined {
  return (request as Record<string, object | undefined>)[configurationMember(type)];
}

/** What a scalable target's policies ask for, kind by kind, in the order of the kinds. */
export function demandsOf(policies: readonly ScalingPolicy[], situation: Situation): Demands[] {
  return [...byType.values()].flatMap((kind) => {
    const own = policies.filter(({ type }) => type === kind.type);
    return own.length === 0 ? [] : kind.demands(own, situation);
  });
}
