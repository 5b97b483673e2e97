import { z } from 'zod';
import { operation } from '../../service/operation.ts';
import type { SageMakerDeps } from '../deps.ts';
import { listInput, listPage } from '../resource/listing.ts';

const input = z.object({ ...listInput, SortBy: z.enum(['Name', 'CreationTime']).optional() });

export const listEndpointConfigs = operation<SageMakerDeps, z.infer<typeof input>>({
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
