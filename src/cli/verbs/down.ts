import { MlbenchError, userError } from '../../core/errors.ts';
import { ask } from '../ask.ts';
import { downLines } from '../render/down-summary.ts';
import { nameFlag } from '../render/next-step.ts';
import { withoutExitCode } from './outcome.ts';
import { defineVerb, type VerbHost } from './verb.ts';

export const downVerb = defineVerb({
  description:
    'Removes everything that belongs to the experiment, and proves by asking each service that nothing is left. ' +
    'Runs and reports stay.',
  examples: ['mlbench down', 'mlbench down --name other', 'mlbench down --target aws --yes'],
  options: {},
  async run(_settings, host) {
    await confirmOnAws(host);
    const { down } = await import('../../commands/down.ts');
    const outcome = await down(host.context);
    return {
      exitCode: outcome.exitCode,
      data: withoutExitCode(outcome),
      lines: (style, width) => downLines(outcome, host.context.experiment, style, width),
    };
  },
});

/** On AWS a mistake is not undone by another `up`. */
async function confirmOnAws({ context, common, terminal }: VerbHost): Promise<void> {
  if (context.target !== 'aws' || common.yes) return;
  const what = `experiment ${context.experiment} on AWS in ${context.region}`;
  if (!terminal.interactive) {
    throw userError(
      'confirmation-needed',
      `down would remove ${what}, and there is no terminal to ask in`,
      `pass --yes: mlbench down --target aws${nameFlag(context.experiment)} --yes`,
    );
  }
  if (await ask(terminal, `Remove ${what}? [y/N] `, context.signal)) return;
  throw new MlbenchError({
    code: 'not-confirmed',
    message: 'nothing was removed',
    remedy: 'answer y to remove it',
    source: 'user',
    exitCode: 1,
  });
}
