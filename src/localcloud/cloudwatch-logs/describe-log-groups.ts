import { z } from 'zod';
import { integerField, textField } from '../service/fields.ts';
import { operation } from '../service/operation.ts';
import {
  arnOfGroup,
  groupPrefixField,
  invalidParameter,
  type LogsDeps,
  pageByKey,
  tokenField,
} from './deps.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html */
export const describeLogGroups = operation({
  name: 'DescribeLogGroups',
  input: z.object({
    logGroupNamePrefix: groupPrefixField.optional(),
    logGroupNamePattern: textField({ max: 512, pattern: /^[.\-_/#A-Za-z0-9]*$/ }).optional(),
    limit: integerField({ min: 1, max: 50 }).optional(),
    nextToken: tokenField.optional(),
  }),
  handle(input, { logs, account }: LogsDeps) {
    const { logGroupNamePrefix: prefix, logGroupNamePattern: part } = input;
    if (prefix !== undefined && part !== undefined)
      throw invalidParameter('logGroupNamePrefix and logGroupNamePattern cannot both be specified.');
    const found = logs
      .groups()
      .filter(({ name }) => name.startsWith(prefix ?? ''))
      // The one match of this service that does not tell upper from lower case.
      .filter(({ name }) => name.toLowerCase().includes((part ?? '').toLowerCase()));
    const { nextToken, limit = 50 } = input;
    const page = pageByKey(found, ({ name }) => name, { nextToken, limit });
    return {
      logGroups: page.items.map((group) => ({
        logGroupName: group.name,
        creationTime: group.createdAtMs,
        retentionInDays: group.retentionDays ?? undefined,
        metricFilterCount: 0,
        arn: `${arnOfGroup(account, group.name)}:*`,
        storedBytes: [...group.streams.values()].reduce((bytes, stream) => bytes + stream.bytes, 0),
        logGroupClass: 'STANDARD',
        logGroupArn: arnOfGroup(account, group.name),
      })),
      nextToken: page.nextToken,
    };
  },
});
