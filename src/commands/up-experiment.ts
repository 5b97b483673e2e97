import { exitCodes } from '../core/exit-codes.ts';
import type { StandIn } from '../localcloud/process.ts';
import { type Engine, type EnsuredResource, ensureAll, removeAll, stateOf } from '../resources/engine.ts';
import type { ModelArchive } from '../resources/model-archive.ts';
import { namesFor } from '../resources/names.ts';
import { type Declared, declare } from '../resources/resource.ts';
import { cloudKinds, declareStack, type StackSpec } from '../resources/stack.ts';
import type { CommandContext } from './context.ts';
import { defaultTargetValue, describeCapacity } from './emulated-capacity.ts';
import { clientsOf, engineOf } from './engine-context.ts';
import { type ApiFront, apiKind, evaluateUrl } from './local-processes.ts';
import type { UpOutcome } from './outcomes.ts';
import { hasSampleRequest } from './request-body.ts';
import type { UpSettings } from './up-settings.ts';

/** Ensures all that lives in the cloud, and the API's front; removes what is no longer wanted. */
export async function ensureExperiment(
  settings: UpSettings,
  archive: ModelArchive,
  standIn: StandIn,
  context: CommandContext,
): Promise<Omit<UpOutcome, 'elapsedMs'>> {
  const { region } = context;
  const clients = clientsOf(context, standIn);
  try {
    const spec = stackSpec(settings, archive, await clients.accountId(), standIn, context);
    if (settings.autoscaling?.targetValue === null && standIn.options.capacity.serviceTimeMs === null) {
      context.emit({
        type: 'notice',
        level: 'info',
        message: `no capacity is emulated, so nobody knows what one instance carries: autoscaling aims at ${spec.autoscaling?.targetValue} invocations a minute and instance`,
        remedy: 'name another with --target-value',
      });
    }
    const stack = declareStack(spec);
    const kindOfApi = apiKind(context);
    const api: Declared<ApiFront> | null = settings.api
      ? declare(kindOfApi, {}, () => ({
          name: spec.names.endpoint,
          options: {
            endpointName: spec.names.endpoint,
            runtimeUrl: standIn.url,
            region,
            port: settings.api?.port ?? 0,
            startedBy: 'up',
          },
        }))
      : null;
    const engine = engineOf(context, clients);
    const declared = [...stack.all, ...(api ? [api] : [])];
    const results = await ensureAll(declared, engine);
    const resources = declared.map((resource) => results.get(resource) as EnsuredResource);
    const removed = await removeSuperseded(resources, [...cloudKinds, kindOfApi], engine, context);
    const endpoint = stateOf(results, stack.endpoint);
    return {
      exitCode: exitCodes.ok,
      experiment: context.experiment,
      target: context.target,
      endpointName: endpoint.name,
      endpointArn: endpoint.arn,
      variantName: spec.names.variant,
      instances: endpoint.variants[0]?.current ?? 0,
      apiUrl: api ? evaluateUrl(stateOf(results, api)) : null,
      standInUrl: standIn.url,
      autoscaling: spec.autoscaling,
      emulatedCapacity: describeCapacity(standIn.options.capacity, settings.instanceType),
      sampleRequest: hasSampleRequest(settings.modelPath),
      resources: [...resources, ...removed.map((gone) => ({ ...gone, outcome: 'removed' }))],
    };
  } finally {
    clients.close();
  }
}

function stackSpec(
  settings: UpSettings,
  archive: ModelArchive,
  accountId: string,
  standIn: StandIn,
  context: CommandContext,
): StackSpec {
  const { instanceType, autoscaling } = settings;
  const names = namesFor(context.experiment, settings.endpointName);
  return {
    names,
    accountId,
    region: context.region,
    archive,
    // The stand-in runs its own serving program whatever the image is called, and checks no role.
    image: 'mlbench-serving:latest',
    executionRoleArn: `arn:aws:iam::${accountId}:role/${names.role}`,
    instanceType,
    instances: Math.max(settings.instances, autoscaling?.minCapacity ?? 1),
    autoscaling: autoscaling && {
      metric: 'SageMakerVariantInvocationsPerInstance',
      ...autoscaling,
      targetValue: autoscaling.targetValue ?? defaultTargetValue(standIn.options.capacity, instanceType),
    },
  };
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
