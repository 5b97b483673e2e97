import { z } from 'zod';
import { textField } from '../service/fields.ts';
import { operation } from '../service/operation.ts';
import { groupNameField, type LogsDeps } from './deps.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html */
export const createLogGroup = operation({
  name: 'CreateLogGroup',
  input: z.object({
    logGroupName: groupNameField,
    tags: z.record(textField({ min: 1, max: 128 }), textField({ max: 256 })).optional(),
  }),
  handle(input, { logs }: LogsDeps) {
    logs.create(input.logGroupName, { ...input.tags });
    return {};
  },
});
