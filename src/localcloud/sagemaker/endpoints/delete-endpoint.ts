import { z } from 'zod';
import { operation } from '../../service/operation.ts';
import { anyName } from '../resource/names.ts';
import type { EndpointDeps } from './deps.ts';

const input = z.object({ EndpointName: anyName });

export const deleteEndpoint = operation<EndpointDeps, z.infer<typeof input>>({
  name: 'DeleteEndpoint',
  input,
  handle({ EndpointName }, deps) {
    const endpoint = deps.endpoints.get(EndpointName);
    deps.endpoints.delete(endpoint);
    deps.tags.forget(endpoint.arn);
    return {};
  },
});
