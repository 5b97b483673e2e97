import { join } from 'node:path';
import { exitCodes, strongestExitCode } from '../core/exit-codes.ts';
import { removeLeftLogins } from '../image/login-folder.ts';
import { findStandIn, stopStandIn } from '../localcloud/process.ts';
import { openLedger } from '../resources/engine/ledger.ts';
import { withLock } from '../resources/engine/lock.ts';
import { type Removal, removeAll } from '../resources/engine/remove-all.ts';
import { cloudKinds } from '../resources/kinds/cloud-kinds.ts';
import type { CommandContext } from './context.ts';
import { forgetDeadCloud } from './dead-cloud.ts';
import { clientsOf, engineOf } from './engine-context.ts';
import { localExperiments, readExperiment, resolveAccount } from './experiments.ts';
import { apiKind, standInKind, stopFronts } from './local-processes.ts';
import type { DownOutcome } from './outcomes.ts';

/**
 * Removes everything of the experiment, last made first, and proves that it is gone. What cannot be removed stays on
 * record, and the exit code is 6.
 */
export async function down(context: CommandContext): Promise<DownOutcome> {
  readExperiment(context);
  return withLock(context.stateDir, 'down', context.clock, async () => {
    const store = openLedger(context.stateDir);
    const nothing = !store.read().experiments[context.experiment];
    const removal = nothing ? { removed: [], left: [] } : await removeExperiment(context);
    if (context.target === 'local') await stopStray(context);
    return {
      exitCode: strongestExitCode([
        removal.left.length > 0 ? exitCodes.leftover : exitCodes.ok,
        context.signal.aborted ? exitCodes.interrupted : exitCodes.ok,
      ]),
      removed: removal.removed,
      left: removal.left,
    };
  });
}

function removeExperiment(context: CommandContext): Promise<Pick<Removal, 'removed' | 'left'>> {
  return context.target === 'aws' ? removeFromAws(context) : removeFromStandIn(context);
}

async function removeFromAws(context: CommandContext): Promise<Pick<Removal, 'removed' | 'left'>> {
  removeLeftLogins(join(context.stateDir, 'scratch'));
  const clients = clientsOf(context, null);
  try {
    await resolveAccount(context, clients);
    const removal = await removeAll(cloudKinds, engineOf(context, clients));
    if (removal.left.length === 0) forgetExperiment(context);
    return removal;
  } finally {
    clients.close();
  }
}

async function removeFromStandIn(context: CommandContext): Promise<Pick<Removal, 'removed' | 'left'>> {
  const standIn = await findStandIn(context.stateDir);
  const died = await forgetDeadCloud(context, standIn);
  const clients = standIn?.healthy ? clientsOf(context, standIn) : null;
  try {
    const kinds = [...cloudKinds, apiKind(context), standInKind(context)];
    const removal = await removeAll(kinds, engineOf(context, clients));
    if (removal.left.length === 0) forgetExperiment(context);
    return { removed: [...died, ...removal.removed], left: removal.left };
  } finally {
    clients?.close();
  }
}

function forgetExperiment(context: CommandContext): void {
  openLedger(context.stateDir).update((ledger) => {
    delete ledger.experiments[context.experiment];
  });
}

/**
 * A stand-in that `up` started, and fronts of APIs, that no experiment has on record any more: the ledger was lost.
 * @returns the pid of one that was stopped
 */
export async function stopStray(context: CommandContext): Promise<number | undefined> {
  if (localExperiments(openLedger(context.stateDir).read()).length > 0) return undefined;
  await stopFronts(context);
  const standIn = await findStandIn(context.stateDir);
  if (standIn?.startedBy !== 'up') return undefined;
  await stopStandIn(context.stateDir, { clock: context.clock });
  context.emit({
    type: 'notice',
    level: 'info',
    message: `stopped a stand-in (pid ${standIn.pid}) that no experiment used any more`,
  });
  return standIn.pid;
}
