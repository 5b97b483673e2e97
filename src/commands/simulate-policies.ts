import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { userError } from '../core/errors.ts';
import { trackingPolicy } from '../scaling/simulate/policy.ts';
import type { NamedPolicy } from '../scaling/simulate/spec.ts';
import { defaultTargetValue } from './emulated-capacity.ts';
import type { SimulateOptions } from './simulate-options.ts';

/** Policies that act together, under one name. */
export interface PolicySet {
  name: string;
  policies: NamedPolicy[];
}

/**
 * What is to be tried: the file's policies, or the flags' one.
 * @throws MlbenchError `bad-policy-file`, `contradiction` (exit code 2)
 */
export function policySets(options: SimulateOptions, maxRps: number): PolicySet[] {
  const files = options.policyFiles ?? [];
  const fromFlags = [
    options.metric,
    options.targetValue,
    options.scaleOutCooldownSeconds,
    options.scaleInCooldownSeconds,
  ].some((value) => value !== undefined);
  if (files.length > 0 && fromFlags && !options.compare)
    throw userError(
      'contradiction',
      `--policy ${files[0]} and the policy's flags (--target-value, --metric, the cooldowns) are two policies`,
      'keep one of them, or add --compare to see them side by side',
    );
  if (files.length > 1 && !options.compare)
    throw userError(
      'contradiction',
      `${files.length} files of --policy are ${files.length} policies`,
      'add --compare',
    );
  const sets = files.map((file) => ({ name: basename(file, '.json'), policies: readPolicies(file) }));
  return files.length === 0 || fromFlags ? [...sets, flagPolicy(options, maxRps)] : sets;
}

function flagPolicy(options: SimulateOptions, maxRps: number): PolicySet {
  const metric = options.metric ?? 'SageMakerVariantInvocationsPerInstance';
  if (options.targetValue === undefined && metric !== 'SageMakerVariantInvocationsPerInstance')
    throw userError(
      'no-target-value',
      `--metric ${metric} has no target`,
      'pass --target-value, in requests in flight an instance',
    );
  // AWS's load-test formula, as `up` applies it: half of what one instance carries, a minute.
  const byCapacity = Math.max(1, Math.round(maxRps * 0.5 * 60));
  const targetValue = options.targetValue ?? (maxRps > 0 ? byCapacity : defaultTargetValue(null, ''));
  const name = `target-${targetValue}`;
  const policy = trackingPolicy(name, {
    metric,
    targetValue,
    scaleOutCooldownSeconds: options.scaleOutCooldownSeconds ?? 300,
    scaleInCooldownSeconds: options.scaleInCooldownSeconds ?? 300,
  });
  return { name, policies: [policy] };
}

function readPolicies(file: string): NamedPolicy[] {
  const remedy = 'write one object as PutScalingPolicy takes it, or a list of them';
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw userError('bad-policy-file', `--policy ${file}: ${reason}`, remedy, error);
  }
  const list = Array.isArray(content) ? content : [content];
  const objects = list.every((item) => typeof item === 'object' && item !== null && !Array.isArray(item));
  if (list.length === 0 || !objects)
    throw userError('bad-policy-file', `--policy ${file} holds no policy`, remedy);
  return list.map((item: NamedPolicy, index) => ({
    ...item,
    PolicyName:
      item.PolicyName ?? (index === 0 ? basename(file, '.json') : `${basename(file, '.json')}-${index + 1}`),
  }));
}
