import { join } from 'node:path';
import { userError } from '../core/errors.ts';
import { removeLeftLogins } from '../image/login-folder.ts';
import { findStandIn } from '../localcloud/process.ts';
import type { EnsuredResource } from '../resources/engine/ensure-all.ts';
import { openLedger } from '../resources/engine/ledger.ts';
import { withLock } from '../resources/engine/lock.ts';
import { type ExperimentNames, namesFor } from '../resources/kinds/names.ts';
import { type ModelArchive, packModel } from '../resources/model-archive.ts';
import { verifyModel } from '../resources/model-check.ts';
import type { CloudClients } from '../resources/sdk/clients.ts';
import { nameQuota } from '../resources/sdk/name-quota.ts';
import { resolveBrought } from './brought-endpoint.ts';
import type { CommandContext } from './context.ts';
import { forgetDeadCloud } from './dead-cloud.ts';
import { clientsOf } from './engine-context.ts';
import { readExperiment, resolveAccount } from './experiments.ts';
import { noteNothingCosts, resolveExpiryOnAws } from './expiry.ts';
import { checkInstanceType, noteUnlistedInstanceType } from './instance-type.ts';
import { prepareContainers } from './local-containers.ts';
import type { UpOutcome } from './outcomes.ts';
import { type PolicyFile, readPolicyFile } from './policy-file.ts';
import { decideStandIn, ensureStandIn } from './stand-in-for-up.ts';
import { tellWhatExists } from './still-up.ts';
import { checkUpSettings } from './up-checks.ts';
import { type CloudForUp, ensureExperiment } from './up-experiment.ts';
import type { UpOptions } from './up-options.ts';
import { defaultUpSettings, readUpSettings, resolveUp, type UpSettings } from './up-settings.ts';

/**
 * Deploys the experiment, or applies to it what differs; goes on where a crash left off.
 * @throws MlbenchError before anything is made: bad option, broken model, ledger, lock (exit code 2); later also 3
 */
export async function up(options: UpOptions, context: CommandContext): Promise<UpOutcome> {
  readExperiment(context);
  return withLock(context.stateDir, 'up', context.clock, async () => {
    const startedMs = context.clock.monotonicMs();
    const { settings, before } = decideSettings(options, context);
    const deploy = context.target === 'aws' ? deployOnAws : deployOnStandIn;
    const { made, first } = await deploy({ settings, before, options }, context);
    return {
      ...made,
      resources: [...first, ...made.resources].map(({ kind, name, outcome }) => ({ kind, name, outcome })),
      elapsedMs: context.clock.monotonicMs() - startedMs,
    };
  });
}

interface Deployment {
  settings: UpSettings;
  before: UpSettings | null;
  options: UpOptions;
}

interface Deployed {
  made: Omit<UpOutcome, 'elapsedMs'>;
  /** What was made before there was a cloud. */
  first: EnsuredResource[];
}

async function deployOnStandIn(deployment: Deployment, context: CommandContext): Promise<Deployed> {
  const { before, options } = deployment;
  noteNothingCosts(options, context);
  const running = await findStandIn(context.stateDir);
  const settings = running?.healthy
    ? await withCloud({ standIn: running, clients: clientsOf(context, running) }, ({ clients }) =>
        resolveBrought(deployment.settings, options, clients, context),
      )
    : deployment.settings;
  const standInOptions = decideStandIn(settings, options, running, context.region);
  checkInstanceType(settings.instanceType);
  const containers = running?.healthy
    ? running.containers
    : await prepareContainers(standInOptions, settings.baseImage, context);
  const archive = await takeModel(settings, context);
  await forgetDeadCloud(context, running);
  record(settings, context);
  const ensured = await ensureStandIn(standInOptions, containers, context).catch((error: unknown) => {
    // Nothing was made: a port in use or the like must not become the experiment's setting.
    record(before, context);
    throw error;
  });
  const standIn = ensured.state;
  const made = await withCloud({ standIn, clients: clientsOf(context, standIn) }, (cloud) =>
    ensureExperiment(settings, archive, cloud, context),
  );
  return { made, first: [ensured] };
}

