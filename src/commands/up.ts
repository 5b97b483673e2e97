import { join } from 'node:path';
import { userError } from '../core/errors.ts';
import { defaultStandInOptions, type StandInOptions } from '../localcloud/options.ts';
import { differentOption, findStandIn, type StandIn } from '../localcloud/process.ts';
import { type EnsuredResource, ensureAll } from '../resources/engine.ts';
import { openLedger } from '../resources/ledger.ts';
import { withLock } from '../resources/lock.ts';
import { type ModelArchive, packModel } from '../resources/model-archive.ts';
import { verifyModel } from '../resources/model-check.ts';
import { type ExperimentNames, namesFor } from '../resources/names.ts';
import { declare } from '../resources/resource.ts';
import type { CommandContext } from './context.ts';
import { forgetDeadCloud } from './dead-cloud.ts';
import { checkInstanceType } from './emulated-capacity.ts';
import { engineOf } from './engine-context.ts';
import { checkTarget } from './experiments.ts';
import { standInKind } from './local-processes.ts';
import type { UpOutcome } from './outcomes.ts';
import { type PolicyFile, readPolicyFile } from './policy-file.ts';
import { checkUpSettings } from './up-checks.ts';
import { ensureExperiment } from './up-experiment.ts';
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
    const archive = await takeModel(settings.modelPath, context);

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
  const base = before ?? defaultUpSettings(namesFor(name).endpoint);
  const names = namesFor(name, options.endpointName ?? base.endpointName);
  const settings = settleUp(options, base, readPolicies(options.policyFiles, names));
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

function readPolicies(files: UpOptions['policyFiles'], names: ExperimentNames): PolicyFile[] | undefined {
  const variant = { endpointName: names.endpoint, variantName: names.variant };
  return files?.flatMap((file) => readPolicyFile(file, variant));
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

/** Packs the model, and loads it once for a trial unless just this one was deployed before. */
async function takeModel(path: string | null, context: CommandContext): Promise<ModelArchive> {
  const { stateDir, clock, signal, experiment } = context;
  const archive = await packModel(path);
  const deployed = openLedger(stateDir).read().experiments[experiment]?.resources ?? [];
  if (!deployed.some(({ state, name }) => state === 'present' && name.includes(archive.sha256))) {
    await verifyModel(archive, { scratchDirectory: join(stateDir, 'scratch'), clock, signal });
  }
  return archive;
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
