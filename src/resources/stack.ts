import { broughtEndpointKind } from './brought-endpoint.ts';
import { bucketKind } from './bucket.ts';
import { declareExpiry } from './declare-expiry.ts';
import { endpointKind } from './endpoint.ts';
import { endpointConfigKind } from './endpoint-config.ts';
import type { EndpointState } from './endpoint-state.ts';
import { expiryScheduleKind } from './expiry-schedule.ts';
import { iamRoleKind } from './iam-role.ts';
import { modelKind } from './model.ts';
import { modelObjectKind } from './model-object.ts';
import type { ExperimentNames } from './names.ts';
import type { Place } from './place.ts';
import { type Declared, declare } from './resource.ts';
import { scalableTargetKind } from './scalable-target.ts';
import { type PolicySpec, scalingPolicyKind } from './scaling-policy.ts';

/** What an experiment is made of, with nothing left open. */
export interface StackSpec {
  names: ExperimentNames;
  place: Place;
  variantName: string;
  /** Null: somebody else made the endpoint. */
  service: ServiceSpec | null;
  autoscaling: {
    minCapacity: number;
    maxCapacity: number;
    policies: readonly PolicySpec[];
  } | null;
  /** When AWS is to delete the endpoint; null: only `down` does. */
  expiry: { atMs: number } | null;
}

/** What an endpoint of ours serves, and on what. */
export interface ServiceSpec {
  /** An archive to upload, or the `s3://` URL of one that is there. */
  model: { bytes: Uint8Array; sha256: string } | { url: string };
  image: string;
  executionRoleArn: string;
  instanceType: string;
  instances: number;
}

export interface Stack {
  endpoint: Declared<EndpointState>;
  all: Declared[];
}

/** An endpoint and all that it needs, each resource declared by what goes into it. */
export function declareStack(spec: StackSpec): Stack {
  const { endpoint, before } = spec.service
    ? declareService(spec.service, spec)
    : { endpoint: declareBrought(spec), before: [] };
  return { endpoint, all: [...before, endpoint, ...declareScaling(endpoint, spec)] };
}

function declareBrought({ names, variantName }: StackSpec): Declared<EndpointState> {
  return declare(broughtEndpointKind, {}, () => ({ name: names.endpoint, variantName }));
}

function declareService(
  service: ServiceSpec,
  { names, place, variantName, autoscaling, expiry }: StackSpec,
): { endpoint: Declared<EndpointState>; before: Declared[] } {
  const { instanceType, instances, image, executionRoleArn } = service;
  const { all: artifact, url } = declareArtifact(service.model, names, place);
  const model = declare(modelKind, url ? { archive: url } : {}, (made) => {
    const modelDataUrl = 'url' in service.model ? service.model.url : (made.archive?.url ?? '');
    const content = { image, modelDataUrl, executionRoleArn };
    return { name: names.model(content), ...content };
  });
  const config = declare(endpointConfigKind, { model }, (made) => {
    const content = { variantName, modelName: made.model.name, instanceType };
    return { name: names.endpointConfig(content), ...content, initialInstanceCount: instances };
  });
  // Before the endpoint: what ends it must stand when it begins to cost, whatever happens to this machine meanwhile.
  const ending = expiry
    ? declareExpiry({ names, place, variantName, scaled: autoscaling !== null, ...expiry })
    : [];
  const endpoint = declare(
    endpointKind,
    { config },
    (made) => ({
      name: names.endpoint,
      configName: made.config.name,
      variantName,
      instanceType,
      instances,
    }),
    ending,
  );
  return { endpoint, before: [...artifact, model, config, ...ending] };
}

function declareArtifact(model: ServiceSpec['model'], names: ExperimentNames, place: Place) {
  if ('url' in model) return { all: [], url: null };
  const bucket = declare(bucketKind, {}, () => ({ name: names.bucket(place) }));
  const archive = declare(modelObjectKind, { bucket }, (made) => ({ bucket: made.bucket.name, ...model }));
  return { all: [bucket, archive], url: archive };
}

function declareScaling(
  endpoint: Declared<EndpointState>,
  { autoscaling, variantName }: StackSpec,
): Declared[] {
  if (!autoscaling) return [];
  const { minCapacity, maxCapacity, policies } = autoscaling;
  const target = declare(scalableTargetKind, { endpoint }, (made) => ({
    endpointName: made.endpoint.name,
    variantName,
    minCapacity,
    maxCapacity,
  }));
  const declared = policies.map((policy) =>
    declare(scalingPolicyKind, { target }, (made) => ({ ...policy, resourceId: made.target.resourceId })),
  );
  return [target, ...declared];
}

/** Every kind that a ledger may name on either target, but for the background processes of the local one. */
export const cloudKinds = [
  bucketKind,
  modelObjectKind,
  modelKind,
  endpointConfigKind,
  endpointKind,
  broughtEndpointKind,
  scalableTargetKind,
  scalingPolicyKind,
  iamRoleKind,
  expiryScheduleKind,
];
