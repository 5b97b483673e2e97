import { planAll, planRemovals } from '../../../resources/engine/plan.ts';
import { declareStack } from '../../../resources/stack/stack.ts';
import { clientsOf, resourceEngineOf, withClients } from '../../context/cloud.ts';
import type { CommandContext } from '../../context/context.ts';
import type { PlanOutcome } from '../../contract/outcomes.ts';
import { planCost } from '../../cost/plan-cost.ts';
import { resolveAccount } from '../../settings/experiments.ts';
import type { WantedExperiment } from '../../settings/resolve-settings.ts';
import { noteGuessedTargetValue } from '../../stack/ensure-experiment.ts';
import { planOutcome } from '../../stack/plan-outcome.ts';
import { stackSpec } from '../../stack/stack-spec.ts';
import { foreignImageOf, takeModel } from '../../stack/take-model.ts';
import { awsCloud } from './cloud.ts';
import { providedOnAws } from './provided.ts';
import { resolveOnAws } from './resolve.ts';

export function planOnAws(wanted: WantedExperiment, context: CommandContext): Promise<PlanOutcome> {
  return withClients(clientsOf(context, awsCloud(context)), async (clients) => {
    await resolveAccount(context, clients);
    const place = await clients.place();
    const settings = await resolveOnAws(wanted, clients, context);
    const taken = await takeModel(settings, context, {
      foreignImage: foreignImageOf(settings),
      needsSample: wanted.needsSample,
      tryOnly: true,
    });
    const archive = taken?.archive ?? null;
    const provided = providedOnAws(settings, context);
    const spec = stackSpec({ settings, archive, capacity: null, place, provided }, context);
    noteGuessedTargetValue(settings, null, context);
    const engine = resourceEngineOf(context, clients);
    const planned = await planAll(declareStack(spec).all, place, engine);
    const resources = [...planned, ...planRemovals(planned, engine.records.list())];
    const costUsd = await planCost(settings, clients, context);
    return planOutcome({ resources, settings, costUsd, sample: taken?.sample ?? null }, context);
  });
}
