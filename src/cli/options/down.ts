import { optionGroup } from '../../core/options/definition.ts';

export const downOptions = {
  orphans: optionGroup('What to remove:').switch(
    'what a lost ledger left behind, of --name or of all experiments; shown before it is removed',
    // A config file must not turn every `down` into a search of the account.
    { flagOnly: true },
  ),
};
