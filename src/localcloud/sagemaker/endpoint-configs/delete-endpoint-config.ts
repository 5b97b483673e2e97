import { z } from 'zod';
import { operation } from '../../service/operation.ts';
import { anyName } from '../resource/names.ts';
import { remove } from '../resource/remove.ts';
import { type EndpointConfigDeps, findEndpointConfig } from './endpoint-config.ts';

const input = z.object({ EndpointConfigName: anyName });

/** An endpoint that runs by the configuration keeps running: it took its own copy, as on AWS. */
export const deleteEndpointConfig = operation<EndpointConfigDeps, z.infer<typeof input>>({
  name: 'DeleteEndpointConfig',
  input,
  handle: ({ EndpointConfigName }, deps) =>
    remove(findEndpointConfig(deps, EndpointConfigName), deps.configs, deps.tags),
});
