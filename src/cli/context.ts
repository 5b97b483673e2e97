import { isAbsolute, join } from 'node:path';
import type { CommandContext } from '../commands/context.ts';
import { findExperiment, type KnownExperiment } from '../commands/experiments.ts';
import { userError } from '../core/errors.ts';
import { commonOptions } from './options/common.ts';
import { resolveSettings, type SettingSources } from './settings.ts';
import type { CommonSettings } from './verbs/verb.ts';

export type ContextFacts = Pick<CommandContext, 'stateDir' | 'experiment' | 'target' | 'region'>;

/**
 * Settles where the command works. Target and region: what was typed, else the experiment's own, else the config file's,
 * else the default; so that `down` finds what `up --target aws` made.
 * @param tolerant a ledger that cannot be read is passed over
 * @throws MlbenchError `ledger-unreadable`, `no-region`
 */
export function settleContext(
  common: CommonSettings,
  sources: SettingSources,
  folder: string,
  tolerant: boolean,
): ContextFacts {
  const stateDir = common.stateDir ?? '.mlbench';
  const absolute = isAbsolute(stateDir) ? stateDir : join(folder, stateDir);
  const experiment = common.name ?? 'mlbench';
  const { target, region } = resolveSettings(
    { target: commonOptions.target, region: commonOptions.region },
    { ...sources, config: {} },
  );
  const known = lookUp(absolute, experiment, tolerant);
  const settledTarget = target ?? known?.target ?? common.target ?? 'local';
  const sameTarget = known?.target === settledTarget ? known : undefined;
  return {
    stateDir: absolute,
    experiment,
    target: settledTarget,
    region:
      region ?? sameTarget?.region ?? common.region ?? defaultRegion(settledTarget, sources.environment),
  };
}

function lookUp(stateDir: string, experiment: string, tolerant: boolean): KnownExperiment | undefined {
  try {
    return findExperiment(stateDir, experiment);
  } catch (error) {
    if (tolerant) return undefined;
    throw error;
  }
}

function defaultRegion(target: 'local' | 'aws', environment: Record<string, string | undefined>): string {
  const named = environment['AWS_REGION'] || environment['AWS_DEFAULT_REGION'];
  if (named) return named;
  if (target === 'local') return 'us-east-1';
  throw userError('no-region', 'no AWS region is set', 'pass --region us-east-1, or set AWS_REGION');
}
