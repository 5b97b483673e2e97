import { resolve } from 'node:path';
import { userError } from '../../core/errors.ts';
import { ownCommand } from '../../core/options/own-command.ts';
import { overStandIn } from '../../localcloud/options.ts';
import { type ExperimentNames, namesFor } from '../../resources/kinds/kind/names.ts';
import type { CommandContext } from '../context/context.ts';
import { type PolicyFile, readPolicyFile } from '../policies/policy-file.ts';
import { readExperiment } from './experiments.ts';
import { checkUpSettings } from './up-checks.ts';
import type { UpOptions } from './up-options.ts';
import {
  type AutoscalingSettings,
  defaultApi,
  defaultAutoscaling,
  defaultUpSettings,
  readUpSettings,
  type UpSettings,
} from './up-settings.ts';

/** What `up` is to bring about. */
export interface WantedExperiment {
  settings: UpSettings;
  /** Null: the experiment is new. */
  before: UpSettings | null;
  options: UpOptions;
  /** A load without a body follows: without a request for the model, nothing is to be made. */
  needsSample: boolean;
}

/**
 * What `up` was told, over what the experiment has; what only a look at the cloud can tell is left open.
 * @throws MlbenchError naming the flag that would not do (exit code 2)
 */
export function resolveWanted(
  options: UpOptions,
  context: CommandContext,
  needsSample = false,
): WantedExperiment {
  const { experiment: name } = context;
  const experiment = readExperiment(context);
  const before = experiment ? readUpSettings(experiment.options, context.ledger.path) : null;
  const base = before ?? defaultUpSettings(namesFor(name).endpoint);
  const names = namesFor(name, options.endpointName ?? base.endpointName);
  const settings = resolveUpSettings(options, base, readPolicies(options.policyFiles, names));
  checkUpSettings(settings);
  if (before && experiment?.resources.length && settings.endpointName !== before.endpointName) {
    throw userError(
      'other-endpoint-name',
      `--endpoint-name ${settings.endpointName}: the endpoint of the experiment "${name}" is "${before.endpointName}"`,
      `an endpoint cannot be renamed: ${ownCommand('down')} first, or use another --name`,
    );
  }
  return { settings, before, options, needsSample };
}

/**
 * What `up` was told, over what the experiment has, or over the defaults. `checkUpSettings` says whether it makes
 * sense.
 * @param policies what was read from the files that `options` name
 */
export function resolveUpSettings(
  options: UpOptions,
  before: UpSettings,
  policies?: readonly PolicyFile[],
): UpSettings {
  return {
    ...resolveModel(options, before),
    sample: before.sample,
    image: options.image ?? before.image,
    baseImage: options.baseImage ?? before.baseImage,
    roleArn: options.roleArn ?? before.roleArn,
    endpointName: options.endpointName ?? before.endpointName,
    broughtVariant: before.broughtVariant,
    instanceType: options.instanceType ?? before.instanceType,
    instances: options.instances ?? before.instances,
    autoscaling: resolveAutoscaling(options, before.autoscaling, policies),
    api: resolveApi(options, before.api),
    // Only where it is deployed is it known what an hour costs: `expiry.ts`.
    expiresAt: before.expiresAt,
    standIn: overStandIn(before.standIn, options.standIn ?? {}),
  };
}

function resolveModel(
  { modelPath, modelDataUrl }: UpOptions,
  before: UpSettings,
): Pick<UpSettings, 'modelPath' | 'modelDataUrl'> {
  if (modelPath !== undefined && modelDataUrl !== undefined)
    throw userError(
      'model-contradiction',
      `--model ${modelPath} contradicts --model-data ${modelDataUrl}: both say what to deploy`,
      'leave out one of them',
    );
  if (modelPath !== undefined) return { modelPath: resolve(modelPath), modelDataUrl: null };
  return { modelPath: before.modelPath, modelDataUrl: modelDataUrl ?? before.modelDataUrl };
}

function resolveAutoscaling(
  options: UpOptions,
  before: AutoscalingSettings | null,
  policies: readonly PolicyFile[] | undefined,
): AutoscalingSettings | null {
  const { autoscaling, minCapacity, maxCapacity, metric, targetValue } = options;
  const { scaleOutCooldownSeconds, scaleInCooldownSeconds } = options;
  const tracking = [metric, targetValue, scaleOutCooldownSeconds, scaleInCooldownSeconds];
  const tracks = tracking.some((value) => value !== undefined);
  const anyNamed = tracks || [minCapacity, maxCapacity, policies].some((value) => value !== undefined);
  if (autoscaling === false) {
    if (!anyNamed) return null;
    throw userError(
      'autoscaling-contradiction',
      '--no-autoscaling contradicts --min, --max, --metric, --target-value, --policy and the cooldowns',
      'leave out either --no-autoscaling or the settings of autoscaling',
    );
  }
  if (policies && tracks)
    throw userError(
      'policy-contradiction',
      '--policy contradicts --metric, --target-value and the cooldowns: the file says them',
      'leave out either --policy or the others',
    );
  if (!before && !anyNamed && autoscaling !== true) return null;
  const base = before ?? defaultAutoscaling;
  return {
    minCapacity: minCapacity ?? base.minCapacity,
    maxCapacity: maxCapacity ?? base.maxCapacity,
    metric: metric ?? base.metric,
    // A target value in another metric's unit means nothing.
    targetValue: targetValue ?? (metric === undefined || metric === base.metric ? base.targetValue : null),
    scaleOutCooldownSeconds: scaleOutCooldownSeconds ?? base.scaleOutCooldownSeconds,
    scaleInCooldownSeconds: scaleInCooldownSeconds ?? base.scaleInCooldownSeconds,
    policies: policies ? [...policies] : tracks ? null : base.policies,
  };
}

function resolveApi(options: UpOptions, before: UpSettings['api']): UpSettings['api'] {
  const { api, apiPort, apiThrottleRps, apiOrigins } = options;
  if (api === false) return null;
  const isNamed = [apiPort, apiThrottleRps, apiOrigins].some((value) => value !== undefined);
  if (!before && !api && !isNamed) return null;
  const base = before ?? defaultApi;
  return {
    port: apiPort ?? base.port,
    throttleRps: apiThrottleRps ?? base.throttleRps,
    origins: apiOrigins ?? base.origins,
  };
}

function readPolicies(files: UpOptions['policyFiles'], names: ExperimentNames): PolicyFile[] | undefined {
  const variant = { endpointName: names.endpoint, variantName: names.variant };
  return files?.flatMap((file) => readPolicyFile(file, variant));
}
