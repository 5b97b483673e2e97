import { z } from 'zod';
import { requireUser } from '../../access/carried-code.ts';
import type { Caller } from '../../service/caller.ts';
import { operation } from '../../service/operation.ts';
import { type EndpointConfig, findEndpointConfig } from '../endpoint-configs/endpoint-config.ts';
import { findModel, type Model } from '../models/model.ts';
import { arnOf } from '../resource/arns.ts';
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
  handle({ EndpointName, EndpointConfigName, Tags }, deps, caller) {
    const config = findEndpointConfig(deps, EndpointConfigName);
    const models = modelsOf(deps, config);
    requireStarter(caller, models.values(), 'sagemaker:CreateEndpoint', EndpointName, deps);
    const endpoint = deps.endpoints.create(EndpointName, config, models);
    deps.tags.add(endpoint.arn, Tags ?? []);
    return { EndpointArn: endpoint.arn };
  },
});

/** The models of a configuration's variants, by name. */
export function modelsOf(deps: EndpointDeps, config: EndpointConfig): Map<string, Model> {
  return new Map(config.variants.map(({ ModelName }) => [ModelName, findModel(deps, ModelName)]));
}

/** Whoever starts instances starts the code of their models. */
export function requireStarter(
  caller: Caller,
  models: Iterable<Model>,
  action: string,
  endpointName: string,
  { account }: Pick<EndpointDeps, 'account'>,
): void {
  for (const { code } of models) requireUser(caller, code, action, arnOf(account, 'endpoint', endpointName));
}
