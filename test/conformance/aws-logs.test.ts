import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { logs } from '../../src/commands/logs.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { CommandContext, CommandEvent } from '../../src/experiment/context/context.ts';
import type { LogLine } from '../../src/observe/logs/log-source.ts';
import { openLedger } from '../../src/resources/engine/ledger-store.ts';
import { type CloudClients, createClients } from '../../src/resources/sdk/clients.ts';
import { awsAddress } from '../../src/resources/sdk/cloud-address.ts';
import { type Moto, startMoto } from './moto.ts';

// `mlbench logs` on AWS, with somebody else's CloudWatch Logs at the other end.

let moto: Moto;
let clients: CloudClients;
const events: CommandEvent[] = [];
const context: CommandContext = {
  clock: systemClock,
  signal: new AbortController().signal,
  emit: (event) => events.push(event),
  stateDir: '/nonexistent/.mlbench',
  ledger: openLedger('/nonexistent/.mlbench'),
  experiment: 'mlbench',
  target: 'aws',
  region: 'us-east-1',
  interactive: false,
};

beforeAll(async () => {
  moto = await startMoto();
  // The SDK reads them where a client is made.
  Object.assign(process.env, moto.environment);
  clients = createClients({ ...context, cloud: awsAddress(context.region) });
});
afterAll(async () => {
  clients?.close();
  await moto?.stop();
});

async function write(logGroupName: string, logStreamName: string, lines: [agoMs: number, message: string][]) {
  const client = await clients.logs();
  await client.send(new CreateLogGroupCommand({ logGroupName }));
  await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
  const nowMs = systemClock.nowMs();
  const logEvents = lines.map(([agoMs, message]) => ({ timestamp: nowMs - agoMs, message }));
  await client.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
}

async function read(options: Parameters<typeof logs>[0], over: Partial<CommandContext> = {}) {
  const heard: LogLine[] = [];
  const { exitCode } = await logs(options, { ...context, ...over }, async (lines) => {
    heard.push(...lines);
  });
  expect(exitCode).toBe(0);
  return heard.map(({ source, message }) => `${source} ${message}`);
}

it('needs no ledger, and tells several groups oldest first', async () => {
  await write('/aws/sagemaker/Endpoints/mlbench', 'AllTraffic/i-1', [
    [1_200_000, 'long ago'],
    [40_000, 'one'],
    [20_000, 'number three'],
  ]);
  await write('/aws/vendedlogs/mlbench-evaluate-access', 'x', [[30_000, 'two']]);
  const sources = ['access', 'endpoint'] as const;
  expect(await read({ sources })).toEqual(['endpoint one', 'access two', 'endpoint number three']);
  expect(await read({ sources, sinceMs: 3_600_000 })).toHaveLength(4);
  expect(await read({ sources, filter: 'three' })).toEqual(['endpoint number three']);
});

it('says that there is no such group', async () => {
  expect(await read({ sources: ['api'] })).toEqual([]);
  expect(events.at(-1)).toMatchObject({ level: 'warning', message: expect.stringContaining('/aws/lambda/') });
});

it('follows until it is interrupted, which is no failure', async () => {
  const abort = new AbortController();
  const heard: string[] = [];
  await logs({ follow: true }, { ...context, signal: abort.signal }, async (lines) => {
    heard.push(...lines.map(({ message }) => message));
    abort.abort(new Error('Ctrl-C'));
  });
  expect(heard).toEqual(['one', 'number three']);
});
