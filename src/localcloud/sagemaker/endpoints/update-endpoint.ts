import { z } from 'zod';
import { booleanField } from '../../service/fields.ts';
import { operation } from '../../service/operation.ts';
import { findEndpointConfig } from '../endpoint-configs/endpoint-config.ts';
import { resourceName } from '../resource/names.ts';
import { modelsOf, requireStarter } from './create-endpoint.ts';
import type { EndpointDeps } from './deps.ts';
import { initiallyWanted } from './endpoints.ts';

const input = z.object({
  EndpointName: resourceName,
  EndpointConfigName: resourceName,
  RetainAllVariantProperties: booleanField.optional(),
  ExcludeRetainedVariantProperties: z
    .array(
      z.object({
        VariantPropertyType: z.enum(['DesiredInstanceCount', 'DesiredWeight', 'DataCaptureConfig']),
      }),
    )
    .max(3)
    .optional(),
});

export const updateEndpoint = operation<EndpointDeps, z.infer<typeof input>>({
  name: 'UpdateEndpoint',
  input,
  handle(given, deps, caller) {
    const endpoint = deps.endpoints.get(given.EndpointName);
    const config = findEndpointConfig(deps, given.EndpointConfigName);
    const excluded = (given.ExcludeRetainedVariantProperties ?? []).map((one) => one.VariantPropertyType);
    const wanted = initiallyWanted(config).map((initial) => {
      const now = endpoint.state.variants.find(({ name }) => name === initial.name);
      if (!given.RetainAllVariantProperties || !now) return initial;
      return {
        name: initial.name,
        desiredCount: excluded.includes('DesiredInstanceCount') ? initial.desiredCount : now.desiredCount,
        desiredWeight: excluded.includes('DesiredWeight') ? initial.desiredWeight : now.desiredWeight,
      };
    });
    const models = modelsOf(deps, config);
    requireStarter(caller, models.values(), 'sagemaker:UpdateEndpoint', given.EndpointName, deps);
    deps.endpoints.update(endpoint, config, models, wanted);
    return { EndpointArn: endpoint.arn };
  },
});
