import { standInAccountId } from '../../../localcloud/options.ts';
import { findStandIn, type StandIn } from '../../../localcloud/process.ts';
import { type PlannedResource, planAll, planRemovals } from '../../../resources/engine/plan.ts';
import { cloudKinds } from '../../../resources/kinds/cloud-kinds.ts';
import type { Place } from '../../../resources/sdk/place.ts';
import { declareStack } from '../../../resources/stack/stack.ts';
import { clientsOf, resourceEngineOf } from '../../context/cloud.ts';
import type { CommandContext } from '../../context/context.ts';
import type { PlanOutcome } from '../../contract/outcomes.ts';
import { noteNothingCosts } from '../../cost/expiry.ts';
import { planCost } from '../../cost/plan-cost.ts';
import { resolveBrought } from '../../settings/brought-endpoint.ts';
import type { WantedExperiment } from '../../settings/resolve-settings.ts';
import { noteGuessedTargetValue } from '../../stack/ensure-experiment.ts';
import { planOutcome } from '../../stack/plan-outcome.ts';
import { stackSpec } from '../../stack/stack-spec.ts';
import { takeModel } from '../../stack/take-model.ts';
import { apiKind, frontOf } from './api-front.ts';
import { checkDeployable } from './check-deployable.ts';
import { standInCloud } from './cloud.ts';
import { processKinds } from './dead-cloud.ts';
import { answeringImage, providedByStandIn } from './provided.ts';
import { decideStandIn } from './stand-in.ts';

export async function planOnStandIn(
  { settings: asked, options, needsSample }: WantedExperiment,
  context: CommandContext,
): Promise<PlanOutcome> {
  noteNothingCosts(options, context);
  const running = await findStandIn(context.stateDir);
  const standIn = running?.healthy ? running : null;
  const clients = standIn && clientsOf(context, standInCloud(standIn));
  try {
    const settings = clients ? await resolveBrought(asked, options, clients, context) : asked;
    const standInOptions = decideStandIn(settings, options, running, context.region);
    const { capacity } = standInOptions;
    await checkDeployable(settings, standInOptions, standIn, context);
    const foreignImage = answeringImage(settings, standInOptions);
    const taken = await takeModel(settings, context, { foreignImage, needsSample, tryOnly: true });
    const archive = taken?.archive ?? null;
    const place = clients ? await clients.place() : placeOfStandIn(context.region);
    const provided = providedByStandIn(settings, place, null, context);
    const spec = stackSpec({ settings, archive, capacity, place, provided }, context);
    noteGuessedTargetValue(settings, capacity, context);
    const url = standIn?.url ?? `http://127.0.0.1:${standInOptions.port}`;
    const front = frontOf(settings, { runtimeUrl: url, hosts: standInOptions.hosts }, context)?.declare(spec);
    const engine = resourceEngineOf(context, clients);
    const planned = await planAll([...declareStack(spec).all, ...(front ? [front] : [])], place, engine);
    // What a stand-in that died had in it is gone already.
    const standing = [apiKind(context), ...(standIn ? cloudKinds : [])].map(({ kind }) => kind);
    const recorded = engine.records.list().filter(({ kind }) => standing.includes(kind));
    const resources = [planStandIn(standIn), ...planned, ...planRemovals(planned, recorded)];
    const costUsd = await planCost(settings, null, context);
    return planOutcome({ resources, settings, costUsd, sample: taken?.sample ?? null }, context);
  } finally {
    clients?.close();
  }
}

/** Any that runs will do, as `up` has it; one that does not answer is ended and another started. */
function planStandIn(standIn: StandIn | null): PlannedResource {
  const action = standIn ? 'keep' : 'create';
  return { kind: processKinds.standIn, name: 'local', action, differences: [] };
}

function placeOfStandIn(region: string): Place {
  return { accountId: standInAccountId, region, partition: 'aws' };
}
