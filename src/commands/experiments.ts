/** What the ledger knows of an experiment: the defaults of `--target` and `--region` for every verb. */
export interface KnownExperiment {
  target: 'local' | 'aws';
  region: string;
}

/**
 * @returns undefined where no experiment of that name is up.
 * @throws MlbenchError `ledger-unreadable`, `ledger-version` (exit code 2)
 */
export function findExperiment(_stateDir: string, _name: string): KnownExperiment | undefined {
  throw new Error('being built');
}
