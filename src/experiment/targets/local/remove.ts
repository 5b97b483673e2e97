import { findStandIn, stopStandIn } from '../../../localcloud/process.ts';
import { removeAll } from '../../../resources/engine/remove-all.ts';
import { cloudKinds } from '../../../resources/kinds/cloud-kinds.ts';
import { clientsOf, resourceEngineOf } from '../../context/cloud.ts';
import type { CommandContext } from '../../context/context.ts';
import type { Removed } from '../../contract/target.ts';
import { experimentsOn, unrecordExperiment } from '../../settings/experiments.ts';
import { apiKind, stopFronts } from './api-front.ts';
import { standInCloud } from './cloud.ts';
import { forgetDeadCloud } from './dead-cloud.ts';
import { standInKind } from './stand-in.ts';

export async function removeFromStandIn(context: CommandContext): Promise<Removed> {
  const standIn = await findStandIn(context.stateDir);
  const died = await forgetDeadCloud(context, standIn);
  const clients = standIn?.healthy ? clientsOf(context, standInCloud(standIn)) : null;
  try {
    const kinds = [...cloudKinds, apiKind(context), standInKind(context)];
    const removal = await removeAll(kinds, resourceEngineOf(context, clients));
    if (removal.left.length === 0) unrecordExperiment(null, context);
    return { removed: [...died, ...removal.removed], left: removal.left };
  } finally {
    clients?.close();
  }
}

/**
 * A stand-in that `up` started, and fronts of APIs, that no experiment has on record any more: the ledger was lost.
 * @returns the stand-in, if one was stopped
 */
export async function stopStray(context: CommandContext): Promise<Removed['removed']> {
  if (experimentsOn('local', context.ledger.read()).length > 0) return [];
  await stopFronts(context);
  const standIn = await findStandIn(context.stateDir);
  // One whose folder was removed is not found, and ended all the same.
  if (standIn === undefined) await stopStandIn(context.stateDir, { clock: context.clock });
  if (standIn?.startedBy !== 'up') return [];
  await stopStandIn(context.stateDir, { clock: context.clock });
  context.emit({
    type: 'notice',
    level: 'info',
    message: `stopped a stand-in (pid ${standIn.pid}) that no experiment used any more`,
  });
  return [{ kind: 'stand-in', name: `pid ${standIn.pid}` }];
}