async function deployOnAws(
  { settings: asked, before, options }: Deployment,
  context: CommandContext,
): Promise<Deployed> {
  return withCloud({ standIn: null, clients: clientsOf(context, null) }, async (cloud) => {
    // Missing credentials are told before a model is packed, let alone anything recorded.
    const accountId = await resolveAccount(context, cloud.clients);
    const settings = await resolveOnAws(asked, options, cloud.clients, context);
    removeLeftLogins(join(context.stateDir, 'scratch'));
    const archive = await takeModel(settings, context);
    record(settings, context, accountId);
    const made = await ensureExperiment(settings, archive, cloud, context).catch(async (error: unknown) => {
      const nothingMade = readExperiment(context)?.resources.length === 0;
      if (nothingMade) record(before, context, accountId);
      else await tellWhatExists(settings, cloud.clients, context);
      throw await nameQuota(error, cloud.clients, context.clock);
    });
    return { made, first: [] };
  });
}

/** What only a look at the account can resolve: whose endpoint it is, and when it is to end. */
export async function resolveOnAws(
  asked: UpSettings,
  options: UpOptions,
  clients: CloudClients,
  context: CommandContext,
): Promise<UpSettings> {
  const settings = await resolveBrought(asked, options, clients, context);
  noteUnlistedInstanceType(settings.instanceType, context);
  return resolveExpiryOnAws(settings, options, clients, context);
}

export async function withCloud<Result>(
  cloud: CloudForUp,
  work: (cloud: CloudForUp) => Promise<Result>,
): Promise<Result> {
  try {
    return await work(cloud);
  } finally {
    cloud.clients.close();
  }
}

/** What `up` was told, over what the experiment has; on AWS `resolveOnAws` then resolves the rest. */
export function decideSettings(
  options: UpOptions,
  context: CommandContext,
): { settings: UpSettings; before: UpSettings | null } {
  const { experiment: name } = context;
  const experiment = readExperiment(context);
  const before = experiment ? readUpSettings(experiment.options, openLedger(context.stateDir).path) : null;
  const base = before ?? defaultUpSettings(namesFor(name).endpoint);
  const names = namesFor(name, options.endpointName ?? base.endpointName);
  const settings = resolveUp(options, base, readPolicies(options.policyFiles, names));
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

/** @returns null where there is nothing of ours to upload */
export async function packedModel(settings: UpSettings): Promise<ModelArchive | null> {
  if (settings.modelDataUrl !== null || settings.broughtVariant !== null) return null;
  return await packModel(settings.modelPath);
}

/**
 * Packs the model, and loads it once for a trial unless just this one was deployed before.
 * @returns null where there is nothing of ours to upload
 */
async function takeModel(settings: UpSettings, context: CommandContext): Promise<ModelArchive | null> {
  const archive = await packedModel(settings);
  if (!archive) return null;
  const { stateDir, clock, signal } = context;
  const deployed = readExperiment(context)?.resources ?? [];
  if (!deployed.some(({ state, name }) => state === 'present' && name.includes(archive.sha256))) {
    await verifyModel(archive, { scratchDirectory: join(stateDir, 'scratch'), clock, signal });
  }
  return archive;
}

/** From here on `down` knows of the experiment, whatever happens; with null nobody knows of it any more. */
function record(settings: UpSettings | null, context: CommandContext, accountId?: string): void {
  openLedger(context.stateDir).update((ledger) => {
    if (!settings) {
      delete ledger.experiments[context.experiment];
      return;
    }
    const experiment = ledger.experiments[context.experiment];
    ledger.experiments[context.experiment] = {
      target: context.target,
      region: context.region,
      ...(accountId === undefined ? {} : { accountId }),
      createdAt: experiment?.createdAt ?? new Date(context.clock.nowMs()).toISOString(),
      options: settings,
      resources: experiment?.resources ?? [],
    };
  });
}
