import { MlbenchError } from '../core/errors.ts';
import { exitCodes } from '../core/exit-codes.ts';
import type { CommandContext } from '../experiment/context/context.ts';
import type { ExperimentStatus, StatusOfAllOutcome, StatusOutcome } from '../experiment/contract/outcomes.ts';
import type { TargetName } from '../resources/engine/target-names.ts';
import { status } from './status.ts';

/**
 * Every experiment on record in the state folder, wherever it is up; where there is one alone, all of its status.
 * @param target only those; undefined: on any
 */
export async function statusOfAll(
  context: CommandContext,
  target: TargetName | undefined,
): Promise<StatusOutcome | StatusOfAllOutcome> {
  const { experiments } = context.ledger.read();
  const found = Object.entries(experiments)
    .filter(([, known]) => known.resources.length > 0 && (target ?? known.target) === known.target)
    .map(([experiment, { target: on, region }]) => ({ ...context, experiment, target: on, region }));
  const [only] = found;
  if (only === undefined) return await status(context);
  if (found.length === 1) return await status(only);
  return { exitCode: exitCodes.ok, experiments: await Promise.all(found.map(inALine)) };
}

/** One that cannot be asked about now is listed with the reason. */
async function inALine(context: CommandContext): Promise<ExperimentStatus> {
  const { experiment, target, region } = context;
  try {
    const { endpointName, endpointStatus, variants, expiry } = await status(context);
    const instances = variants.reduce((sum, { current }) => sum + current, 0);
    return { experiment, target, region, endpointName, endpointStatus, instances, expiry, trouble: null };
  } catch (error) {
    if (!(error instanceof MlbenchError) || error.source === 'bug' || context.signal.aborted) throw error;
    const unknown = { endpointName: null, endpointStatus: null, instances: 0, expiry: null };
    return { experiment, target, region, ...unknown, trouble: error.message };
  }
}
