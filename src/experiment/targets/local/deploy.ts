import { findStandIn } from '../../../localcloud/process.ts';
import { cloudKinds } from '../../../resources/kinds/cloud-kinds.ts';
import { clientsOf, withClients } from '../../context/cloud.ts';
import type { CommandContext } from '../../context/context.ts';
import type { Deployed } from '../../contract/target.ts';
import { noteNothingCosts } from '../../cost/expiry.ts';
import { resolveBrought } from '../../settings/brought-endpoint.ts';
import { recordExperiment, unrecordExperiment } from '../../settings/experiments.ts';
import type { WantedExperiment } from '../../settings/resolve-settings.ts';
import { ensureExperiment } from '../../stack/ensure-experiment.ts';
import { sampleRecordOf, takeModel } from '../../stack/take-model.ts';
import { apiKind, frontOf } from './api-front.ts';
import { checkDeployable } from './check-deployable.ts';
import { standInCloud } from './cloud.ts';
import { prepareContainers } from './containers.ts';
import { forgetDeadCloud } from './dead-cloud.ts';
import { answeringImage, providedByStandIn } from './provided.ts';
import { decideStandIn, ensureStandIn } from './stand-in.ts';

export async function deployOnStandIn(
  { settings: asked, before, options, needsSample }: WantedExperiment,
  context: CommandContext,
): Promise<Deployed> {
  noteNothingCosts(options, context);
  const running = await findStandIn(context.stateDir);
  const resolved = running?.healthy
    ? await withClients(clientsOf(context, standInCloud(running)), (clients) =>
        resolveBrought(asked, options, clients, context),
      )
    : asked;
  const standInOptions = decideStandIn(resolved, options, running, context.region);
  await checkDeployable(resolved, standInOptions, running?.healthy ? running : null, context);
  const containers = running?.healthy
    ? running.containers
    : await prepareContainers(standInOptions, resolved.baseImage, context);
  const foreignImage = answeringImage(resolved, standInOptions);
  const taken = await takeModel(resolved, context, { foreignImage, needsSample });
  const settings = { ...resolved, sample: sampleRecordOf(taken, { foreignImage }) };
  await forgetDeadCloud(context, running);
  recordExperiment(settings, context);
  const ensured = await ensureStandIn(standInOptions, containers, context).catch((error: unknown) => {
    // Nothing was made: a port in use or the like must not become the experiment's setting.
    unrecordExperiment(before, context);
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
    return ensureExperiment(settings, taken?.archive ?? null, site, context);
  });
  return { made, sample: taken?.sample ?? null, first: [ensured] };
}
