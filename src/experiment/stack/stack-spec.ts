import type { InstanceCapacity } from '../../localcloud/options.ts';
import { type ExperimentNames, namesFor } from '../../resources/kinds/kind/names.ts';
import type { ModelArchive } from '../../resources/model-archive.ts';
import type { Place } from '../../resources/sdk/place.ts';
import type { ApiSpec } from '../../resources/stack/declare-api.ts';
import type { ServiceSpec } from '../../resources/stack/declare-service.ts';
import type { StackSpec } from '../../resources/stack/stack.ts';
import { policyOfFlags } from '../../scaling/policies/kinds/policy-kinds.ts';
import type { CommandContext } from '../context/context.ts';
import { policySpecs } from '../policies/policy-specs.ts';
import type { AutoscalingSettings, UpSettings } from '../settings/up-settings.ts';
import { defaultTargetValue } from './emulated-capacity.ts';

export interface StackFacts {
  settings: UpSettings;
  /** Null: nothing of ours is uploaded. */
  archive: Pick<ModelArchive, 'bytes' | 'sha256'> | null;
  /** What an emulated instance carries; null on AWS. */
  capacity: InstanceCapacity | null;
  place: Place;
  provided: Provided;
}

/** What of a stack each target provides in its own way. */
export interface Provided {
  /** Of the model; asked for only where a model is made. */
  image(): ServiceSpec['image'];
  /** Null: a role is made. */
  executionRoleArn: string | null;
  /** Null: no log group is made. */
  logRetentionDays: number | null;
  /** Null: the cloud serves no API. */
  api: ApiSpec | null;
}

/** The experiment's settings as a stack, with nothing left open. */
export function stackSpec(facts: StackFacts, { experiment }: Pick<CommandContext, 'experiment'>): StackSpec {
  const { settings, place, provided } = facts;
  const names = namesFor(experiment, settings.endpointName);
  return {
    names,
    place,
    variantName: settings.broughtVariant ?? names.variant,
    service: settings.broughtVariant === null ? serviceSpec(facts) : null,
    autoscaling: settings.autoscaling && autoscalingSpec(settings.autoscaling, facts, names),
    api: provided.api,
    expiry: settings.expiresAt === null ? null : { atMs: Date.parse(settings.expiresAt) },
  };
}

function serviceSpec({ settings, archive, provided }: StackFacts): ServiceSpec {
  return {
    model: archive ?? { url: settings.modelDataUrl ?? '' },
    image: provided.image(),
    instanceType: settings.instanceType,
    instances: settings.instances,
    fewestInstances: settings.autoscaling?.minCapacity ?? 1,
    executionRoleArn: provided.executionRoleArn,
    logRetentionDays: provided.logRetentionDays,
  };
}

function autoscalingSpec(
  autoscaling: AutoscalingSettings,
  { settings, capacity }: StackFacts,
  names: ExperimentNames,
): StackSpec['autoscaling'] {
  const { minCapacity, maxCapacity, targetValue, policies } = autoscaling;
  const wantedValue = () => targetValue ?? defaultTargetValue(capacity, settings.instanceType);
  const variant = { endpointName: names.endpoint, variantName: settings.broughtVariant ?? names.variant };
  const wanted = policies ?? [policyOfFlags({ ...autoscaling, targetValue: wantedValue() })];
  return { minCapacity, maxCapacity, policies: policySpecs(wanted, names, variant) };
}
