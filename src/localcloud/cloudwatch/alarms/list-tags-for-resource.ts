import { z } from 'zod';
import { operation } from '../../service/operation.ts';
import type { AlarmDeps } from './deps.ts';
import { alarmByArn, arnField } from './tags.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListTagsForResource.html */
export const listTagsForResource = operation({
  name: 'ListTagsForResource',
  input: z.object({ ResourceARN: arnField }),
  handle(input, { scaling }: AlarmDeps) {
    const { tags } = alarmByArn(scaling, input.ResourceARN);
    return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
  },
});
