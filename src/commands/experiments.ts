import { userError } from '../core/errors.ts';
import { type Ledger, openLedger } from '../resources/ledger.ts';
import { checkExperimentName } from '../resources/names.ts';
import type { CommandContext } from './context.ts';

/** What the ledger knows of an experiment: the defaults of `--target` and `--region` for every verb. */
export interface KnownExperiment {
  target: 'local' | 'aws';
  region: string;
}

/**
 * @returns undefined where no experiment of that name is up.
 * @throws MlbenchError `ledger-unreadable`, `ledger-version` (exit code 2)
 */
export function findExperiment(stateDir: string, name: string): KnownExperiment | undefined {
  const experiments = openLedger(stateDir).read().experiments;
  return Object.hasOwn(experiments, name) ? experiments[name] : undefined;
}

/**
 * The one place that says which target can be worked on: the local one so far.
 * @throws MlbenchError `target-not-built`, `bad-name` (exit code 2)
 */
export function checkTarget(context: CommandContext): void {
  checkExperimentName(context.experiment);
  if (context.target === 'local') return;
  throw userError(
    'target-not-built',
    '--target aws: this version of mlbench works on the local stand-in only',
    'leave out --target, or pass --target local',
  );
}

/** Local experiments of which something is on record. */
export function localExperiments(ledger: Ledger): string[] {
  return Object.entries(ledger.experiments)
    .filter(([, experiment]) => experiment.target === 'local' && experiment.resources.length > 0)
    .map(([name]) => name);
}
