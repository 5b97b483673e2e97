import type { FillIn } from './fill-ins.ts';
import { jsonAnswer } from './moto-calls.ts';
import { inputOf } from './recorded-call.ts';

export interface Tagged {
  arn: string;
  tags: Record<string, string>;
}

/** The Resource Groups Tagging API, which in moto fails as soon as there is an endpoint configuration. */
export function tagIndex(everythingTagged: () => Promise<Tagged[]>): FillIn {
  return {
    async 'resourcegroupstaggingapi GetResources'(call) {
      const { TagFilters = [] } = inputOf(call) as { TagFilters?: { Key: string; Values?: string[] }[] };
      const matching = (await everythingTagged()).filter(({ tags }) =>
        TagFilters.every(({ Key, Values }) => Key in tags && (!Values || Values.includes(tags[Key] ?? ''))),
      );
      return jsonAnswer({
        PaginationToken: '',
        ResourceTagMappingList: matching.map(({ arn, tags }) => ({
          ResourceARN: arn,
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        })),
      });
    },
  };
}
