import { z } from 'zod';
import { operation } from '../../service/operation.ts';
import { listInput, listPage } from '../resource/listing.ts';
import type { EndpointConfigDeps } from './endpoint-config.ts';

const input = z.object({ ...listInput, SortBy: z.enum(['Name', 'CreationTime']).optional() });

export const listEndpointConfigs = operation<EndpointConfigDeps, z.infer<typeof input>>({
  name: 'ListEndpointConfigs',
  input,
  handle(query, deps) {
    const page = listPage([...deps.configs.values()], query, (config) =>
      query.SortBy === 'Name' ? config.name : config.createdAtMs,
    );
    return {
      EndpointConfigs: page.items.map((config) => ({
        EndpointConfigName: config.name,
        EndpointConfigArn: config.arn,
        CreationTime: new Date(config.createdAtMs),
      })),
      NextToken: page.nextToken,
    };
  },
});
