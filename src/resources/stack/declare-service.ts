import { type Declared, declare } from '../engine/resource.ts';
import { bucketKind, bucketName } from '../kinds/bucket/bucket.ts';
import { ecrRepositoryKind } from '../kinds/ecr-repository.ts';
import { endpointKind } from '../kinds/endpoint/endpoint.ts';
import type { EndpointState } from '../kinds/endpoint/endpoint-state.ts';
import { endpointConfigKind } from '../kinds/endpoint-config.ts';
import { type IamRoleState, iamRoleKind, roleName } from '../kinds/iam-role/iam-role.ts';
import { executionRole, repositoryArnOf } from '../kinds/iam-role/role-policies.ts';
import { type ImageSource, imageKind } from '../kinds/image.ts';
import type { ExperimentNames } from '../kinds/kind/names.ts';
import { logGroupKind, logGroupName } from '../kinds/log-group.ts';
import { modelKind } from '../kinds/model.ts';
import { modelObjectKind } from '../kinds/model-object.ts';
import { declareExpiry } from './declare-expiry.ts';
import type { StackFrame } from './stack-frame.ts';

/** What an endpoint of ours serves, and on what. */
export interface ServiceSpec {
  /** An archive to upload, or the `s3://` URL of one that is there. */
  model: { bytes: Uint8Array; sha256: string } | { url: string };
  /** An image that is there, or what to build and push. */
  image: { uri: string } | { source: ImageSource };
  /** Null: a role of the experiment's own is made. */
  executionRoleArn: string | null;
  instanceType: string;
  /** The wish. */
  instances: number;
  /** Below which autoscaling does not go. */
  fewestInstances: number;
  /** Of the containers' log group, made before SageMaker would, so that it ends; null: none is made. */
  logRetentionDays: number | null;
}

/**
 *   bucket ← object ───┐
 *   repository ← image ┼ model ← endpoint-config ← endpoint
 *   log-group ← role ┘               schedules ┘
 */
export function declareService(
  service: ServiceSpec,
  ending: { atMs: number; scaled: boolean } | null,
  frame: StackFrame,
): { endpoint: Declared<EndpointState>; before: Declared[] } {
  const { names, variantName } = frame;
  const { instanceType, instances, fewestInstances } = service;
  const artifact = declareArtifact(service.model, frame);
  const image = declareImage(service.image, names);
  const logs = declareLogs(service, names);
  const role = declareRole(service, logs, frame);
  const model = declare(
    modelKind,
    {
      ...(artifact.object && { object: artifact.object }),
      ...(image.image && { image: image.image }),
      ...(role && { role }),
    },
    (made) => {
      const content = {
        image: made.image?.uri ?? image.uri,
        modelDataUrl: made.object?.url ?? artifact.url,
        executionRoleArn: made.role?.arn ?? service.executionRoleArn ?? '',
      };
      // The image goes into the name by what it is made of: its digest is known only once it is pushed.
      const name = names.madeOf({ ...content, image: image.uri });
      return { name, ...content };
    },
  );
  const config = declare(endpointConfigKind, { model }, (made) => {
    const content = { variantName, modelName: made.model.name, instanceType };
    return {
      name: names.madeOf(content),
      ...content,
      endpointName: names.endpoint,
      initialInstanceCount: Math.max(instances, fewestInstances),
    };
  });
  // What ends the endpoint must stand when it begins to cost, whatever happens to this machine meanwhile.
  const expiry = ending ? declareExpiry({ ...frame, ...ending }) : [];
  const endpoint = declare(
    endpointKind,
    { config },
    (made) => ({
      name: names.endpoint,
      configName: made.config.name,
      variantName,
      instanceType,
      instances,
      fewestInstances,
    }),
    [...logs, ...expiry],
  );
  const before = [...artifact.all, ...image.all, ...logs, ...(role ? [role] : []), model, config, ...expiry];
  return { endpoint, before };
}

function declareArtifact(model: ServiceSpec['model'], { names, place }: StackFrame) {
  if ('url' in model) return { all: [], object: null, url: model.url };
  const bucket = declare(bucketKind, {}, () => ({ name: bucketName(names, place) }));
  const object = declare(modelObjectKind, { bucket }, (made) => ({ bucket: made.bucket.name, ...model }));
  return { all: [bucket, object], object, url: '' };
}

function declareImage(image: ServiceSpec['image'], names: ExperimentNames) {
  if ('uri' in image) return { all: [], image: null, uri: image.uri };
  const { source } = image;
  const repository = declare(ecrRepositoryKind, {}, () => ({ name: names.of('serving') }));
  const built = declare(imageKind, { repository }, (made) => ({ repository: made.repository, source }));
  return { all: [repository, built], image: built, uri: `${names.of('serving')}:${source.contentHash}` };
}

function declareRole(
  { executionRoleArn, model, image }: ServiceSpec,
  logs: readonly Declared[],
  { names, place }: StackFrame,
): Declared<IamRoleState> | null {
  if (executionRoleArn !== null) return null;
  // Names and ARNs can be foreseen, so the role is made beside the bucket and the repository.
  const repositoryArn =
    'uri' in image
      ? repositoryArnOf(image.uri, place)
      : (ecrRepositoryKind.foresee?.({ name: names.of('serving') }, place).arn ?? null);
  const policies = executionRole(place, {
    bucket: 'url' in model ? null : bucketName(names, place),
    modelDataUrl: 'url' in model ? model.url : '',
    repositoryArn,
    logGroup: logGroupName.ofEndpoint(names.endpoint),
  });
  return declare(
    iamRoleKind,
    {},
    () => ({
      name: roleName(names, 'execution', place.region),
      description: `Runs the model of the endpoint ${names.endpoint}`,
      ...policies,
    }),
    // Before whatever may write there, so that it goes last and no late line brings it back.
    logs,
  );
}

function declareLogs({ logRetentionDays }: ServiceSpec, names: ExperimentNames): Declared[] {
  if (logRetentionDays === null) return [];
  return [
    declare(logGroupKind, {}, () => ({
      name: logGroupName.ofEndpoint(names.endpoint),
      retentionDays: logRetentionDays,
    })) as Declared,
  ];
}
