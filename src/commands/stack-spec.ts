import type { InstanceCapacity } from '../localcloud/options.ts';
import type { ModelArchive } from '../resources/model-archive.ts';
import { type ExperimentNames, namesFor } from '../resources/names.ts';
import type { Place } from '../resources/place.ts';
import type { PolicySpec } from '../resources/scaling-policy.ts';
import type { ServiceSpec, StackSpec } from '../resources/stack.ts';
import type { CommandContext } from './context.ts';
import { defaultTargetValue } from './emulated-capacity.ts';
import type { PolicyFile } from './policy-file.ts';
import { trackingPolicy } from './up-checks.ts';
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
    service: settings.broughtVariant === null ? serviceSpec(facts, names) : null,
    autoscaling: settings.autoscaling && autoscalingSpec(settings.autoscaling, facts, names),
  };
}

function serviceSpec(
  { settings, archive, place, standInImage }: StackFacts,
  names: ExperimentNames,
): ServiceSpec {
  const { instanceType, autoscaling } = settings;
  const model = archive ?? { url: settings.modelDataUrl ?? '' };
  return {
    model,
    // With plain processes, the stand-in runs its own serving program whatever the image is called; it checks no role.
    image: settings.image ?? standInImage ?? 'mlbench-serving:latest',
    executionRoleArn:
      settings.roleArn ??
      `arn:${place.partition}:iam::${place.accountId}:role/${names.executionRole(place.region)}`,
    instanceType,
    instances: Math.max(settings.instances, autoscaling?.minCapacity ?? 1),
  };
}

function autoscalingSpec(
  autoscaling: AutoscalingSettings,
  { settings, capacity }: StackFacts,
  names: ExperimentNames,
): StackSpec['autoscaling'] {
  const { minCapacity, maxCapacity, targetValue, policies } = autoscaling;
  const aim = () => targetValue ?? defaultTargetValue(capacity, settings.instanceType);
  const wanted = policies ?? [trackingPolicy(autoscaling, aim())];
  return { minCapacity, maxCapacity, policies: policiesOf(wanted, names) };
}

/** A policy without a name gets the experiment's, numbered from the second on. */
function policiesOf(files: readonly PolicyFile[], names: ExperimentNames): PolicySpec[] {
  return files.map((file, index) => {
    const stepped = file.StepScalingPolicyConfiguration;
    const unnamed = stepped ? names.stepPolicy : names.policy;
    return {
      name: file.PolicyName ?? (index === 0 ? unnamed : `${unnamed}-${index + 1}`),
      policyType: stepped ? 'StepScaling' : 'TargetTrackingScaling',
      configuration: stepped ?? file.TargetTrackingScalingPolicyConfiguration ?? {},
    };
  });
}
