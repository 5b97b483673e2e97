import { exitCodes } from '../core/exit-codes.ts';
import { standInAccountId } from '../localcloud/options.ts';
import { findStandIn, type StandIn } from '../localcloud/process.ts';
import { type PlannedResource, planAll, planRemovals } from '../resources/engine/plan.ts';
import { cloudKinds } from '../resources/kinds/cloud-kinds.ts';
import type { Place } from '../resources/sdk/place.ts';
import { declareStack } from '../resources/stack/stack.ts';
import { resolveBrought } from './brought-endpoint.ts';
import type { CommandContext } from './context.ts';
import { clientsOf, engineOf } from './engine-context.ts';
import { resolveAccount } from './experiments.ts';
import { expiryOf, noteNothingCosts } from './expiry.ts';
import { checkInstanceType } from './instance-type.ts';
import { apiKind, processKinds } from './local-processes.ts';
import type { PlanOutcome } from './outcomes.ts';
import { planCost } from './plan-cost.ts';
import { stackSpec } from './stack-spec.ts';
import { decideStandIn } from './stand-in-for-up.ts';
import { decideSettings, packedModel, resolveOnAws, withCloud } from './up.ts';
import { declareFront, noteGuessedTarget } from './up-experiment.ts';
import type { UpOptions } from './up-options.ts';
import type { UpSettings } from './up-settings.ts';

/**
 * What `up` with the same options would do, and what that costs an hour. Nothing is called that changes anything and
 * nothing is written: no lock, no ledger, no stand-in started, no model loaded for a trial, no image built.
 * @throws MlbenchError as `up` does before it makes anything (exit codes 2 and 3)
 */
export async function planUp(options: UpOptions, context: CommandContext): Promise<PlanOutcome> {
  const { settings } = decideSettings(options, context);
  return context.target === 'aws'
    ? planOnAws(settings, options, context)
    : planOnStandIn(settings, options, context);
}

async function planOnAws(
  asked: UpSettings,
  options: UpOptions,
  context: CommandContext,
): Promise<PlanOutcome> {
  return withCloud({ standIn: null, clients: clientsOf(context, null) }, async ({ clients }) => {
    await resolveAccount(context, clients);
    const place = await clients.place();
    const settings = await resolveOnAws(asked, options, clients, context);
    const archive = await packedModel(settings);
    const spec = stackSpec({ settings, archive, capacity: null, place }, context);
    noteGuessedTarget(settings, null, context);
    const engine = engineOf(context, clients);
    const planned = await planAll(declareStack(spec).all, place, engine);
    const resources = [...planned, ...planRemovals(planned, engine.records.list())];
    return outcomeOf(resources, settings, await planCost(settings, clients, context), context);
  });
}

async function planOnStandIn(
  asked: UpSettings,
  options: UpOptions,
  context: CommandContext,
): Promise<PlanOutcome> {
  noteNothingCosts(options, context);
  const running = await findStandIn(context.stateDir);
  const standIn = running?.healthy ? running : null;
  const clients = standIn && clientsOf(context, standIn);
  try {
    const settings = clients ? await resolveBrought(asked, options, clients, context) : asked;
    const standInOptions = decideStandIn(settings, options, running, context.region);
    const { capacity } = standInOptions;
    checkInstanceType(settings.instanceType);
    const archive = await packedModel(settings);
    const place = clients ? await clients.place() : placeOfStandIn(context.region);
    const spec = stackSpec({ settings, archive, capacity, place }, context);
    noteGuessedTarget(settings, capacity, context);
    const url = standIn?.url ?? `http://127.0.0.1:${standInOptions.port}`;
    const front = settings.api ? [declareFront(settings.api.port, spec, url, context)] : [];
    const engine = engineOf(context, clients);
    const planned = await planAll([...declareStack(spec).all, ...front], place, engine);
    // What a stand-in that died had in it is gone already.
    const standing = [apiKind(context), ...(standIn ? cloudKinds : [])].map(({ kind }) => kind);
    const recorded = engine.records.list().filter(({ kind }) => standing.includes(kind));
    const resources = [planStandIn(standIn), ...planned, ...planRemovals(planned, recorded)];
    return outcomeOf(resources, settings, await planCost(settings, null, context), context);
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

function outcomeOf(
  resources: PlannedResource[],
  settings: UpSettings,
  costUsd: PlanOutcome['costUsd'],
  { experiment, target, region, clock }: CommandContext,
): PlanOutcome {
  return {
    exitCode: exitCodes.ok,
    experiment,
    target,
    region,
    resources,
    costUsd,
    expiry: expiryOf(settings, clock.nowMs()),
  };
}
