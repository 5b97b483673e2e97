import { z } from 'zod';
import { operation } from '../../service/operation.ts';
import type { SageMakerDeps } from '../deps.ts';
import { anyName } from '../resource/names.ts';

const input = z.object({ EndpointName: anyName });

export const deleteEndpoint = operation<SageMakerDeps, z.infer<typeof input>>({
  name: 'DeleteEndpoint',
  input,
  handle({ EndpointName }, deps) {
    const endpoint = deps.endpoints.get(EndpointName);
    deps.endpoints.delete(endpoint);
    deps.tags.forget(endpoint.arn);
    return {};
  },
});
