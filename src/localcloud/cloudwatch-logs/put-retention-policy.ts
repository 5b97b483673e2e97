import { z } from 'zod';
import { integerField } from '../service/fields.ts';
import { operation } from '../service/operation.ts';
import { groupNameField, invalidParameter, type LogsDeps, requireGroup } from './deps.ts';

const allowedDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1_096, 1_827, 2_192, 2_557, 2_922, 3_288,
  3_653,
];

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
export const putRetentionPolicy = operation({
  name: 'PutRetentionPolicy',
  input: z.object({ logGroupName: groupNameField, retentionInDays: integerField() }),
  handle(input, deps: LogsDeps) {
    const { retentionInDays: days } = input;
    if (!allowedDays.includes(days))
      throw invalidParameter(
        `1 validation error detected: Value '${days}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${allowedDays.join(', ')}]`,
      );
    requireGroup(input, deps).retentionDays = days;
    return {};
  },
});
