import { z } from 'zod';
import { operation, validationError } from '../../service/operation.ts';
import { findModel } from '../models/model.ts';
import { arnOf } from '../resource/arns.ts';
import { resourceName, roleArn } from '../resource/names.ts';
import { tagList } from '../tags/tag-store.ts';
import type { EndpointConfigDeps } from './endpoint-config.ts';
import { productionVariantInput } from './endpoint-config.ts';

const input = z.object({
  EndpointConfigName: resourceName,
  ProductionVariants: z.array(productionVariantInput).min(1).max(10),
  KmsKeyId: z.string().max(2_048).optional(),
  DataCaptureConfig: z.looseObject({}).optional(),
  ExecutionRoleArn: roleArn.optional(),
  Tags: tagList.optional(),
});

export const createEndpointConfig = operation<EndpointConfigDeps, z.infer<typeof input>>({
  name: 'CreateEndpointConfig',
  input,
  handle(given, deps) {
    const { EndpointConfigName: name, ProductionVariants: variants } = given;
    const arn = arnOf(deps.account, 'endpoint-config', name);
    if (deps.configs.has(name)) {
      throw validationError(`Cannot create already existing endpoint configuration "${arn}".`);
    }
    const names = variants.map(({ VariantName }) => VariantName);
    const twice = names.find((variant, index) => names.indexOf(variant) !== index);
    if (twice !== undefined)
      throw validationError(`Variant names must be unique: "${twice}" is used more than once.`);
    for (const { ModelName } of variants) findModel(deps, ModelName);
    if (variants.every(({ InitialVariantWeight }) => InitialVariantWeight === 0)) {
      throw validationError('At least one production variant must have a weight greater than 0.');
    }
    deps.tags.add(arn, given.Tags ?? []);
    deps.configs.set(name, {
      name,
      arn,
      createdAtMs: deps.clock.nowMs(),
      variants: variants.map((variant) => ({
        ...variant,
        InitialVariantWeight: variant.InitialVariantWeight ?? 1,
      })),
      described: {
        KmsKeyId: given.KmsKeyId,
        DataCaptureConfig: given.DataCaptureConfig,
        ExecutionRoleArn: given.ExecutionRoleArn,
      },
    });
    return { EndpointConfigArn: arn };
  },
});
