import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  type GetLogEventsCommandInput,
  ListTagsForResourceCommand,
  PutRetentionPolicyCommand,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogStore } from '../../../src/localcloud/cloudwatch-logs/log-store.ts';
import { createCloudWatchLogs } from '../../../src/localcloud/cloudwatch-logs/service.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { serve } from '../cloudwatch/service-server.ts';

const startMs = Date.UTC(2026, 10, 22, 15);
const group = '/aws/sagemaker/Endpoints/e';
const account = { region: 'us-east-1', accountId: '000000000000' };

let clock: ManualClock;
let store: LogStore;
let server: Awaited<ReturnType<typeof serve>>;
let logs: CloudWatchLogsClient;

beforeEach(async () => {
  clock = new ManualClock(startMs);
  store = new LogStore(clock);
  server = await serve(createCloudWatchLogs({ logs: store, account }));
  logs = new CloudWatchLogsClient(server.clientConfig);
});
afterEach(async () => {
  logs.destroy();
  await server.close();
  expect(server.bugs).toEqual([]);
});

/** `a` and `b` by turns, one line a second. */
async function talk(lines: number): Promise<void> {
  for (let line = 0; line < lines; line++) {
    store.append(group, line % 2 === 0 ? 'v/a' : 'v/b', `line ${line}`);
    await clock.advance(1_000);
  }
}

const filter = async (input: object = {}) =>
  (await logs.send(new FilterLogEventsCommand({ logGroupName: group, ...input }))).events ?? [];

describe('FilterLogEvents', () => {
  it('gives the events of all streams in the order of their time', async () => {
    await talk(4);
    const events = await filter();
    expect(events.map(({ message, logStreamName }) => [message, logStreamName])).toEqual([
      ['line 0', 'v/a'],
      ['line 1', 'v/b'],
      ['line 2', 'v/a'],
      ['line 3', 'v/b'],
    ]);
    expect(events[1]).toMatchObject({ timestamp: startMs + 1_000, ingestionTime: startMs + 1_000 });
    expect(events[1]?.eventId).toMatch(/^\d{56}$/);
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(4);
  });

  it('narrows them by time, stream and text', async () => {
    await talk(6);
    const shown = async (input: object) => (await filter(input)).map(({ message }) => message);
    expect(await shown({ startTime: startMs + 4_000 })).toEqual(['line 4', 'line 5']);
    expect(await shown({ endTime: startMs + 1_000 })).toEqual(['line 0', 'line 1']);
    expect(await shown({ logStreamNames: ['v/b'] })).toEqual(['line 1', 'line 3', 'line 5']);
    expect(await shown({ logStreamNamePrefix: 'v/a' })).toEqual(['line 0', 'line 2', 'line 4']);
    expect(await shown({ filterPattern: '"line 3"' })).toEqual(['line 3']);
  });

  it('gives page after page, none twice, while more comes', async () => {
    await talk(7);
    const seen: string[] = [];
    for await (const page of paginateFilterLogEvents(
      { client: logs, pageSize: 3 },
      { logGroupName: group },
    )) {
      seen.push(...(page.events ?? []).map(({ message = '' }) => message));
      if (seen.length === 3) store.append(group, 'v/a', 'late');
    }
    expect(seen).toEqual(['line 0', 'line 1', 'line 2', 'line 3', 'line 4', 'line 5', 'line 6', 'late']);
  });

  it('puts no more than a MiB into an answer', async () => {
    for (let line = 0; line < 3; line++) store.append(group, 's', 'x'.repeat(300_000));
    const big = await logs.send(new FilterLogEventsCommand({ logGroupName: group }));
    expect(big.events).toHaveLength(3);
    store.append(group, 't', 'y'.repeat(300_000));
    const first = await logs.send(new FilterLogEventsCommand({ logGroupName: group }));
    expect(first.events).toHaveLength(3);
    expect(await filter({ nextToken: first.nextToken })).toHaveLength(1);
  });

  it('refuses what it does not know', async () => {
    await talk(1);
    const refused = async (input: object) => {
      const error = await filter(input).catch((thrown: Error) => thrown);
      return error instanceof Error ? [error.name, error.message] : error;
    };
    const notFound = 'ResourceNotFoundException';
    expect(await refused({ logGroupName: 'none' })).toEqual([
      notFound,
      'The specified log group does not exist.',
    ]);
    expect(await refused({ logStreamNames: ['none'] })).toEqual([
      notFound,
      'The specified log stream does not exist.',
    ]);
    for (const input of [
      { filterPattern: '{ $.a = 1 }' },
      { nextToken: 'nonsense' },
      { limit: 10_001 },
      { logStreamNames: ['v/a'], logStreamNamePrefix: 'v' },
      { logGroupIdentifier: group },
      { logGroupName: undefined },
    ])
      expect(await refused(input)).toEqual(['InvalidParameterException', expect.any(String)]);
  });
});

