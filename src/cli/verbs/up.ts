import { optionGroup } from '../../core/options/definition.ts';
import { standInOptions } from '../../experiment/settings/stand-in-options.ts';
import { toUpOptions, upOptions } from '../../experiment/settings/up-options.ts';
import { noteOtherTarget } from '../options/other-target.ts';
import { planLines } from '../render/plan-summary.ts';
import { upLines } from '../render/up-summary.ts';
import { withoutExitCode } from './outcome.ts';
import { defineVerb } from './verb.ts';

export const upVerb = defineVerb({
  description:
    'Deploys a model: artifact, model, endpoint, autoscaling and the /evaluate REST API. A second `up` applies the ' +
    'differences, and leaves the rest as it is.',
  examples: [
    'mlbench up',
    'mlbench up --model my-model.onnx --instances 2 --max 8',
    'mlbench up --target-value 1500 --scale-out-cooldown 60s',
    'mlbench up --policy steps.json --max 8',
    'mlbench up --target aws --plan                     what it would do and cost, and nothing else',
    'mlbench up --target aws --ttl 2h                   deleted in two hours, whatever happens here',
    'mlbench up --no-autoscaling --service-time 5ms --concurrency 4',
  ],
  options: {
    plan: optionGroup('Before anything is made:').switch(
      'say what would be made, changed, kept and removed, and what it costs an hour; change nothing',
      { flagOnly: true },
    ),
    ...upOptions,
    ...standInOptions,
  },
  async run(settings, { context }) {
    noteOtherTarget(settings, context);
    if (settings.plan) {
      const { planUp } = await import('../../commands/up.ts');
      const outcome = await planUp(toUpOptions(settings), context);
      return {
        exitCode: outcome.exitCode,
        data: withoutExitCode(outcome),
        lines: (style, width) => planLines(outcome, style, width),
      };
    }
    const { up } = await import('../../commands/up.ts');
    const outcome = await up(toUpOptions(settings), context);
    return {
      exitCode: outcome.exitCode,
      data: withoutExitCode(outcome),
      lines: (style, width) => upLines(outcome, style, width),
    };
  },
});
