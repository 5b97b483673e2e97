/**
 * What another user of this machine does, in a process of its own with that user's id: it has the stand-in's URL, and
 * an AWS SDK with made-up credentials. Bundled into one file, because the other user cannot read the repository.
 */
import { readFileSync } from 'node:fs';
import { CloudWatchClient, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DeleteEndpointCommand,
  DescribeEndpointCommand,
  DescribeModelCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import type { StrangerTask } from './task.ts';

const task: StrangerTask = JSON.parse(process.argv[2] ?? '{}');
const { url, credentials = { accessKeyId: 'any', secretAccessKey: 'any' } } = task;
const settings = { endpoint: url, region: 'us-east-1', credentials, maxAttempts: 1 };
const s3 = new S3Client({ ...settings, forcePathStyle: true });
const sagemaker = new SageMakerClient(settings);
const runtime = new SageMakerRuntimeClient(settings);
const cloudwatch = new CloudWatchClient(settings);
const logs = new CloudWatchLogsClient(settings);

const doings = {
  read: () => Promise.resolve((task.paths ?? []).map((path) => attempt(() => readFileSync(path, 'utf8')))),
  createModel: () => sagemaker.send(new CreateModelCommand(modelOf(task.image ?? 'serving'))),
  createEndpoint,
  serve,
};

process.stdout.write(JSON.stringify(await settled(doings[task.does])));

async function settled(doing: () => Promise<unknown>): Promise<unknown> {
  try {
    return await doing();
  } catch (error) {
    const { name, message } = error as Error;
    return { name, message };
  }
}

function attempt(read: () => string): string {
  try {
    return read();
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}

function modelOf(image: string, data?: string) {
  return {
    ModelName: 'theirs',
    ExecutionRoleArn: 'arn:aws:iam::000000000000:role/any',
    PrimaryContainer: {
      Image: image,
      ...(data === undefined ? {} : { ModelDataUrl: data }),
      ...(task.environment === undefined ? {} : { Environment: task.environment }),
    },
  };
}

async function createEndpoint(): Promise<unknown> {
  const name = task.model ?? 'theirs';
  await sagemaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: name,
      ProductionVariants: [
        { VariantName: 'v', ModelName: name, InitialInstanceCount: 1, InstanceType: 'ml.m5.large' },
      ],
    }),
  );
  return await sagemaker.send(new CreateEndpointCommand({ EndpointName: name, EndpointConfigName: name }));
}

/** Everything that needs no proof, from a bucket to the answer of a model. */
async function serve(): Promise<unknown> {
  await s3.send(new CreateBucketCommand({ Bucket: 'theirs' }));
  const body = readFileSync(task.paths?.[0] ?? '');
  await s3.send(new PutObjectCommand({ Bucket: 'theirs', Key: 'model.tar.gz', Body: body }));
  await sagemaker.send(new CreateModelCommand(modelOf('serving', 's3://theirs/model.tar.gz')));
  await createEndpoint();
  let status: string | undefined;
  while (status === undefined || status === 'Creating') {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const described = await sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'theirs' }));
    status = described.EndpointStatus;
  }
  const answer = await runtime.send(
    new InvokeEndpointCommand({
      EndpointName: 'theirs',
      ContentType: 'application/json',
      Body: '{"instances":[[1,2]]}',
    }),
  );
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'theirs',
      MetricName: 'm',
      Namespace: 'n',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      Statistic: 'Sum',
      ComparisonOperator: 'GreaterThanThreshold',
    }),
  );
  const { events } = await logs.send(
    new FilterLogEventsCommand({ logGroupName: '/aws/sagemaker/Endpoints/theirs' }),
  );
  const model = await sagemaker.send(new DescribeModelCommand({ ModelName: 'theirs' }));
  await sagemaker.send(new DeleteEndpointCommand({ EndpointName: 'theirs' }));
  return {
    status,
    answer: Buffer.from(answer.Body).toString(),
    said: events?.map(({ message }) => message),
    environment: model.PrimaryContainer?.Environment,
  };
}
