import { bucketKind } from './bucket.ts';
import { declareScaling, type ScalingSpec } from './declare-scaling.ts';
import { endpointKind } from './endpoint.ts';
import { endpointConfigKind } from './endpoint-config.ts';
import type { EndpointState } from './endpoint-state.ts';
import { metricAlarmKind } from './metric-alarm.ts';
import { modelKind } from './model.ts';
import { modelObjectKind } from './model-object.ts';
import type { ExperimentNames } from './names.ts';
import { type Declared, declare } from './resource.ts';
import { scalableTargetKind } from './scalable-target.ts';
import { scalingPolicyKind } from './scaling-policy.ts';

/** What an experiment is made of, with nothing left open. */
export interface StackSpec {
  names: ExperimentNames;
  accountId: string;
  region: string;
  archive: { bytes: Uint8Array; sha256: string };
  image: string;
  executionRoleArn: string;
  instanceType: string;
  instances: number;
  autoscaling: ScalingSpec | null;
}

export interface Stack {
  endpoint: Declared<EndpointState>;
  all: Declared[];
}

/** An endpoint and all that it needs, each resource declared by what goes into it. */
export function declareStack(spec: StackSpec): Stack {
  const { names, instanceType } = spec;
  const variantName = names.variant;
  const bucket = declare(bucketKind, {}, () => ({ name: names.bucket(spec.accountId, spec.region) }));
  const archive = declare(modelObjectKind, { bucket }, (made) => ({
    bucket: made.bucket.name,
    ...spec.archive,
  }));
  const model = declare(modelKind, { archive }, (made) => {
    const content = {
      image: spec.image,
      modelDataUrl: made.archive.url,
      executionRoleArn: spec.executionRoleArn,
    };
    return { name: names.model(content), ...content };
  });
  const config = declare(endpointConfigKind, { model }, (made) => {
    const content = { variantName, modelName: made.model.name, instanceType };
    return {
      name: names.endpointConfig(content),
      ...content,
      initialInstanceCount: spec.instances,
    };
  });
  const endpoint = declare(endpointKind, { config }, (made) => ({
    name: names.endpoint,
    configName: made.config.name,
    variantName,
    instanceType,
    instances: spec.instances,
  }));
  const cloud: Declared[] = [bucket, archive, model, config, endpoint];
  if (!spec.autoscaling) return { endpoint, all: cloud };
  return { endpoint, all: [...cloud, ...declareScaling(spec.autoscaling, endpoint, variantName)] };
}

/** Every kind that a ledger may name on either target, but for the background processes of the local one. */
export const cloudKinds = [
  bucketKind,
  modelObjectKind,
  modelKind,
  endpointConfigKind,
  endpointKind,
  scalableTargetKind,
  scalingPolicyKind,
  metricAlarmKind,
];
