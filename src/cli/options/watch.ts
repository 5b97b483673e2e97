import { optionGroup } from '../../core/options/definition.ts';
import { duration, oneOf } from '../../core/options/values.ts';

const ending = optionGroup('When it ends:');

export const watchOptions = {
  for: ending.value('DURATION', 'after this time (wall time)', duration(1)),
  until: ending.value('stable', 'once no instance count changes any more', oneOf(['stable']), {
    shownDefault: 'in a terminal: q or Ctrl-C; else stable, at most 30m of cloud time',
  }),
};
