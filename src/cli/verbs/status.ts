import { statusLines } from '../render/status-summary.ts';
import { withoutExitCode } from './outcome.ts';
import { defineVerb } from './verb.ts';

export const statusVerb = defineVerb({
  description:
    'Says what is up: endpoint, instances, autoscaling and its alarms, the REST API, the stand-in, the last runs.',
  examples: ['mlbench status', 'mlbench status --json'],
  options: {},
  async run(_settings, { context }) {
    const { status } = await import('../../commands/status.ts');
    const outcome = await status(context);
    return {
      exitCode: outcome.exitCode,
      data: withoutExitCode(outcome),
      lines: (style, width) => statusLines(outcome, style, width),
    };
  },
});
