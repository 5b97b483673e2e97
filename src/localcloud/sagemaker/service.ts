import { targetedService } from '../protocols/targeted-service.ts';
import type { TargetedService } from '../service/operation.ts';
import { addTags } from './add-tags.ts';
import { deleteTags } from './delete-tags.ts';
import type { SageMakerDeps } from './deps.ts';
import { createEndpointConfig } from './endpoint-configs/create-endpoint-config.ts';
import { deleteEndpointConfig } from './endpoint-configs/delete-endpoint-config.ts';
import { describeEndpointConfig } from './endpoint-configs/describe-endpoint-config.ts';
import { listEndpointConfigs } from './endpoint-configs/list-endpoint-configs.ts';
import { createEndpoint } from './endpoints/create-endpoint.ts';
import { deleteEndpoint } from './endpoints/delete-endpoint.ts';
import { describeEndpoint } from './endpoints/describe-endpoint.ts';
import { listEndpoints } from './endpoints/list-endpoints.ts';
import { updateEndpoint } from './endpoints/update-endpoint.ts';
import { updateEndpointWeightsAndCapacities } from './endpoints/update-endpoint-weights-and-capacities.ts';
import { listTags } from './list-tags.ts';
import { createModel } from './models/create-model.ts';
import { deleteModel } from './models/delete-model.ts';
import { describeModel } from './models/describe-model.ts';
import { listModels } from './models/list-models.ts';

/** SageMaker's control plane, as far as real-time endpoints need it. */
export function sageMakerService(deps: SageMakerDeps): TargetedService {
  return targetedService(
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
      addTags,
      listTags,
      deleteTags,
    ],
    deps,
  );
}
