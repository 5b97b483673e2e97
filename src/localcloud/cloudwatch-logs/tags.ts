import { z } from 'zod';
import { textField } from '../service/fields.ts';
import { operation } from '../service/operation.ts';
import { type LogsDeps, requireGroup } from './deps.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListTagsForResource.html */
export const listTagsForResource = operation({
  name: 'ListTagsForResource',
  input: z.object({ resourceArn: textField({ min: 1, max: 1_011 }) }),
  handle: (input, deps: LogsDeps) => ({
    tags: requireGroup({ logGroupIdentifier: input.resourceArn }, deps).tags,
  }),
});
