import { z } from 'zod';
import { operation } from '../../service/operation.ts';
import { listInput, listPage } from '../resource/listing.ts';
import type { ModelDeps } from './model.ts';

const input = z.object({ ...listInput, SortBy: z.enum(['Name', 'CreationTime']).optional() });

export const listModels = operation<ModelDeps, z.infer<typeof input>>({
  name: 'ListModels',
  input,
  handle(query, deps) {
    const page = listPage([...deps.models.values()], query, (model) =>
      query.SortBy === 'Name' ? model.name : model.createdAtMs,
    );
    return {
      Models: page.items.map((model) => ({
        ModelName: model.name,
        ModelArn: model.arn,
        CreationTime: new Date(model.createdAtMs),
      })),
      NextToken: page.nextToken,
    };
  },
});
