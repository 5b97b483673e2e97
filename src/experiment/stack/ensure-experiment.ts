import { exitCodes } from '../../core/exit-codes.ts';
import { ownCommand } from '../../core/options/own-command.ts';
import type { InstanceCapacity } from '../../localcloud/options.ts';
import type { ResourceEngine } from '../../resources/engine/engine.ts';
import { type EnsuredResource, ensureAll, stateOf } from '../../resources/engine/ensure-all.ts';
import { type Removal, removeAll } from '../../resources/engine/remove-all.ts';
import type { Declared } from '../../resources/engine/resource.ts';
import { scalingPolicyKind } from '../../resources/kinds/scaling-policy.ts';
import type { ModelArchive } from '../../resources/model-archive.ts';
import type { CloudClients } from '../../resources/sdk/clients.ts';
import { declareStack, type StackSpec } from '../../resources/stack/stack.ts';
import { kindOfType } from '../../scaling/policies/kinds/policy-kinds.ts';
import { resourceEngineOf } from '../context/cloud.ts';
import type { CommandContext } from '../context/context.ts';
import type { Deployed } from '../contract/target.ts';
import { expiryOf } from '../cost/expiry.ts';
import type { UpSettings } from '../settings/up-settings.ts';
import { autoscalingOutcome } from './autoscaling-outcome.ts';
import { defaultTargetValue, describeCapacity } from './emulated-capacity.ts';
import { type Provided, stackSpec } from './stack-spec.ts';

/** Where an experiment is deployed. */
export interface Site {
  clients: CloudClients;
  /** What an emulated instance carries; null: instances are real. */
  capacity: InstanceCapacity | null;
  provided: Provided;
  /** All that an experiment may have there. */
  kinds: Parameters<typeof removeAll>[0];
  /** The process that serves the API; null: the cloud does, or nobody. */
  front: {
    declare(spec: StackSpec): Declared<{ url: string }>;
    evaluateUrl(front: { url: string }): string;
  } | null;
  /** `AWS_ENDPOINT_URL` for other SDKs; null: AWS's own. */
  url: string | null;
}

/** Ensures all that lives in the cloud, and the API's front; removes what is no longer wanted. */
export async function ensureExperiment(
  settings: UpSettings,
  archive: ModelArchive | null,
  site: Site,
  context: CommandContext,
): Promise<Deployed['made']> {
  const { clients, capacity, provided } = site;
  const place = await clients.place();
  const spec = stackSpec({ settings, archive, capacity, place, provided }, context);
  noteGuessedTargetValue(settings, capacity, context);
  const stack = declareStack(spec);
  const front = site.front?.declare(spec) ?? null;
  const engine = resourceEngineOf(context, clients);
  const declared = [...stack.all, ...(front ? [front] : [])];
  const freed = await removeOtherPolicies(spec, engine);
  const results = await ensureAll(declared, engine);
  const resources = declared.map((resource) => results.get(resource) as EnsuredResource);
  const removed = await removeSuperseded(resources, site.kinds, engine, context);
  noteMissingAlarms(spec, context);
  const apiUrl = front
    ? site.front?.evaluateUrl(stateOf(results, front))
    : stack.api && stateOf(results, stack.api).url;
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
    apiUrl: apiUrl ?? null,
    standInUrl: site.url,
    autoscaling: spec.autoscaling && autoscalingOutcome(spec.autoscaling, spec.autoscaling.policies),
    emulatedCapacity: capacity && describeCapacity(capacity, settings.instanceType),
    expiry: expiryOf(settings, context.clock.nowMs()),
    resources: [...resources, ...[...freed, ...removed].map((gone) => ({ ...gone, outcome: 'removed' }))],
  };
}

export function noteGuessedTargetValue(
  { autoscaling, instanceType }: UpSettings,
  capacity: InstanceCapacity | null,
  context: CommandContext,
): void {
  const guessed = autoscaling?.policies === null && autoscaling.targetValue === null;
  if (!guessed || (capacity && capacity.serviceTimeMs !== null)) return;
  const guess = defaultTargetValue(capacity, instanceType);
  const why = capacity ? 'no capacity is emulated, so' : 'no load test has said yet, so';
  context.emit({
    type: 'notice',
    level: 'info',
    message: `${why} nobody knows what one instance carries: autoscaling aims at ${guess} invocations a minute and instance`,
    remedy: 'name another with --target-value',
  });
}

/** A metric may be tracked once: a policy that is no longer wanted must be gone before another takes its place. */
async function removeOtherPolicies(spec: StackSpec, engine: ResourceEngine): Promise<Removal['removed']> {
  const wanted = spec.autoscaling?.policies.map(({ name }) => name) ?? [];
  const { removed } = await removeAll(
    [scalingPolicyKind],
    engine,
    ({ kind, name }) => kind === scalingPolicyKind.kind && !wanted.includes(name),
  );
  return removed;
}

function noteMissingAlarms(spec: StackSpec, context: CommandContext): void {
  const [idle] = (spec.autoscaling?.policies ?? []).flatMap(({ name, policyType, alarms }) => {
    const kind = kindOfType(policyType);
    return kind?.alarms.by === 'caller' && alarms.length === 0 ? { name, words: kind.words } : [];
  });
  if (!idle) return;
  context.emit({
    type: 'notice',
    level: 'warning',
    message: `the ${idle.words} policy "${idle.name}" acts only when an alarm of yours names it`,
    remedy:
      'add MetricAlarms to its file, or call put-metric-alarm with its ARN (from describe-scaling-policies) in --alarm-actions',
  });
}

/** What an earlier `up` made and this one no longer wants: an old configuration and model, a policy switched off. */
async function removeSuperseded(
  wanted: readonly EnsuredResource[],
  kinds: Parameters<typeof removeAll>[0],
  engine: ResourceEngine,
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
      remedy: `the next ${ownCommand('up')} or ${ownCommand('down')} removes it`,
    });
  }
  return removed;
}
