import { standInOptions, standInSettings } from '../../experiment/settings/stand-in-options.ts';
import { upOptions } from '../../experiment/settings/up-options.ts';
import { noteLocalAlone } from '../options/other-target.ts';
import { given } from '../options/settings.ts';
import { withoutExitCode } from './outcome.ts';
import { defineVerb } from './verb.ts';

export const localStartVerb = defineVerb({
  description:
    'Starts the stand-in for SageMaker, its runtime, Application Auto Scaling, CloudWatch with its Logs, S3 and STS in the ' +
    'background. Every AWS SDK and the AWS CLI can talk to it. It prints what to export for them; other credentials do ' +
    'as well, but for what carries code.',
  examples: [
    'mlbench local start',
    'export $(mlbench local start) && aws sagemaker list-endpoints',
    'mlbench local start --port 4566 --time-scale 1',
  ],
  options: { ...standInOptions, baseImage: upOptions.baseImage },
  callsNoCloud: () => true,
  async run(settings, { context, common }) {
    noteLocalAlone(common, context);
    const { localStart } = await import('../../commands/local-start.ts');
    const outcome = await localStart(
      given({ standIn: standInSettings(settings), baseImage: settings.baseImage }),
      context,
    );
    return {
      exitCode: outcome.exitCode,
      data: withoutExitCode(outcome),
      lines: () => Object.entries(outcome.environment).map(([name, value]) => `${name}=${value}`),
    };
  },
});
