import type { CommandContext } from '../experiment/context/context.ts';
import type { PlanOutcome, UpOutcome } from '../experiment/contract/outcomes.ts';
import { readExperiment } from '../experiment/settings/experiments.ts';
import { resolveWanted } from '../experiment/settings/resolve-settings.ts';
import { keepSample } from '../experiment/settings/sample-request.ts';
import type { UpOptions } from '../experiment/settings/up-options.ts';
import { sampleOutcome } from '../experiment/stack/sample-outcome.ts';
import { targetOf } from '../experiment/targets/targets.ts';
import { withLock } from '../resources/engine/lock.ts';

/**
 * Deploys the experiment, or applies the differences to one that is up; goes on where a crash left off.
 * @param needsSample a load without a body follows
 * @throws MlbenchError before anything is made: bad option, broken model, ledger, lock (exit code 2); later also 3
 */
export async function up(
  options: UpOptions,
  context: CommandContext,
  needsSample = false,
): Promise<UpOutcome> {
  readExperiment(context);
  return withLock(context.stateDir, 'up', context.clock, async () => {
    const startedMs = context.clock.monotonicMs();
    const wanted = resolveWanted(options, context, needsSample);
    const { made, sample, first } = await targetOf(context).deploy(wanted, context);
    if (sample !== null) keepSample(sample);
    const { expiry, resources, ...standing } = made;
    return {
      ...standing,
      sampleRequest: sampleOutcome(sample),
      expiry,
      resources: [...first, ...resources].map(({ kind, name, outcome }) => ({ kind, name, outcome })),
      elapsedMs: context.clock.monotonicMs() - startedMs,
    };
  });
}

/**
 * What `up` with the same options would do, and what that costs an hour. Nothing is called that changes anything and
 * nothing is kept: no lock, no ledger, no stand-in started, no image built. The model is loaded for a trial, as `up`
 * does.
 * @throws MlbenchError as `up` does before it makes anything (exit codes 2 and 3)
 */
export async function planUp(options: UpOptions, context: CommandContext): Promise<PlanOutcome> {
  return await targetOf(context).plan(resolveWanted(options, context), context);
}
