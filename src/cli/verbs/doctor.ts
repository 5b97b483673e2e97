import { userError } from '../../core/errors.ts';
import { doctorOptions } from '../options/doctor.ts';
import { doctorLines } from '../render/doctor-summary.ts';
import { given } from '../settings.ts';
import { withoutExitCode } from './outcome.ts';
import { defineVerb } from './verb.ts';

export const doctorVerb = defineVerb({
  description:
    'Calibrates the load generator: how many requests a second it sends and signs on this machine, and up to which arrival ' +
    'rate it sends on time, against a server of its own that answers at once.',
  examples: ['mlbench doctor --generator', 'mlbench doctor --generator --workers 1 --json'],
  options: doctorOptions,
  standsAlone: () => true,
  async run(settings, { context }) {
    if (!settings.generator) {
      throw userError(
        'nothing-to-check',
        'doctor was not told what to check',
        'run `mlbench doctor --generator`',
      );
    }
    const { checkGenerator } = await import('../../commands/doctor.ts');
    const options = given({ workers: settings.workers, maxSendLagMs: settings.maxSendLag });
    const outcome = await checkGenerator(options, context);
    return {
      exitCode: outcome.exitCode,
      data: withoutExitCode(outcome),
      lines: (style, width) => doctorLines(outcome, style, width),
    };
  },
});
