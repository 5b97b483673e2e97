import { z } from 'zod';
import { operation } from '../../service/operation.ts';
import { type EndpointConfig, findEndpointConfig } from '../endpoint-configs/endpoint-config.ts';
import { findModel, type Model } from '../models/model.ts';
import { resourceName } from '../resource/names.ts';
import { tagList } from '../tags/tag-store.ts';
import type { EndpointDeps } from './deps.ts';

const input = z.object({
  EndpointName: resourceName,
  EndpointConfigName: resourceName,
  Tags: tagList.optional(),
});

export const createEndpoint = operation<EndpointDeps, z.infer<typeof input>>({
  name: 'CreateEndpoint',
  input,
  handle({ EndpointName, EndpointConfigName, Tags }, deps) {
    const config = findEndpointConfig(deps, EndpointConfigName);
    const endpoint = deps.endpoints.create(EndpointName, config, modelsOf(deps, config));
    deps.tags.add(endpoint.arn, Tags ?? []);
    return { EndpointArn: endpoint.arn };
  },
});

/** The models of a configuration's variants, by name. */
export function modelsOf(deps: EndpointDeps, config: EndpointConfig): Map<string, Model> {
  return new Map(config.variants.map(({ ModelName }) => [ModelName, findModel(deps, ModelName)]));
}
