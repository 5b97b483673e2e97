import { isAbsolute, join } from 'node:path';
import { ownStateFolder } from '../core/files/own-state.ts';
import type { CommandContext } from '../experiment/context/context.ts';
import { noRegion } from '../experiment/context/no-region.ts';
import { findExperiment, type KnownExperiment } from '../experiment/settings/experiments.ts';
import { targets } from '../experiment/targets/targets.ts';
import { type LedgerStore, openLedger } from '../resources/engine/ledger-store.ts';
import type { TargetName } from '../resources/engine/target-names.ts';
import { commonOptions } from './options/common.ts';
import { resolveSettings, type SettingSources } from './options/settings.ts';
import type { CommonSettings } from './verbs/verb.ts';

export type ContextFacts = Pick<CommandContext, 'stateDir' | 'ledger' | 'experiment' | 'target' | 'region'>;

/** What the verb cannot do without. */
export interface ContextNeeds {
  /** False: one that cannot be read is passed over. */
  ledger: boolean;
  /** False: it calls nothing of the target's, so that no region has to be named on AWS. */
  cloud: boolean;
  /** False: without a region the verb says itself what it cannot do; the region is empty then. */
  region: boolean;
}

/**
 * Resolves where the command works. Target and region: what was typed, else the experiment's own, else the config
 * file's, else the default; so that `down` finds what `up --target aws` made.
 * @throws MlbenchError `state-dir`, `ledger-unreadable`, `no-region`
 */
export function resolveContext(
  common: CommonSettings,
  sources: SettingSources,
  folder: string,
  needs: ContextNeeds,
): ContextFacts {
  const stateDir = common.stateDir ?? commonOptions.stateDir.default;
  const absolute = isAbsolute(stateDir) ? stateDir : join(folder, stateDir);
  const experiment = common.name ?? commonOptions.name.default;
  const { target, region } = resolveSettings(
    { target: commonOptions.target, region: commonOptions.region },
    { ...sources, config: {} },
  );
  // Before anything in it is believed.
  ownStateFolder(absolute);
  const ledger = openLedger(absolute);
  const known = lookUp(ledger, experiment, needs);
  const resolvedTarget = target ?? known?.target ?? common.target ?? 'local';
  const sameTarget = known?.target === resolvedTarget ? known : undefined;
  return {
    stateDir: absolute,
    ledger,
    experiment,
    target: resolvedTarget,
    region:
      region ??
      sameTarget?.region ??
      common.region ??
      defaultRegion(needs.cloud ? resolvedTarget : 'local', sources.environment, needs.region),
  };
}

function lookUp(
  ledger: LedgerStore,
  experiment: string,
  { ledger: needed }: ContextNeeds,
): KnownExperiment | undefined {
  try {
    return findExperiment(ledger, experiment);
  } catch (error) {
    if (!needed) return undefined;
    throw error;
  }
}

function defaultRegion(
  target: TargetName,
  environment: Record<string, string | undefined>,
  isNeeded: boolean,
): string {
  const named = environment['AWS_REGION'] || environment['AWS_DEFAULT_REGION'];
  if (named) return named;
  const region = targets[target].defaultRegion;
  if (region !== null) return region;
  if (!isNeeded) return '';
  throw noRegion();
}
