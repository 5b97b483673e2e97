import { exitCodes } from '../core/exit-codes.ts';
import type { CommandContext } from '../experiment/context/context.ts';
import type { LoadOutcome } from '../experiment/contract/outcomes.ts';
import type { LoadOptions } from '../experiment/load/load-options.ts';
import { planLoad } from '../experiment/load/load-plan.ts';
import { measure, type Onlookers } from '../experiment/run/measure.ts';
import { renderReport } from '../report/render-report.ts';

/**
 * Loads the experiment's endpoint (or any, or any URL), and leaves result, timeline and report in the run's folder.
 * @throws MlbenchError before the first request; afterwards what was measured is kept and the exit code says the rest
 */
export async function load(
  options: LoadOptions,
  context: CommandContext,
  onlookers: Onlookers = {},
): Promise<LoadOutcome> {
  const planned = await planLoad(options, context);
  const outcome = await measure(planned, { ...onlookers, untilStable: false, renderReport }, context);
  if (outcome.exitCode === exitCodes.interrupted) {
    context.emit({
      type: 'notice',
      level: 'info',
      message: `what was measured until then is kept in ${outcome.runDirectory}`,
    });
  }
  return outcome;
}
