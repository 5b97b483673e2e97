import { cloudKinds } from '../../../resources/kinds/cloud-kinds.ts';
import { nameQuota } from '../../../resources/sdk/name-quota.ts';
import { clientsOf, withClients } from '../../context/cloud.ts';
import type { CommandContext } from '../../context/context.ts';
import type { Deployed } from '../../contract/target.ts';
import { tellWhatExists } from '../../cost/still-up.ts';
import {
  readExperiment,
  recordExperiment,
  resolveAccount,
  unrecordExperiment,
} from '../../settings/experiments.ts';
import type { WantedExperiment } from '../../settings/resolve-settings.ts';
import { ensureExperiment } from '../../stack/ensure-experiment.ts';
import { foreignImageOf, sampleRecordOf, takeModel } from '../../stack/take-model.ts';
import { awsCloud } from './cloud.ts';
import { providedOnAws } from './provided.ts';
import { resolveOnAws } from './resolve.ts';

export function deployOnAws(wanted: WantedExperiment, context: CommandContext): Promise<Deployed> {
  return withClients(clientsOf(context, awsCloud(context)), async (clients) => {
    // Missing credentials are told before a model is packed, let alone anything recorded.
    const accountId = await resolveAccount(context, clients);
    const resolved = await resolveOnAws(wanted, clients, context);
    const foreignImage = foreignImageOf(resolved);
    const taken = await takeModel(resolved, context, { foreignImage, needsSample: wanted.needsSample });
    const settings = { ...resolved, sample: sampleRecordOf(taken, { foreignImage }) };
    recordExperiment(settings, context, accountId);
    const site = {
      clients,
      capacity: null,
      provided: providedOnAws(settings, context),
      kinds: cloudKinds,
      front: null,
      url: null,
    };
    const archive = taken?.archive ?? null;
    const made = await ensureExperiment(settings, archive, site, context).catch(async (error: unknown) => {
      const nothingMade = readExperiment(context)?.resources.length === 0;
      if (nothingMade) unrecordExperiment(wanted.before, context, accountId);
      else await tellWhatExists(settings, clients, context);
      throw await nameQuota(error, clients, context.clock);
    });
    return { made, sample: taken?.sample ?? null, first: [] };
  });
}
