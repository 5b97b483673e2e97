import type { InstanceCapacity } from '../localcloud/options.ts';
import { readLambdaBundle } from '../resources/kinds/lambda-function/lambda-bundle.ts';
import { type ExperimentNames, namesFor } from '../resources/kinds/names.ts';
import type { ModelArchive } from '../resources/model-archive.ts';
import type { Place } from '../resources/sdk/place.ts';
import type { ApiSpec } from '../resources/stack/declare-api.ts';
import type { ServiceSpec } from '../resources/stack/declare-service.ts';
import type { StackSpec } from '../resources/stack/stack.ts';
import { trackingPolicy } from '../scaling/policies/tracking-policy.ts';
import type { CommandContext } from './context.ts';
import { defaultTargetValue } from './emulated-capacity.ts';
import { servingImageSource } from './image-source.ts';
import { policySpecs } from './policy-specs.ts';
import type { AutoscalingSettings, UpSettings } from './up-settings.ts';

export interface StackFacts {
  settings: UpSettings;
  /** Null: nothing of ours is uploaded. */
  archive: Pick<ModelArchive, 'bytes' | 'sha256'> | null;
  /** What an emulated instance carries; null on AWS. */
  capacity: InstanceCapacity | null;
  place: Place;
  /** The serving image in the stand-in's container engine; null or left out: instances are processes. */
  standInImage?: string | null;
}

/** The experiment's settings as a stack, with nothing left open. */
export function stackSpec(facts: StackFacts, context: CommandContext): StackSpec {
  const { settings, place } = facts;
  const names = namesFor(context.experiment, settings.endpointName);
  return {
    names,
    place,
    variantName: settings.broughtVariant ?? names.variant,
    service: settings.broughtVariant === null ? serviceSpec(facts, names, context) : null,
    autoscaling: settings.autoscaling && autoscalingSpec(settings.autoscaling, facts, names),
    api: onAws(context) && settings.api ? apiSpec(settings.api) : null,
    expiry: settings.expiresAt === null ? null : { atMs: Date.parse(settings.expiresAt) },
  };
}

/** Those of a new endpoint; later autoscaling decides. */
export function firstInstances({ instances, autoscaling }: UpSettings): number {
  return Math.max(instances, autoscaling?.minCapacity ?? 1);
}

/** As many as autoscaling may make of them. */
export function mostInstances(settings: UpSettings): number {
  return Math.max(firstInstances(settings), settings.autoscaling?.maxCapacity ?? 1);
}

/** Of the log groups on AWS; what a run said is rarely asked for later. */
const logRetentionDays = 14;

function serviceSpec(
  { settings, archive, place, standInImage }: StackFacts,
  names: ExperimentNames,
  context: CommandContext,
): ServiceSpec {
  const common = {
    model: archive ?? { url: settings.modelDataUrl ?? '' },
    instanceType: settings.instanceType,
    instances: settings.instances,
    fewestInstances: settings.autoscaling?.minCapacity ?? 1,
  };
  if (onAws(context)) {
    const { stateDir } = context;
    return {
      ...common,
      image:
        settings.image === null
          ? { source: servingImageSource(settings, { stateDir, environment: process.env }) }
          : { uri: settings.image },
      executionRoleArn: settings.roleArn,
      logRetentionDays,
    };
  }
  const { partition, accountId, region } = place;
  return {
    ...common,
    // With plain processes, the stand-in runs its own serving program whatever the image is called; it checks no role.
    image: { uri: settings.image ?? standInImage ?? 'mlbench-serving:latest' },
    executionRoleArn:
      settings.roleArn ?? `arn:${partition}:iam::${accountId}:role/${names.executionRole(region)}`,
    logRetentionDays: null,
  };
}

function apiSpec({ throttleRps }: NonNullable<UpSettings['api']>): ApiSpec {
  return { bundle: readLambdaBundle(), throttleRps, logRetentionDays };
}

function onAws({ target }: CommandContext): boolean {
  return target === 'aws';
}

function autoscalingSpec(
  autoscaling: AutoscalingSettings,
  { settings, capacity }: StackFacts,
  names: ExperimentNames,
): StackSpec['autoscaling'] {
  const { minCapacity, maxCapacity, targetValue, policies } = autoscaling;
  const aim = () => targetValue ?? defaultTargetValue(capacity, settings.instanceType);
  const variant = { endpointName: names.endpoint, variantName: settings.broughtVariant ?? names.variant };
  const wanted = policies ?? [trackingPolicy({ ...autoscaling, targetValue: aim() })];
  return { minCapacity, maxCapacity, policies: policySpecs(wanted, names, variant) };
}
