import { userError } from '../core/errors.ts';
import { exitCodes } from '../core/exit-codes.ts';
import { defaultStandInOptions, type StandInOptions } from '../localcloud/options.ts';
import { differentOption, findStandIn, type StandIn } from '../localcloud/process.ts';
import { type EnsuredResource, ensureAll, removeAll, stateOf } from '../resources/engine.ts';
import { openLedger } from '../resources/ledger.ts';
import { withLock } from '../resources/lock.ts';
import { type ModelArchive, packModel } from '../resources/model-archive.ts';
import { namesFor } from '../resources/names.ts';
import { type Declared, declare } from '../resources/resource.ts';
import { cloudKinds, declareStack, type StackSpec } from '../resources/stack.ts';
import type { CommandContext } from './context.ts';
import { forgetDeadCloud } from './dead-cloud.ts';
import { checkInstanceType, defaultTargetValue, describeCapacity } from './emulated-capacity.ts';
import { clientsOf, engineOf } from './engine-context.ts';
import { checkTarget } from './experiments.ts';
import { type ApiFront, apiKind, evaluateUrl, standInKind } from './local-processes.ts';
import type { UpOutcome } from './outcomes.ts';
import { checkUpSettings } from './up-checks.ts';
import type { UpOptions } from './up-options.ts';
import { defaultUpSettings, readUpSettings, settleUp, type UpSettings } from './up-settings.ts';

/**
 * Deploys the experiment, or applies to it what differs; goes on where a crash left off.
 * @throws MlbenchError before anything is made: bad option, broken model, ledger, lock (exit code 2); later also 3
 */
export async function up(options: UpOptions, context: CommandContext): Promise<UpOutcome> {
  checkTarget(context);
  return withLock(context.stateDir, 'up', context.clock, async () => {
    const startedMs = context.clock.monotonicMs();
    const running = await findStandIn(context.stateDir);
    const { settings, before } = decideSettings(options, context);
    const standInOptions = decideStandIn(settings, options, running, context.region);
    checkInstanceType(standInOptions.capacity, settings.instanceType);
    const archive = await packModel(settings.modelPath);

    await forgetDeadCloud(context, running);
    record(settings, context);
    const standIn = await ensureStandIn(standInOptions, context).catch((error: unknown) => {
      // Nothing was made: a port in use or the like must not become the experiment's setting.
      record(before, context);
      throw error;
    });
    const made = await ensureExperiment(settings, archive, standIn.state, context);
    return {
      ...made,
      resources: [standIn, ...made.resources].map(({ kind, name, outcome }) => ({ kind, name, outcome })),
      elapsedMs: context.clock.monotonicMs() - startedMs,
    };
  });
}

function decideSettings(
  options: UpOptions,
  context: CommandContext,
): { settings: UpSettings; before: UpSettings | null } {
  const store = openLedger(context.stateDir);
  const { experiment: name } = context;
  const experiment = store.read().experiments[name];
  if (experiment && experiment.target !== context.target) {
    throw userError(
      'other-target',
      `the experiment "${name}" is up on --target ${experiment.target}, not on ${context.target}`,
      `pass --target ${experiment.target}, or another --name`,
    );
  }
  if (experiment && experiment.region !== context.region) {
    throw userError(
      'other-region',
      `the experiment "${name}" is up in --region ${experiment.region}, not in ${context.region}`,
      `pass --region ${experiment.region}, or another --name`,
    );
  }
  const before = experiment ? readUpSettings(experiment.options, store.path) : null;
  const settings = settleUp(options, before ?? defaultUpSettings(namesFor(name).endpoint));
  checkUpSettings(settings);
  if (before && experiment?.resources.length && settings.endpointName !== before.endpointName) {
    throw userError(
      'other-endpoint-name',
      `--endpoint-name ${settings.endpointName}: the endpoint of the experiment "${name}" is "${before.endpointName}"`,
      'an endpoint cannot be renamed: mlbench down first, or use another --name',
    );
  }
  return { settings, before };
}

/** The options of the stand-in that runs, if it agrees with what was named now, else those to start one with. */
function decideStandIn(
  settings: UpSettings,
  options: UpOptions,
  running: StandIn | undefined,
  region: string,
): StandInOptions {
  const over = (base: StandInOptions, asked: Partial<StandInOptions> = {}): StandInOptions => ({
    ...base,
    ...asked,
    capacity: { ...base.capacity, ...asked.capacity },
    region,
  });
  if (!running?.healthy) return over(defaultStandInOptions, settings.standIn);
  const difference = differentOption(running, over({ ...running.options, port: 0 }, options.standIn));
  if (difference) throw difference;
  return running.options;
}

/** From here on `down` knows of the experiment, whatever happens; with null nobody knows of it any more. */
function record(settings: UpSettings | null, context: CommandContext): void {
  openLedger(context.stateDir).update((ledger) => {
    if (!settings) {
      delete ledger.experiments[context.experiment];
      return;
    }
    const experiment = ledger.experiments[context.experiment];
    ledger.experiments[context.experiment] = {
      target: context.target,
      region: context.region,
      createdAt: experiment?.createdAt ?? new Date(context.clock.nowMs()).toISOString(),
      options: settings,
      resources: experiment?.resources ?? [],
    };
  });
}

async function ensureStandIn(
  options: StandInOptions,
  context: CommandContext,
): Promise<EnsuredResource<StandIn>> {
  const standIn = declare(standInKind(context), {}, () => ({ name: 'local', options }));
  const results = await ensureAll([standIn], engineOf(context, null));
  return results.get(standIn) as EnsuredResource<StandIn>;
}

async function ensureExperiment(
  settings: UpSettings,
  archive: ModelArchive,
  standIn: StandIn,
  context: CommandContext,
): Promise<Omit<UpOutcome, 'elapsedMs'>> {
  const { region } = context;
  const clients = clientsOf(context, standIn);
  try {
    const spec = stackSpec(settings, archive, await clients.accountId(), standIn, context);
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
  engine: Parameters<typeof removeAll>[1],
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
