import { z } from 'zod';
import { operation } from '../service/operation.ts';
import { tagMapField } from '../service/tags.ts';
import { groupNameField, type LogsDeps } from './deps.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html */
export const createLogGroup = operation({
  name: 'CreateLogGroup',
  input: z.object({
    logGroupName: groupNameField,
    tags: tagMapField.optional(),
  }),
  handle(input, { logs }: LogsDeps) {
    logs.create(input.logGroupName, { ...input.tags });
    return {};
  },
});
