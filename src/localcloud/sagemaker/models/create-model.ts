import { z } from 'zod';
import { carriedCode, requireUser, strangersData } from '../../access/carried-code.ts';
import { booleanField } from '../../service/fields.ts';
import { operation, validationError } from '../../service/operation.ts';
import { arnOf } from '../resource/arns.ts';
import { resourceName, roleArn } from '../resource/names.ts';
import { tagList } from '../tags/tag-store.ts';
import type { ModelDeps } from './model.ts';
import { type Container, containerInput, modelDataUrl } from './model.ts';

const input = z.object({
  ModelName: resourceName,
  PrimaryContainer: containerInput.optional(),
  Containers: z.array(containerInput).max(15).optional(),
  ExecutionRoleArn: roleArn.optional(),
  VpcConfig: z.looseObject({}).optional(),
  EnableNetworkIsolation: booleanField.optional(),
  Tags: tagList.optional(),
});

export const createModel = operation<ModelDeps, z.infer<typeof input>>({
  name: 'CreateModel',
  input,
  handle(given, deps, caller) {
    const { ModelName: name } = given;
    const arn = arnOf(deps.account, 'model', name);
    if (deps.models.has(name)) throw validationError(`Cannot create already existing model "${arn}".`);
    const container = onlyContainer(given);
    const url = modelDataUrl(container);
    if (url !== undefined && !deps.objectExists(url)) {
      throw validationError(
        `Could not access model data at ${url}. Please ensure that the role "${given.ExecutionRoleArn}" exists and that its trust relationship policy allows the action "sts:AssumeRole" for the service principal "sagemaker.amazonaws.com". Also ensure that the role has "s3:GetObject" permissions and that the object is located in ${deps.account.region}.`,
      );
    }
    const code = carriedCode(container.Image, deps.ownImage);
    requireUser(caller, code, 'sagemaker:CreateModel', arn);
    // An image may run what is in the archive.
    if (code !== undefined && url !== undefined && !deps.isUsersObject(url)) throw strangersData(url);
    deps.tags.add(arn, given.Tags ?? []);
    deps.models.set(name, {
      name,
      arn,
      createdAtMs: deps.clock.nowMs(),
      container,
      code,
      isUsers: caller.isUser,
      described: {
        PrimaryContainer: given.PrimaryContainer,
        Containers: given.Containers,
        ExecutionRoleArn: given.ExecutionRoleArn,
        VpcConfig: given.VpcConfig,
        EnableNetworkIsolation: given.EnableNetworkIsolation ?? false,
      },
    });
    return { ModelArn: arn };
  },
});

function onlyContainer(given: z.infer<typeof input>): Container {
  if (given.PrimaryContainer && given.Containers) {
    throw validationError('Both PrimaryContainer and Containers are specified. Only one of them can be.');
  }
  const containers = given.Containers ?? (given.PrimaryContainer ? [given.PrimaryContainer] : []);
  const [container] = containers;
  if (!container) throw validationError('You must provide either PrimaryContainer or Containers.');
  if (containers.length > 1) {
    throw validationError(
      'Inference pipelines (more than one container) do not run on the mlbench stand-in.',
    );
  }
  if (container.Mode === 'MultiModel') {
    throw validationError('Multi-model containers do not run on the mlbench stand-in.');
  }
  if (!container.Image) throw validationError('Container image must be specified.');
  return container;
}
