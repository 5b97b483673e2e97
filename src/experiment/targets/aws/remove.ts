import { removeAll } from '../../../resources/engine/remove-all.ts';
import { cloudKinds } from '../../../resources/kinds/cloud-kinds.ts';
import { clientsOf, resourceEngineOf, withClients } from '../../context/cloud.ts';
import type { CommandContext } from '../../context/context.ts';
import type { Removed } from '../../contract/target.ts';
import { resolveAccount, unrecordExperiment } from '../../settings/experiments.ts';
import { awsCloud } from './cloud.ts';

export function removeFromAws(context: CommandContext): Promise<Removed> {
  return withClients(clientsOf(context, awsCloud(context)), async (clients) => {
    await resolveAccount(context, clients);
    const removal = await removeAll(cloudKinds, resourceEngineOf(context, clients));
    if (removal.left.length === 0) unrecordExperiment(null, context);
    return removal;
  });
}
