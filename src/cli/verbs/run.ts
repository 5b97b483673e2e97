import { optionGroup } from '../../core/options/definition.ts';
import { loadOfferedOptions, loadRunOptions, ownRequestOptions } from '../../experiment/load/load-options.ts';
import { toLoadOptions } from '../../experiment/load/to-load-options.ts';
import { standInOptions } from '../../experiment/settings/stand-in-options.ts';
import { toUpOptions, upOptions } from '../../experiment/settings/up-options.ts';
import { withOnlookers } from '../onlookers/with-onlookers.ts';
import { noteOtherTarget } from '../options/other-target.ts';
import { given } from '../options/settings.ts';
import { webOptions } from '../options/web.ts';
import { runLines } from '../render/run-summary.ts';
import { withoutExitCode } from './outcome.ts';
import { defineVerb } from './verb.ts';

// `run` loads what it has put up, so it takes no other destination.
const loadOptions = { ...loadOfferedOptions, ...ownRequestOptions, ...loadRunOptions };

export const runVerb = defineVerb({
  description:
    'The whole experiment in one go: deploys the sample model (or yours), overloads one instance, watches autoscaling react until ' +
    'the fleet is calm again, writes a report, removes everything.',
  examples: [
    'mlbench run',
    'mlbench run --keep                                 leave it up at the end',
    'mlbench run --web                                  in a browser, too',
    'mlbench run --users 400 --duration 2m --max 8',
    'mlbench run --model my-model.onnx --body @request.json',
  ],
  options: {
    keep: optionGroup('The whole:').switch('leave everything up at the end'),
    ...upOptions,
    ...standInOptions,
    ...loadOptions,
    ...webOptions,
  },
  async run(settings, host) {
    const { context } = host;
    noteOtherTarget(settings, context);
    const { endpointName: _, ...forLoad } = settings;
    const options = {
      up: toUpOptions(settings),
      load: toLoadOptions(forLoad),
      ...given({ keep: settings.keep }),
    };
    const { run } = await import('../../commands/run.ts');
    const outcome = await withOnlookers(settings, host, (onlookers, told) => run(options, told, onlookers));
    return {
      exitCode: outcome.exitCode,
      data: withoutExitCode(outcome),
      lines: (style, width) => runLines(outcome, context.experiment, style, width),
    };
  },
});
