import { basename } from 'node:path';
import { usualMetric, usualTracked } from '../../catalog/metrics.ts';
import { configurationMember } from '../../catalog/policy-configuration.ts';
import { userError } from '../../core/errors.ts';
import type { PolicyChange } from '../../scaling/policies/kinds/kind/policy-kind.ts';
import { configurationOf, kindOfRequest, policyOfFlags } from '../../scaling/policies/kinds/policy-kinds.ts';
import type { NamedPolicy } from '../../scaling/simulate/spec.ts';
import {
  assertOwnTarget,
  assertPolicy,
  assertTogether,
  type PolicyFile,
  readPolicyFile,
} from '../policies/policy-file.ts';
import type { SimulateOptions } from './simulate-options.ts';

/** Policies that act together on one target, under one name. */
export interface PolicySet {
  name: string;
  policies: TriedPolicy[];
}

export interface TriedPolicy {
  policy: NamedPolicy;
  /** True: its name says its target value, so a sweep that varies the value renames it. */
  namedByValue: boolean;
}

const variant = { endpointName: 'simulated', variantName: 'AllTraffic' };

/**
 * What is to be tried: the files' policies and the flags', together, or with `compare` each by itself. Without any, the
 * flags' defaults, as `up` would.
 * @param maxRps what one instance carries
 * @throws MlbenchError as `readPolicyFile`; `no-target-value`, `nothing-to-compare` (exit code 2)
 */
export function policySets(options: SimulateOptions, maxRps: number): PolicySet[] {
  const files = options.policyFiles ?? [];
  const fromFlags = [
    options.metric,
    options.targetValue,
    options.scaleOutCooldownSeconds,
    options.scaleInCooldownSeconds,
  ].some((value) => value !== undefined);
  const fromFiles = files.flatMap((file) => {
    const policies = readPolicyFile(file, variant);
    return policies.map((policy, index): TriedPolicy => {
      refuseWithoutAlarms(policy, file);
      const fileName = basename(file, '.json');
      const unnamed = policies.length === 1 ? fileName : `${fileName}-${index + 1}`;
      return { policy: { ...policy, PolicyName: policy.PolicyName ?? unnamed }, namedByValue: false };
    });
  });
  const all = files.length === 0 || fromFlags ? [...fromFiles, flagPolicy(options, maxRps)] : fromFiles;
  refuseSameNames(all);
  if (!options.compare) {
    assertTogether(
      all.map(({ policy }) => policy),
      variant,
      '--policy',
    );
    return [{ name: all.map(({ policy }) => policy.PolicyName).join(' + '), policies: all }];
  }
  if (all.length > 1 || options.sweep)
    return all.map((tried) => ({ name: tried.policy.PolicyName, policies: [tried] }));
  throw userError(
    'nothing-to-compare',
    `--compare has only one policy, ${all[0]?.policy.PolicyName}`,
    'name two or more with --policy FILE, or one beside --target-value',
  );
}

function flagPolicy(options: SimulateOptions, maxRps: number): TriedPolicy {
  const metric = options.metric ?? usualTracked;
  if (options.targetValue === undefined) assertOwnTarget(metric);
  // AWS's load-test formula, as `up` applies it: half of what one instance carries, a minute.
  const targetValue = options.targetValue ?? Math.max(1, Math.round(maxRps * 0.5 * 60));
  const policy = {
    PolicyName: nameByValue(targetValue),
    ...policyOfFlags({
      metric,
      targetValue,
      scaleOutCooldownSeconds: options.scaleOutCooldownSeconds ?? 300,
      scaleInCooldownSeconds: options.scaleInCooldownSeconds ?? 300,
    }),
  };
  assertPolicy(policy, variant, `--target-value ${targetValue}`);
  return { policy, namedByValue: true };
}

function nameByValue(targetValue: number): string {
  return `target-${targetValue}`;
}

/** A policy with some of its settings changed; one of a kind that has none of them stays as it is. */
export function changedPolicy({ policy, namedByValue }: TriedPolicy, change: PolicyChange): NamedPolicy {
  const kind = kindOfRequest(policy);
  const before = kind && configurationOf(policy, kind);
  if (!kind?.changed || !before) return policy;
  const changed = { ...policy, [configurationMember(kind.type)]: kind.changed(before, change) };
  // `target-3000` that holds 1,500 would be read as 3,000.
  return namedByValue && change.target !== undefined
    ? { ...changed, PolicyName: nameByValue(change.target) }
    : changed;
}

/** Without an alarm such a policy never acts: a forgotten one must not look like a calm fleet. */
function refuseWithoutAlarms(policy: PolicyFile, file: string): void {
  const alarms = kindOfRequest(policy)?.alarms;
  if (alarms?.by !== 'caller' || policy.MetricAlarms?.length) return;
  const { namespace, metricName, statistics } = usualMetric;
  throw userError(
    'no-alarm',
    `--policy ${file} ${alarms.says}, and names no alarm`,
    `add "MetricAlarms": [{"Namespace": "${namespace}", "MetricName": "${metricName}", "Statistic": "${statistics[0]}", …}], as PutMetricAlarm takes them`,
  );
}

function refuseSameNames(tried: readonly TriedPolicy[]): void {
  const names = tried.map(({ policy }) => policy.PolicyName);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw userError(
      'same-policy-name',
      `two policies are called ${twice}`,
      'give each a PolicyName of its own',
    );
}
