import { z } from 'zod';
import { booleanField, integerField } from '../service/fields.ts';
import { operation } from '../service/operation.ts';
import {
  arnOfGroup,
  groupInput,
  invalidParameter,
  type LogsDeps,
  pageByKey,
  requireGroup,
  streamNameField,
  tokenField,
} from './deps.ts';
import type { LogStream } from './log-store.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogStreams.html */
export const describeLogStreams = operation({
  name: 'DescribeLogStreams',
  input: z.object({
    ...groupInput,
    logStreamNamePrefix: streamNameField.optional(),
    orderBy: z.enum(['LogStreamName', 'LastEventTime']).optional(),
    descending: booleanField.optional(),
    limit: integerField({ min: 1, max: 50 }).optional(),
    nextToken: tokenField.optional(),
  }),
  handle(input, deps: LogsDeps) {
    const { logStreamNamePrefix: prefix, orderBy = 'LogStreamName', nextToken, limit = 50 } = input;
    if (prefix !== undefined && orderBy === 'LastEventTime')
      throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
    const group = requireGroup(input, deps);
    const ordered = [...group.streams.values()]
      .filter(({ name }) => name.startsWith(prefix ?? ''))
      .sort((a, b) => (placeIn(orderBy, a) < placeIn(orderBy, b) ? -1 : 1));
    if (input.descending) ordered.reverse();
    // Numbered, so that one rule of paging serves both orders.
    const numbered = ordered.map((stream, index) => ({ stream, key: String(index).padStart(6, '0') }));
    const page = pageByKey(numbered, ({ key }) => key, { nextToken, limit });
    const groupArn = arnOfGroup(deps.account, group.name);
    return {
      logStreams: page.items.map(({ stream }) => describe(stream, groupArn)),
      nextToken: page.nextToken,
    };
  },
});

function describe(stream: LogStream, groupArn: string): object {
  const last = stream.events.at(-1);
  return {
    logStreamName: stream.name,
    creationTime: stream.createdAtMs,
    firstEventTimestamp: stream.events[0]?.atMs,
    lastEventTimestamp: last?.atMs,
    lastIngestionTime: last?.atMs,
    uploadSequenceToken: String(last?.sequence ?? 0),
    arn: `${groupArn}:log-stream:${stream.name}`,
    // As on AWS since 2019: always 0 for streams.
    storedBytes: 0,
  };
}

function placeIn(order: 'LogStreamName' | 'LastEventTime', stream: LogStream): string {
  if (order === 'LogStreamName') return stream.name;
  const lastMs = stream.events.at(-1)?.atMs ?? stream.createdAtMs;
  return `${String(lastMs).padStart(14, '0')} ${stream.name}`;
}
