import { z } from 'zod';
import { instanceTypeNames } from '../../../catalog/instance-types.ts';
import { integerField, numberField } from '../../service/fields.ts';
import { validationError } from '../../service/operation.ts';
import type { ModelDeps } from '../models/model.ts';
import { arnOf } from '../resource/arns.ts';
import { resourceName } from '../resource/names.ts';

export const productionVariantInput = z.looseObject({
  VariantName: resourceName,
  ModelName: resourceName,
  InitialInstanceCount: integerField({ min: 1 }),
  InstanceType: z.enum(instanceTypeNames as [string, ...string[]]),
  InitialVariantWeight: numberField({ min: 0 }).optional(),
  RoutingConfig: z.object({ RoutingStrategy: z.enum(['LEAST_OUTSTANDING_REQUESTS', 'RANDOM']) }).optional(),
  ModelDataDownloadTimeoutInSeconds: integerField({ min: 60, max: 3_600 }).optional(),
  ContainerStartupHealthCheckTimeoutInSeconds: integerField({ min: 60, max: 3_600 }).optional(),
});

export type ProductionVariant = z.infer<typeof productionVariantInput>;

export interface EndpointConfig {
  name: string;
  arn: string;
  createdAtMs: number;
  variants: ProductionVariant[];
  /** What DescribeEndpointConfig says beside that, as it was given. */
  described: Record<string, unknown>;
}

/** What the operations on endpoint configurations work on. */
export interface EndpointConfigDeps extends Omit<ModelDeps, 'objectExists'> {
  configs: Map<string, EndpointConfig>;
}

export function findEndpointConfig(
  deps: Pick<EndpointConfigDeps, 'account' | 'configs'>,
  name: string,
): EndpointConfig {
  const config = deps.configs.get(name);
  if (!config) {
    const arn = arnOf(deps.account, 'endpoint-config', name);
    throw validationError(`Could not find endpoint configuration "${arn}".`);
  }
  return config;
}
