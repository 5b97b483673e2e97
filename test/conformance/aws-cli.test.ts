import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { modelArchive, type StandInUnderTest, sampleRequest, startStandIn } from './stand-in.ts';

let standIn: StandInUnderTest;
beforeAll(async () => {
  standIn = await startStandIn('--time-scale', '60', '--metric-delay', '0s');
});
afterAll(() => standIn?.stop());

/** What the command printed, as data. */
// biome-ignore lint/suspicious/noExplicitAny: the AWS CLI's output has as many shapes as it has commands
async function aws(...args: string[]): Promise<any> {
  const { exitCode, stdout, stderr } = await standIn.aws(...args);
  expect(stderr).toBe('');
  expect(exitCode, stdout).toBe(0);
  return stdout.trim() === '' ? undefined : JSON.parse(stdout);
}

test('aws sts get-caller-identity', async () => {
  expect(await aws('sts', 'get-caller-identity')).toEqual({
    UserId: '000000000000',
    Account: '000000000000',
    Arn: 'arn:aws:iam::000000000000:root',
  });
});

test('aws s3 mb, cp, ls, sync and rb', async () => {
  const quiet = ['--only-show-errors'];
  writeFileSync(standIn.path('big'), Buffer.alloc(9_000_000, 'penguin'));
  const made = await standIn.aws('s3', 'mb', 's3://conformance-cli');
  expect(made.stdout).toContain('make_bucket: conformance-cli');
  await aws('s3', 'cp', standIn.path('big'), 's3://conformance-cli/a/big', ...quiet);
  await aws('s3', 'cp', 's3://conformance-cli/a/big', standIn.path('back'), ...quiet);
  expect(readFileSync(standIn.path('back')).equals(readFileSync(standIn.path('big')))).toBe(true);
  await aws('s3', 'sync', 's3://conformance-cli/a', standIn.path('synced'), ...quiet);
  expect(readFileSync(standIn.path('synced', 'big'))).toHaveLength(9_000_000);
  expect((await standIn.aws('s3', 'ls', 's3://conformance-cli', '--recursive')).stdout).toMatch(
    /9000000 a\/big/,
  );
  expect((await standIn.aws('s3', 'rb', 's3://conformance-cli')).stderr).toContain('BucketNotEmpty');
  expect((await standIn.aws('s3', 'rb', 's3://conformance-cli', '--force')).exitCode).toBe(0);
});

test('aws sagemaker, sagemaker-runtime and application-autoscaling, from model to nothing', async () => {
  await aws('s3api', 'create-bucket', '--bucket', 'conformance-model');
  const uri = 's3://conformance-model/model.tar.gz';
  await aws('s3', 'cp', modelArchive, uri, '--only-show-errors');
  const container = { Image: '000000000000.dkr.ecr.us-east-1.amazonaws.com/mlbench:1', ModelDataUrl: uri };
  const role = 'arn:aws:iam::000000000000:role/mlbench';
  const model = ['--model-name', 'cli', '--execution-role-arn', role];
  const created = await aws(
    'sagemaker',
    'create-model',
    ...model,
    '--primary-container',
    JSON.stringify(container),
  );
  expect(created.ModelArn).toMatch(/:model\/cli$/);
  const variant = 'VariantName=AllTraffic,ModelName=cli,InstanceType=ml.m5.large,InitialInstanceCount=1';
  await aws(
    'sagemaker',
    'create-endpoint-config',
    '--endpoint-config-name',
    'cli',
    '--production-variants',
    variant,
  );
  await aws('sagemaker', 'create-endpoint', '--endpoint-name', 'cli', '--endpoint-config-name', 'cli');
  const endpoints = await aws('sagemaker', 'list-endpoints');
  expect(endpoints.Endpoints).toMatchObject([{ EndpointName: 'cli' }]);
  await expect
    .poll(
      async () => (await aws('sagemaker', 'describe-endpoint', '--endpoint-name', 'cli')).EndpointStatus,
      {
        timeout: 30_000,
        interval: 500,
      },
    )
    .toBe('InService');

  const invoked = await aws(
    ...[
      'sagemaker-runtime',
      'invoke-endpoint',
      '--endpoint-name',
      'cli',
      '--content-type',
      'application/json',
    ],
    ...['--body', `fileb://${sampleRequest}`, standIn.path('answer.json')],
  );
  expect(invoked).toMatchObject({ InvokedProductionVariant: 'AllTraffic' });
  expect(JSON.parse(readFileSync(standIn.path('answer.json'), 'utf8'))).toBeTruthy();

  const target = [
    ...['--service-namespace', 'sagemaker', '--resource-id', 'endpoint/cli/variant/AllTraffic'],
    ...['--scalable-dimension', 'sagemaker:variant:DesiredInstanceCount'],
  ];
  await aws(
    'application-autoscaling',
    'register-scalable-target',
    ...target,
    '--min-capacity',
    '1',
    '--max-capacity',
    '2',
  );
  expect(await aws('application-autoscaling', 'describe-scaling-activities', ...target)).toEqual({
    ScalingActivities: [],
  });
  await aws('application-autoscaling', 'deregister-scalable-target', ...target);

  const dimensions = 'Name=EndpointName,Value=cli Name=VariantName,Value=AllTraffic'.split(' ');
  const metric = [
    '--namespace',
    'AWS/SageMaker',
    '--metric-name',
    'Invocations',
    '--dimensions',
    ...dimensions,
  ];
  expect((await aws('cloudwatch', 'list-metrics', ...metric)).Metrics).toHaveLength(1);

  await aws('sagemaker', 'delete-endpoint', '--endpoint-name', 'cli');
  await aws('sagemaker', 'delete-endpoint-config', '--endpoint-config-name', 'cli');
  await aws('sagemaker', 'delete-model', '--model-name', 'cli');
  expect((await standIn.aws('s3', 'rb', 's3://conformance-model', '--force')).exitCode).toBe(0);
});

test('aws cloudwatch put-metric-data and get-metric-data', async () => {
  await aws('cloudwatch', 'put-metric-data', '--namespace', 'Cli', '--metric-name', 'A', '--value', '4.5');
  const now = await cloudTimeMs();
  const query = [
    { Id: 'p', MetricStat: { Metric: { Namespace: 'Cli', MetricName: 'A' }, Period: 60, Stat: 'p99' } },
    { Id: 'double', Expression: 'p * 2' },
  ];
  const answer = await aws(
    ...['cloudwatch', 'get-metric-data', '--metric-data-queries', JSON.stringify(query)],
    ...[
      '--start-time',
      new Date(now - 3_600_000).toISOString(),
      '--end-time',
      new Date(now + 60_000).toISOString(),
    ],
  );
  expect(answer.MetricDataResults).toMatchObject([
    { Id: 'p', Label: 'A', Values: [4.5], StatusCode: 'Complete' },
    { Id: 'double', Values: [9] },
  ]);
  expect(answer.MetricDataResults[0].Timestamps).toHaveLength(1);
});

test('an error is shown with its code', async () => {
  const { exitCode, stderr } = await standIn.aws(
    'sagemaker',
    'describe-endpoint',
    '--endpoint-name',
    'nothing',
  );
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain('(ValidationException)');
  expect(stderr).toContain('Could not find endpoint');
});

/** The stand-in's clock runs faster than ours; every response tells it. */
async function cloudTimeMs(): Promise<number> {
  const answer = await fetch(`${standIn.url}/_mlbench/health`);
  return Number(answer.headers.get('x-mlbench-cloud-time-ms'));
}
