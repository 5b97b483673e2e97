import { exitCodes } from '../core/exit-codes.ts';
import type { InstanceCapacity } from '../localcloud/options.ts';
import type { StandIn } from '../localcloud/process.ts';
import type { Engine } from '../resources/engine/engine.ts';
import { type EnsuredResource, ensureAll, stateOf } from '../resources/engine/ensure-all.ts';
import { type Removal, removeAll } from '../resources/engine/remove-all.ts';
import { type Declared, declare } from '../resources/engine/resource.ts';
import { cloudKinds } from '../resources/kinds/cloud-kinds.ts';
import { scalingPolicyKind } from '../resources/kinds/scaling-policy.ts';
import type { ModelArchive } from '../resources/model-archive.ts';
import type { CloudClients } from '../resources/sdk/clients.ts';
import { declareStack, type StackSpec } from '../resources/stack/stack.ts';
import { autoscalingOutcome } from './autoscaling-outcome.ts';
import type { CommandContext } from './context.ts';
import { defaultTargetValue, describeCapacity } from './emulated-capacity.ts';
import { engineOf } from './engine-context.ts';
import { expiryOf } from './expiry.ts';
import { type ApiFront, apiKind, evaluateUrl } from './local-processes.ts';
import type { UpOutcome } from './outcomes.ts';
import { hasSampleRequest } from './request-body.ts';
import { stackSpec } from './stack-spec.ts';
import { modelPathOf, type UpSettings } from './up-settings.ts';

/** Where an experiment is deployed. */
export interface CloudForUp {
  clients: CloudClients;
  /** Null: AWS. */
  standIn: StandIn | null;
}

/** Ensures all that lives in the cloud, and the API's front; removes what is no longer wanted. */
export async function ensureExperiment(
  settings: UpSettings,
  archive: ModelArchive | null,
  { clients, standIn }: CloudForUp,
  context: CommandContext,
): Promise<Omit<UpOutcome, 'elapsedMs'>> {
  const capacity = standIn?.options.capacity ?? null;
  const spec = stackSpec(
    {
      settings,
      archive,
      capacity,
      place: await clients.place(),
      standInImage: standIn?.containers?.image ?? null,
    },
    context,
  );
  noteGuessedTarget(settings, capacity, context);
  const stack = declareStack(spec);
  const api = settings.api && standIn ? declareFront(settings.api.port, spec, standIn.url, context) : null;
  const engine = engineOf(context, clients);
  const declared = [...stack.all, ...(api ? [api] : [])];
  const freed = await removeOtherPolicies(spec, engine);
  const results = await ensureAll(declared, engine);
  const resources = declared.map((resource) => results.get(resource) as EnsuredResource);
  const removed = await removeSuperseded(resources, [...cloudKinds, apiKind(context)], engine, context);
  noteMissingAlarms(spec, context);
  const endpoint = stateOf(results, stack.endpoint);
  const variant = endpoint.variants.find(({ name }) => name === spec.variantName);
  return {
    exitCode: exitCodes.ok,
    experiment: context.experiment,
    target: context.target,
    endpointName: endpoint.name,
    endpointArn: endpoint.arn,
    variantName: spec.variantName,
    instances: variant?.current ?? 0,
    apiUrl: api ? evaluateUrl(stateOf(results, api)) : stack.api && stateOf(results, stack.api).url,
    standInUrl: standIn?.url ?? null,
    autoscaling: spec.autoscaling && autoscalingOutcome(spec.autoscaling, spec.autoscaling.policies),
    emulatedCapacity: capacity && describeCapacity(capacity, settings.instanceType),
    sampleRequest: hasSampleRequest(modelPathOf(settings)),
    expiry: expiryOf(settings, context.clock.nowMs()),
    resources: [...resources, ...[...freed, ...removed].map((gone) => ({ ...gone, outcome: 'removed' }))],
  };
}

/** On the stand-in a process of this machine serves the REST API. */
export function declareFront(
  port: number,
  { names }: StackSpec,
  runtimeUrl: string,
  context: CommandContext,
): Declared<ApiFront> {
  return declare(apiKind(context), {}, () => ({
    name: names.endpoint,
    options: {
      endpointName: names.endpoint,
      runtimeUrl,
      region: context.region,
      port,
      startedBy: 'up',
    },
  }));
}

export function noteGuessedTarget(
  { autoscaling, instanceType }: UpSettings,
  capacity: InstanceCapacity | null,
  context: CommandContext,
): void {
  const guessed = autoscaling?.policies === null && autoscaling.targetValue === null;
  if (!guessed || (capacity && capacity.serviceTimeMs !== null)) return;
  const target = defaultTargetValue(capacity, instanceType);
  const why = capacity ? 'no capacity is emulated, so' : 'no load test has said yet, so';
  context.emit({
    type: 'notice',
    level: 'info',
    message: `${why} nobody knows what one instance carries: autoscaling aims at ${target} invocations a minute and instance`,
    remedy: 'name another with --target-value',
  });
}

/** A metric may be tracked once: a policy that is no longer wanted must be gone before another takes its place. */
async function removeOtherPolicies(spec: StackSpec, engine: Engine): Promise<Removal['removed']> {
  const wanted = spec.autoscaling?.policies.map(({ name }) => name) ?? [];
  const { removed } = await removeAll(
    [scalingPolicyKind],
    engine,
    ({ kind, name }) => kind === scalingPolicyKind.kind && !wanted.includes(name),
  );
  return removed;
}

function noteMissingAlarms(spec: StackSpec, context: CommandContext): void {
  const stepped = spec.autoscaling?.policies.find(
    ({ policyType, alarms }) => policyType === 'StepScaling' && alarms.length === 0,
  );
  if (!stepped) return;
  context.emit({
    type: 'notice',
    level: 'warning',
    message: `the step scaling policy "${stepped.name}" acts only when an alarm of yours names it`,
    remedy:
      'add MetricAlarms to its file, or call put-metric-alarm with its ARN (from describe-scaling-policies) in --alarm-actions',
  });
}

/** What an earlier `up` made and this one no longer wants: an old configuration and model, a policy switched off. */
async function removeSuperseded(
  wanted: readonly EnsuredResource[],
  kinds: Parameters<typeof removeAll>[0],
  engine: Engine,
  context: CommandContext,
): Promise<{ kind: string; name: string }[]> {
  const isSuperseded = (record: { kind: string; name: string }) =>
    kinds.some((kind) => kind.kind === record.kind) &&
    !wanted.some((resource) => resource.kind === record.kind && resource.name === record.name);
  const { removed, left } = await removeAll(kinds, engine, isSuperseded);
  for (const { kind, name, reason } of left) {
    context.emit({
      type: 'notice',
      level: 'warning',
      message: `the superseded ${kind} "${name}" could not be removed: ${reason}`,
      remedy: 'the next mlbench up or mlbench down removes it',
    });
  }
  return removed;
}
