import { optionGroup } from '../../core/options/definition.ts';
import { duration, oneOf } from '../../core/options/values.ts';
import { given } from '../options/settings.ts';
import { createWatchView } from '../render/watch/watch-view.ts';
import { defineVerb } from './verb.ts';

const ending = optionGroup('When it ends:');

const beginning = optionGroup('Where it begins:');

const watchOptions = {
  since: beginning.value('DURATION', 'with what has happened since so long ago (wall time)', duration(1), {
    shownDefault: 'since up; with --for in a pipe: now',
  }),
  for: ending.value('DURATION', 'after this time (wall time)', duration(1)),
  until: ending.value('stable', 'once no instance count changes any more', oneOf(['stable']), {
    shownDefault: 'in a terminal: q or Ctrl-C; else stable, at most 30m of cloud time',
  }),
};

export const watchScalingVerb = defineVerb({
  description:
    'Shows instances, alarms, scaling activities and metrics on one clock: first what has happened since `up`, then what happens. In a pipe, --for tells only what is new; --since adds what was before.',
  examples: [
    'mlbench watch-scaling',
    'mlbench watch-scaling --for 5m',
    'mlbench watch-scaling --for 1m --since 10m | tee scaling.log',
    'mlbench watch-scaling --until stable --json',
  ],
  options: watchOptions,
  endsOnInterrupt: true,
  async run(settings, { context, common, terminal, interrupt }) {
    const { watchScaling } = await import('../../commands/watch-scaling.ts');
    const view = createWatchView({
      context,
      terminal,
      json: common.json ?? false,
      quiet: common.quiet ?? false,
      interrupt,
    });
    try {
      const options = given({ forMs: settings.for, until: settings.until, sinceMs: settings.since });
      const outcome = await watchScaling(options, { ...context, emit: view.emit }, view.start, view.look);
      view.close(outcome);
      return { exitCode: outcome.exitCode, data: undefined, lines: () => [] };
    } finally {
      view.close();
    }
  },
});
