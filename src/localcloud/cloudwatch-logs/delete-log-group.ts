import { z } from 'zod';
import { operation } from '../service/operation.ts';
import { groupNameField, type LogsDeps, requireGroup } from './deps.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogGroup.html */
export const deleteLogGroup = operation({
  name: 'DeleteLogGroup',
  input: z.object({ logGroupName: groupNameField }),
  handle(input, deps: LogsDeps) {
    deps.logs.delete(requireGroup(input, deps));
    return {};
  },
});
