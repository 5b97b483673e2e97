import { experimentList } from '../render/experiment-list.ts';
import { statusLines } from '../render/status-summary.ts';
import { withoutExitCode } from './outcome.ts';
import { defineVerb } from './verb.ts';

export const statusVerb = defineVerb({
  description:
    'Says what is up: endpoint, instances, autoscaling and its alarms, the REST API, the stand-in, the last runs. Without ' +
    '--name, where several experiments are on record in the state folder, it lists them all, a line each.',
  examples: ['mlbench status', 'mlbench status --name other', 'mlbench status --json'],
  options: {},
  async run(_settings, { context, common }) {
    const { status } = await import('../../commands/status.ts');
    const { statusOfAll } = await import('../../commands/status-of-all.ts');
    const outcome =
      common.name === undefined ? await statusOfAll(context, common.target) : await status(context);
    return {
      exitCode: outcome.exitCode,
      data: withoutExitCode(outcome),
      lines: (style, width) =>
        'experiments' in outcome ? experimentList(outcome, style, width) : statusLines(outcome, style, width),
    };
  },
});
