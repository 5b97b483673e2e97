import type { MlbenchError } from '../core/errors.ts';
import { exitCodes, strongestExitCode } from '../core/exit-codes.ts';
import type { CommandContext } from '../experiment/context/context.ts';
import type { DownOutcome, OrphansOutcome } from '../experiment/contract/outcomes.ts';
import type { OrphansRequest } from '../experiment/contract/target.ts';
import { readExperiment } from '../experiment/settings/experiments.ts';
import { targetOf } from '../experiment/targets/targets.ts';
import { withLock } from '../resources/engine/lock.ts';

/**
 * Removes everything of the experiment, last made first, and proves that it is gone. What cannot be removed stays on
 * record, and the exit code is 6. A state directory that cannot be written does not keep it from removing.
 */
export async function down(context: CommandContext): Promise<DownOutcome> {
  const something = readExperiment(context) !== undefined;
  const work = async () => {
    const target = targetOf(context);
    const nothing = readExperiment(context) === undefined;
    const { removed, left } = nothing ? { removed: [], left: [] } : await target.remove(context);
    await target.stopStrays(context);
    return {
      exitCode: strongestExitCode([
        left.length > 0 ? exitCodes.leftover : exitCodes.ok,
        context.signal.aborted ? exitCodes.interrupted : exitCodes.ok,
      ]),
      removed,
      left,
    };
  };
  const { stateDir, clock, emit } = context;
  return withLock(stateDir, 'down', clock, work, something ? goOnWithoutLock(emit) : undefined);
}

/** Where nothing is up, one that cannot be written is a mistake to be told, as everywhere. */
function goOnWithoutLock(emit: CommandContext['emit']): (why: MlbenchError) => void {
  return ({ message }) =>
    emit({
      type: 'notice',
      level: 'warning',
      message: `${message}; what is on record is removed all the same`,
    });
}

/**
 * Finds what a lost ledger left and removes it, last made first. On the stand-in: stops one that no experiment uses any
 * more.
 * @param experiment null: those of all experiments
 * @param confirm is shown what was found; throws to leave it be
 */
export async function downOrphans(
  experiment: OrphansRequest['experiment'],
  context: CommandContext,
  confirm: OrphansRequest['confirm'],
): Promise<OrphansOutcome> {
  return withLock(context.stateDir, 'down --orphans', context.clock, () =>
    targetOf(context).removeOrphans({ experiment, confirm }, context),
  );
}
