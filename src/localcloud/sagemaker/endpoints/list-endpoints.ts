import { z } from 'zod';
import { timestampField } from '../../service/fields.ts';
import { operation } from '../../service/operation.ts';
import { listInput, listPage } from '../resource/listing.ts';
import type { EndpointDeps } from './deps.ts';

const input = z.object({
  ...listInput,
  SortBy: z.enum(['Name', 'CreationTime', 'Status']).optional(),
  StatusEquals: z
    .enum([
      'OutOfService',
      'Creating',
      'Updating',
      'SystemUpdating',
      'RollingBack',
      'InService',
      'Deleting',
      'Failed',
      'UpdateRollbackFailed',
    ])
    .optional(),
  LastModifiedTimeAfter: timestampField.optional(),
  LastModifiedTimeBefore: timestampField.optional(),
});

export const listEndpoints = operation<EndpointDeps, z.infer<typeof input>>({
  name: 'ListEndpoints',
  input,
  handle(query, deps) {
    const wanted = deps.endpoints
      .all()
      .map(({ name, arn, state }) => ({ name, arn, ...state }))
      .filter(
        ({ status, modifiedAtMs }) =>
          (query.StatusEquals === undefined || status === query.StatusEquals) &&
          (!query.LastModifiedTimeAfter || modifiedAtMs > query.LastModifiedTimeAfter.getTime()) &&
          (!query.LastModifiedTimeBefore || modifiedAtMs < query.LastModifiedTimeBefore.getTime()),
      );
    const page = listPage(wanted, query, (endpoint) => {
      if (query.SortBy === 'Name') return endpoint.name;
      return query.SortBy === 'Status' ? endpoint.status : endpoint.createdAtMs;
    });
    return {
      Endpoints: page.items.map((endpoint) => ({
        EndpointName: endpoint.name,
        EndpointArn: endpoint.arn,
        CreationTime: new Date(endpoint.createdAtMs),
        LastModifiedTime: new Date(endpoint.modifiedAtMs),
        EndpointStatus: endpoint.status,
      })),
      NextToken: page.nextToken,
    };
  },
});