describe('GetLogEvents', () => {
  const get = (input: Partial<GetLogEventsCommandInput> = {}) =>
    logs.send(new GetLogEventsCommand({ logGroupName: group, logStreamName: 's', limit: 2, ...input }));
  const shown = ({ events = [] }: { events?: { message?: string | undefined }[] | undefined }) =>
    events.map(({ message }) => message);

  it('reads a stream from its end backwards, and from its head forwards', async () => {
    for (let line = 0; line < 5; line++) store.append(group, 's', `line ${line}`);
    const tail = await get();
    expect(shown(tail)).toEqual(['line 3', 'line 4']);
    const before = await get({ nextToken: tail.nextBackwardToken });
    expect(shown(before)).toEqual(['line 1', 'line 2']);
    const head = await get({ startFromHead: true });
    expect(shown(head)).toEqual(['line 0', 'line 1']);
    expect(shown(await get({ nextToken: head.nextForwardToken }))).toEqual(['line 2', 'line 3']);
  });

  it('stays where it is at the end, and goes on from there when more comes', async () => {
    store.append(group, 's', 'one');
    const first = await get();
    const second = await get({ nextToken: first.nextForwardToken });
    expect(shown(second)).toEqual([]);
    expect(second.nextForwardToken).toBe(first.nextForwardToken);
    store.append(group, 's', 'two');
    expect(shown(await get({ nextToken: second.nextForwardToken }))).toEqual(['two']);
  });

  it('leaves out events at its end time', async () => {
    store.append(group, 's', 'at');
    expect(shown(await get({ endTime: startMs }))).toEqual([]);
    expect(shown(await get({ endTime: startMs + 1, startTime: startMs }))).toEqual(['at']);
  });
});

describe('log groups', () => {
  it('are made, described, kept for so long, and deleted', async () => {
    await logs.send(new CreateLogGroupCommand({ logGroupName: 'mine', tags: { 'mlbench:experiment': 'e' } }));
    await expect(logs.send(new CreateLogGroupCommand({ logGroupName: 'mine' }))).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
    });
    await logs.send(new PutRetentionPolicyCommand({ logGroupName: 'mine', retentionInDays: 7 }));
    await expect(
      logs.send(new PutRetentionPolicyCommand({ logGroupName: 'mine', retentionInDays: 8 })),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
    const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: 'mi' }));
    const resourceArn = 'arn:aws:logs:us-east-1:000000000000:log-group:mine';
    expect(logGroups).toEqual([
      {
        logGroupName: 'mine',
        creationTime: startMs,
        retentionInDays: 7,
        metricFilterCount: 0,
        arn: `${resourceArn}:*`,
        storedBytes: 0,
        logGroupClass: 'STANDARD',
        logGroupArn: resourceArn,
      },
    ]);
    expect((await logs.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual({
      'mlbench:experiment': 'e',
    });
    await logs.send(new DeleteLogGroupCommand({ logGroupName: 'mine' }));
    expect((await logs.send(new DescribeLogGroupsCommand({}))).logGroups).toEqual([]);
    await expect(logs.send(new DeleteLogGroupCommand({ logGroupName: 'mine' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('are found by prefix or by part, page by page', async () => {
    for (const logGroupName of ['/a/one', '/a/two', '/b/One'])
      await logs.send(new CreateLogGroupCommand({ logGroupName }));
    const names = async (input: object) =>
      (await logs.send(new DescribeLogGroupsCommand(input))).logGroups?.map((found) => found.logGroupName);
    expect(await names({ logGroupNamePrefix: '/a' })).toEqual(['/a/one', '/a/two']);
    expect(await names({ logGroupNamePattern: 'one' })).toEqual(['/a/one', '/b/One']);
    const { nextToken } = await logs.send(new DescribeLogGroupsCommand({ limit: 2 }));
    expect(await names({ limit: 2, nextToken })).toEqual(['/b/One']);
  });

  it('list their streams by name or by what was said last', async () => {
    await talk(3);
    const names = async (input: object) =>
      (await logs.send(new DescribeLogStreamsCommand({ logGroupName: group, ...input }))).logStreams?.map(
        (stream) => stream.logStreamName,
      );
    expect(await names({})).toEqual(['v/a', 'v/b']);
    expect(await names({ orderBy: 'LastEventTime', descending: true })).toEqual(['v/a', 'v/b']);
    expect(await names({ orderBy: 'LastEventTime' })).toEqual(['v/b', 'v/a']);
    expect(await names({ logStreamNamePrefix: 'v/b' })).toEqual(['v/b']);
    const { nextToken } = await logs.send(new DescribeLogStreamsCommand({ logGroupName: group, limit: 1 }));
    expect(await names({ limit: 1, nextToken })).toEqual(['v/b']);
  });
});
