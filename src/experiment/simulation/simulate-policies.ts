import { basename } from 'node:path';
import { usualMetric, usualTracked } from '../../catalog/metrics.ts';
import { userError } from '../../core/errors.ts';
import { kindOfRequest, policyOfFlags } from '../../scaling/policies/kinds/policy-kinds.ts';
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
  policies: NamedPolicy[];
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
    return policies.map((policy, index): NamedPolicy => {
      refuseWithoutAlarms(policy, file);
      const fileName = basename(file, '.json');
      const unnamed = policies.length === 1 ? fileName : `${fileName}-${index + 1}`;
      return { ...policy, PolicyName: policy.PolicyName ?? unnamed };
    });
  });
  const all = files.length === 0 || fromFlags ? [...fromFiles, flagPolicy(options, maxRps)] : fromFiles;
  refuseSameNames(all);
  if (!options.compare) {
    assertTogether(all, variant, '--policy');
    return [{ name: all.map(({ PolicyName }) => PolicyName).join(' + '), policies: all }];
  }
  if (all.length > 1 || options.sweep)
    return all.map((policy) => ({ name: policy.PolicyName, policies: [policy] }));
  throw userError(
    'nothing-to-compare',
    `--compare has only one policy, ${all[0]?.PolicyName}`,
    'name two or more with --policy FILE, or one beside --target-value',
  );
}

function flagPolicy(options: SimulateOptions, maxRps: number): NamedPolicy {
  const metric = options.metric ?? usualTracked;
  if (options.targetValue === undefined) assertOwnTarget(metric);
  // AWS's load-test formula, as `up` applies it: half of what one instance carries, a minute.
  const targetValue = options.targetValue ?? Math.max(1, Math.round(maxRps * 0.5 * 60));
  const policy = {
    PolicyName: `target-${targetValue}`,
    ...policyOfFlags({
      metric,
      targetValue,
      scaleOutCooldownSeconds: options.scaleOutCooldownSeconds ?? 300,
      scaleInCooldownSeconds: options.scaleInCooldownSeconds ?? 300,
    }),
  };
  assertPolicy(policy, variant, `--target-value ${targetValue}`);
  return policy;
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

function refuseSameNames(policies: readonly NamedPolicy[]): void {
  const names = policies.map(({ PolicyName }) => PolicyName);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw userError(
      'same-policy-name',
      `two policies are called ${twice}`,
      'give each a PolicyName of its own',
    );
}
