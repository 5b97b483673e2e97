import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAccess } from '../../../src/localcloud/access/access.ts';
import { createSts } from '../../../src/localcloud/sts/service.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { serve } from '../cloudwatch/service-server.ts';

let server: Awaited<ReturnType<typeof serve>>;
let client: STSClient;

beforeAll(async () => {
  const wallClock = new ManualClock(1_000_000);
  const access = createAccess(null, wallClock);
  server = await serve(createSts({ wallClock, access, accountId: '000000000000' }));
  client = new STSClient(server.clientConfig);
});
afterAll(async () => {
  client.destroy();
  await server.close();
});

it('says who the caller is', async () => {
  expect(await client.send(new GetCallerIdentityCommand({}))).toMatchObject({
    Account: '000000000000',
    Arn: 'arn:aws:iam::000000000000:root',
  });
});

it('lends a role for as long as asked', async () => {
  const assumed = await client.send(
    new AssumeRoleCommand({
      RoleArn: 'arn:aws:iam::000000000000:role/service/Runner',
      RoleSessionName: 'test',
      DurationSeconds: 900,
    }),
  );
  expect(assumed.AssumedRoleUser?.Arn).toBe('arn:aws:sts::000000000000:assumed-role/Runner/test');
  expect(assumed.Credentials?.AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
  expect(assumed.Credentials?.Expiration).toEqual(new Date(1_900_000));
});

it.each([
  [{ RoleArn: 'arn:aws:iam::000000000000:user/nobody', RoleSessionName: 'test' }, /is invalid/],
  [{ RoleArn: 'arn:aws:iam::000000000000:role/Runner', RoleSessionName: 'a b' }, /roleSessionName/],
  [
    { RoleArn: 'arn:aws:iam::000000000000:role/R', RoleSessionName: 'test', DurationSeconds: 1 },
    /durationSeconds/,
  ],
])('refuses %j', async (input, message) => {
  await expect(client.send(new AssumeRoleCommand(input))).rejects.toThrow(message);
});
