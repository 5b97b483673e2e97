import { noteLocalAlone } from '../options/other-target.ts';
import { withoutExitCode } from './outcome.ts';
import { defineVerb } from './verb.ts';

export const localStopVerb = defineVerb({
  description: 'Stops the stand-in that `local start` started. `down` stops a stand-in that `up` started.',
  examples: ['mlbench local stop'],
  options: {},
  callsNoCloud: () => true,
  async run(_settings, { context, common }) {
    noteLocalAlone(common, context);
    const { localStop } = await import('../../commands/local-stop.ts');
    const outcome = await localStop(context);
    return {
      exitCode: outcome.exitCode,
      data: withoutExitCode(outcome),
      lines: () => [outcome.stopped ? 'The stand-in has stopped.' : 'No stand-in was running.'],
    };
  },
});
