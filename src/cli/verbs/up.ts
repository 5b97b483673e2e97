import { standInOptions } from '../options/stand-in.ts';
import { toUpOptions, upOptions } from '../options/up.ts';
import { upLines } from '../render/up-summary.ts';
import { withoutExitCode } from './outcome.ts';
import { defineVerb } from './verb.ts';

export const upVerb = defineVerb({
  description:
    'Deploys a model: artifact, model, endpoint, autoscaling and the /evaluate REST API. A second `up` applies what ' +
    'differs and leaves the rest as it is.',
  examples: [
    'mlbench up',
    'mlbench up --model my-model.onnx --instances 2 --max 8',
    'mlbench up --target-value 1500 --scale-out-cooldown 60s',
    'mlbench up --policy steps.json --max 8',
    'mlbench up --no-autoscaling --service-time 5ms --concurrency 4',
  ],
  options: { ...upOptions, ...standInOptions },
  async run(settings, { context }) {
    const { up } = await import('../../commands/up.ts');
    const outcome = await up(toUpOptions(settings), context);
    return {
      exitCode: outcome.exitCode,
      data: withoutExitCode(outcome),
      lines: (style, width) => upLines(outcome, style, width),
    };
  },
});
