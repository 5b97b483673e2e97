import { z } from 'zod';
import { integerField, numberField } from '../../service/fields.ts';
import { operation } from '../../service/operation.ts';
import { anyName, resourceName } from '../resource/names.ts';
import { requireStarter } from './create-endpoint.ts';
import type { EndpointDeps } from './deps.ts';
import { findVariant } from './endpoints.ts';

const input = z.object({
  EndpointName: anyName,
  DesiredWeightsAndCapacities: z
    .array(
      z.object({
        VariantName: resourceName,
        DesiredWeight: numberField({ min: 0 }).optional(),
        DesiredInstanceCount: integerField({ min: 1 }).optional(),
      }),
    )
    .min(1),
});

export const updateEndpointWeightsAndCapacities = operation<EndpointDeps, z.infer<typeof input>>({
  name: 'UpdateEndpointWeightsAndCapacities',
  input,
  handle({ EndpointName, DesiredWeightsAndCapacities }, deps, caller) {
    const endpoint = deps.endpoints.get(EndpointName);
    const action = 'sagemaker:UpdateEndpointWeightsAndCapacities';
    requireStarter(caller, endpoint.models.values(), action, EndpointName, deps);
    const changes = DesiredWeightsAndCapacities.map((wanted) => {
      const now = findVariant(endpoint, wanted.VariantName);
      return {
        name: now.name,
        desiredCount: wanted.DesiredInstanceCount ?? now.desiredCount,
        desiredWeight: wanted.DesiredWeight ?? now.desiredWeight,
      };
    });
    deps.endpoints.setCapacity(endpoint, changes);
    return { EndpointArn: endpoint.arn };
  },
});
