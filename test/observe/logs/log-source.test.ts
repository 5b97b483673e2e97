import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { createRandom } from '../../../src/core/random.ts';
import { LogStore } from '../../../src/localcloud/cloudwatch-logs/log-store.ts';
import { createCloudWatchLogs } from '../../../src/localcloud/cloudwatch-logs/service.ts';
import { createLogSource } from '../../../src/observe/logs/log-source.ts';
import { standInTraits } from '../../../src/resources/sdk/cloud-traits.ts';
import { serve } from '../../localcloud/cloudwatch/service-server.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const startMs = Date.UTC(2026, 10, 22, 15);

let store: LogStore;
let server: Awaited<ReturnType<typeof serve>>;
let client: CloudWatchLogsClient;

beforeEach(async () => {
  store = new LogStore(new ManualClock(startMs));
  server = await serve(
    createCloudWatchLogs({ logs: store, account: { region: 'us-east-1', accountId: '0' } }),
  );
  client = new CloudWatchLogsClient(server.clientConfig);
});
afterEach(async () => {
  client.destroy();
  await server.close();
});

async function messages(containing?: string, group = 'g'): Promise<string[] | 'missing'> {
  let missing = false;
  const source = createLogSource({
    clients: { traits: standInTraits(1), logs: async () => client },
    clock: systemClock,
    random: createRandom(1),
    signal: new AbortController().signal,
    name: 'endpoint',
    group,
    containing,
    onMissing: () => {
      missing = true;
    },
  });
  const found: string[] = [];
  for await (const page of source.read({ fromMs: startMs - 1.5 }))
    found.push(...page.map(({ message }) => message));
  return missing ? 'missing' : found;
}

test('any text can be looked for as it is, quotes and backslashes too', async () => {
  const lines = ['{"level":"error"}', 'C:\\models', 'error', '[a-b] ?c -d { $.e }'];
  for (const line of lines) store.append('g', 's', line);
  expect(await messages()).toEqual(lines);
  expect(await messages('"error"')).toEqual(['{"level":"error"}']);
  expect(await messages('C:\\models')).toEqual(['C:\\models']);
  expect(await messages('error')).toEqual(['{"level":"error"}', 'error']);
  expect(await messages('[a-b] ?c -d { $.e }')).toEqual(['[a-b] ?c -d { $.e }']);
});

test('all pages are read', async () => {
  for (let line = 0; line < 10_050; line++) store.append('g', `s${line % 40}`, `line ${line}`);
  expect(await messages()).toHaveLength(10_050);
});

test('a group that is not there is told, and is no failure', async () => {
  expect(await messages(undefined, 'none')).toBe('missing');
});
