import { findStandIn } from '../../../localcloud/process.ts';
import { cloudKinds } from '../../../resources/kinds/cloud-kinds.ts';
import { clientsOf, withClients } from '../../context/cloud.ts';
import type { CommandContext } from '../../context/context.ts';
import type { Deployed } from '../../contract/target.ts';
import { noteNothingCosts } from '../../cost/expiry.ts';
import { resolveBrought } from '../../settings/brought-endpoint.ts';
import { recordExperiment } from '../../settings/experiments.ts';
import { checkInstanceType } from '../../settings/instance-type.ts';
import type { WantedExperiment } from '../../settings/resolve-settings.ts';
import { ensureExperiment } from '../../stack/ensure-experiment.ts';
import { takeModel } from '../../stack/take-model.ts';
import { apiKind, frontOf } from './api-front.ts';
import { standInCloud } from './cloud.ts';
import { prepareContainers } from './containers.ts';
import { forgetDeadCloud } from './dead-cloud.ts';
import { providedByStandIn } from './provided.ts';
import { decideStandIn, ensureStandIn } from './stand-in.ts';

export async function deployOnStandIn(
  { settings: asked, before, options }: WantedExperiment,
  context: CommandContext,
): Promise<Deployed> {
  noteNothingCosts(options, context);
  const running = await findStandIn(context.stateDir);
  const settings = running?.healthy
    ? await withClients(clientsOf(context, standInCloud(running)), (clients) =>
        resolveBrought(asked, options, clients, context),
      )
    : asked;
  const standInOptions = decideStandIn(settings, options, running, context.region);
  checkInstanceType(settings.instanceType);
  const containers = running?.healthy
    ? running.containers
    : await prepareContainers(standInOptions, settings.baseImage, context);
  const archive = await takeModel(settings, context);
  await forgetDeadCloud(context, running);
  recordExperiment(settings, context);
  const ensured = await ensureStandIn(standInOptions, containers, context).catch((error: unknown) => {
    // Nothing was made: a port in use or the like must not become the experiment's setting.
    recordExperiment(before, context);
    throw error;
  });
  const { url, options: standing, containers: standingContainers } = ensured.state;
  const image = standingContainers?.image ?? null;
  const made = await withClients(clientsOf(context, standInCloud(ensured.state)), async (clients) => {
    const site = {
      clients,
      capacity: standing.capacity,
      provided: providedByStandIn(settings, await clients.place(), image, context),
      kinds: [...cloudKinds, apiKind(context)],
      front: frontOf(settings, { runtimeUrl: url, hosts: standing.hosts }, context),
      url,
    };
    return ensureExperiment(settings, archive, site, context);
  });
  return { made, settings, first: [ensured] };
}
