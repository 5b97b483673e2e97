import { optionGroup } from '../../core/options/definition.ts';

export const downOptions = {
  orphans: optionGroup('What to remove:').switch(
    'what a lost ledger left, of --name or of all experiments, after showing it',
    // A config file must not turn every `down` into a search of the account.
    { flagOnly: true },
  ),
};
