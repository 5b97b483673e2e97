import { experimentTag } from '../kinds/kind/tags.ts';
import type { CloudClients } from '../sdk/clients.ts';

/**
 * The ARNs of what carries mlbench's tag, by the Resource Groups Tagging API. It only nominates: its index lags behind, and it
 * leaves IAM's roles out. https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
 */
export async function readTaggedArns(clients: CloudClients, experiment: string | null): Promise<string[]> {
  const { paginateGetResources } = await import('@aws-sdk/client-resource-groups-tagging-api');
  const client = await clients.tagging();
  const TagFilters = [{ Key: experimentTag, ...(experiment === null ? {} : { Values: [experiment] }) }];
  const arns: string[] = [];
  for await (const { ResourceTagMappingList } of paginateGetResources({ client }, { TagFilters }))
    arns.push(...(ResourceTagMappingList ?? []).flatMap(({ ResourceARN }) => ResourceARN ?? []));
  return arns;
}
