import { afterAll, beforeAll, expect, test } from 'vitest';
import { type StandInUnderTest, startStandIn } from './stand-in.ts';

// A cloud minute a second: alarms and instances come while one watches.
const options = ['--time-scale', '60', '--provision-time', '30s'];

let standIn: StandInUnderTest;
beforeAll(async () => {
  standIn = await startStandIn(...options);
});
afterAll(() => standIn?.stop());

async function passes(script: string, environment?: Record<string, string>): Promise<void> {
  const { exitCode, stderr, stdout } = await standIn.python(script, environment);
  expect(stderr).toBe('');
  expect(exitCode, stdout).toBe(0);
}

test('the checker of response shapes finds what it should', () => passes('checker.py'));

test('boto3 creates an endpoint, loads it, sees it scale, reads its metrics and deletes everything', () =>
  passes('experiment.py'));

test('boto3 scales by steps and by schedule', () => passes('policies.py'));

test('boto3 shares traffic between variants, changes them in place, streams and tags', () =>
  passes('endpoints.py'));

test('boto3 keeps files in S3: parts, checksums, hostile keys, pages, conditions', () =>
  passes('objects.py'));

test('boto3 reads what containers said, as SageMaker files it', () => passes('logs.py'));

test('boto3 meets the errors and paginators it knows', () => passes('refusals.py'));

test('boto3 comes in with any other credentials, too', () =>
  passes('refusals.py', { AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any' }));

test.each(['smithy-rpc-v2-cbor', 'json', 'query'])('boto3 speaks %s to CloudWatch', (protocol) =>
  passes('metrics.py', { MLBENCH_PROTOCOL: protocol }),
);

test('boto3 speaks to CloudWatch as it chooses', () => passes('metrics.py'));
