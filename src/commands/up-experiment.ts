import { exitCodes } from '../core/exit-codes.ts';
import type { StandIn } from '../localcloud/process.ts';
import {
  type Engine,
  type EnsuredResource,
  ensureAll,
  type Removal,
  removeAll,
  stateOf,
} from '../resources/engine.ts';
import type { ModelArchive } from '../resources/model-archive.ts';
import { namesFor } from '../resources/names.ts';
import { type Declared, declare } from '../resources/resource.ts';
import { scalingPolicyKind } from '../resources/scaling-policy.ts';
import { cloudKinds, declareStack, type StackSpec } from '../resources/stack.ts';
import { autoscalingOutcome } from './autoscaling-outcome.ts';
import type { CommandContext } from './context.ts';
import { defaultTargetValue, describeCapacity } from './emulated-capacity.ts';
import { clientsOf, engineOf } from './engine-context.ts';
import { type ApiFront, apiKind, evaluateUrl } from './local-processes.ts';
import type { UpOutcome } from './outcomes.ts';
import { policySpecs } from './policy-specs.ts';
import { hasSampleRequest } from './request-body.ts';
import { trackingPolicy } from './up-checks.ts';
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
    const { capacity } = standIn.options;
    const { autoscaling } = settings;
    const guessed = autoscaling?.policies === null && autoscaling.targetValue === null;
    if (guessed && capacity.serviceTimeMs === null) {
      context.emit({
        type: 'notice',
        level: 'info',
        message: `no capacity is emulated, so nobody knows what one instance carries: autoscaling aims at ${defaultTargetValue(capacity, settings.instanceType)} invocations a minute and instance`,
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
    const freed = await removeOtherPolicies(spec, engine);
    const results = await ensureAll(declared, engine);
    const resources = declared.map((resource) => results.get(resource) as EnsuredResource);
    const removed = await removeSuperseded(resources, [...cloudKinds, kindOfApi], engine, context);
    noteMissingAlarms(spec, context);
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
      autoscaling: spec.autoscaling && autoscalingOutcome(spec.autoscaling, spec.autoscaling.policies),
      emulatedCapacity: describeCapacity(standIn.options.capacity, settings.instanceType),
      sampleRequest: hasSampleRequest(settings.modelPath),
      resources: [...resources, ...[...freed, ...removed].map((gone) => ({ ...gone, outcome: 'removed' }))],
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
  const variant = { endpointName: names.endpoint, variantName: names.variant };
  return {
    names,
    accountId,
    region: context.region,
    archive,
    // The stand-in runs its own serving program whatever the image is called, and checks no role.
    image: settings.image ?? 'mlbench-serving:latest',
    executionRoleArn: settings.roleArn ?? `arn:aws:iam::${accountId}:role/${names.role}`,
    instanceType,
    instances: Math.max(settings.instances, autoscaling?.minCapacity ?? 1),
    autoscaling: autoscaling && {
      minCapacity: autoscaling.minCapacity,
      maxCapacity: autoscaling.maxCapacity,
      policies: policySpecs(
        autoscaling.policies ?? [
          trackingPolicy(
            autoscaling,
            autoscaling.targetValue ?? defaultTargetValue(standIn.options.capacity, instanceType),
            variant,
          ),
        ],
        names,
        variant,
      ),
    },
  };
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
