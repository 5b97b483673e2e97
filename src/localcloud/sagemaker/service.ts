import { targetedService } from '../protocols/targeted-service.ts';
import type { TargetedService } from '../service/operation.ts';
import { createEndpointConfig } from './endpoint-configs/create-endpoint-config.ts';
import { deleteEndpointConfig } from './endpoint-configs/delete-endpoint-config.ts';
import { describeEndpointConfig } from './endpoint-configs/describe-endpoint-config.ts';
import type { EndpointConfigDeps } from './endpoint-configs/endpoint-config.ts';
import { listEndpointConfigs } from './endpoint-configs/list-endpoint-configs.ts';
import { createEndpoint } from './endpoints/create-endpoint.ts';
import { deleteEndpoint } from './endpoints/delete-endpoint.ts';
import type { EndpointDeps } from './endpoints/deps.ts';
import { describeEndpoint } from './endpoints/describe-endpoint.ts';
import { listEndpoints } from './endpoints/list-endpoints.ts';
import { updateEndpoint } from './endpoints/update-endpoint.ts';
import { updateEndpointWeightsAndCapacities } from './endpoints/update-endpoint-weights-and-capacities.ts';
import { createModel } from './models/create-model.ts';
import { deleteModel } from './models/delete-model.ts';
import { describeModel } from './models/describe-model.ts';
import { listModels } from './models/list-models.ts';
import type { ModelDeps } from './models/model.ts';
import { type TagDeps, tagOperations } from './tags/tag-operations.ts';

/** What SageMaker's operations work on. */
export type SageMakerDeps = ModelDeps & EndpointConfigDeps & EndpointDeps;

/** SageMaker's control plane, as far as real-time endpoints need it. */
export function sageMakerService(deps: SageMakerDeps): TargetedService {
  return targetedService<SageMakerDeps & TagDeps>(
    {
      signingName: 'sagemaker',
      targetPrefix: 'SageMaker',
      rpcV2Name: 'SageMaker',
      invalidInputCode: 'ValidationException',
    },
    [
      createModel,
      describeModel,
      deleteModel,
      listModels,
      createEndpointConfig,
      describeEndpointConfig,
      deleteEndpointConfig,
      listEndpointConfigs,
      createEndpoint,
      describeEndpoint,
      updateEndpoint,
      updateEndpointWeightsAndCapacities,
      deleteEndpoint,
      listEndpoints,
      ...tagOperations,
    ],
    { ...deps, resourceExists: (arn) => arnsOf(deps).includes(arn) },
  );
}

function arnsOf({ models, configs, endpoints }: SageMakerDeps): string[] {
  return [...models.values(), ...configs.values(), ...endpoints.all()].map(({ arn }) => arn);
}
