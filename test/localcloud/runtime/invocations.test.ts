import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  UpdateEndpointCommand,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from '@aws-sdk/client-sagemaker';
import {
  InvokeEndpointCommand,
  type InvokeEndpointCommandInput,
  InvokeEndpointWithResponseStreamCommand,
} from '@aws-sdk/client-sagemaker-runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { type CloudFixture, credentials, inService, openCloud, roleArn } from '../support/cloud-fixture.ts';

let fixture: CloudFixture;
/** Refused by a full queue. */
let overloads = 0;

beforeAll(async () => {
  fixture = await openCloud({
    capacity: { serviceTimeMs: 20, concurrency: 1, queue: 3 },
    metricDelayMs: 0,
  });
  await fixture.createEndpoint('echo', [
    { VariantName: 'heavy', InitialVariantWeight: 3 },
    { VariantName: 'light', InitialVariantWeight: 1 },
  ]);
  await fixture.until('echo', inService);
});

afterAll(() => fixture.close());

const invoke = (input: Partial<InvokeEndpointCommandInput> = {}) =>
  fixture.runtime.send(
    new InvokeEndpointCommand({
      EndpointName: 'echo',
      ContentType: 'application/json',
      Body: '[[1, 2]]',
      ...input,
    }),
  );

describe('an invocation', () => {
  test('goes to variants by their weights', async () => {
    const variants: (string | undefined)[] = [];
    for (let request = 0; request < 40; request++) variants.push((await invoke()).InvokedProductionVariant);
    const heavy = variants.filter((variant) => variant === 'heavy').length;
    expect(heavy).toBeGreaterThan(22);
    expect(heavy).toBeLessThan(38);
  });

  test('goes to the variant it asks for, if there is one', async () => {
    for (let request = 0; request < 5; request++) {
      expect((await invoke({ TargetVariant: 'light' })).InvokedProductionVariant).toBe('light');
    }
    await expect(invoke({ TargetVariant: 'gone' })).rejects.toMatchObject({ name: 'ValidationError' });
  });

  test('hands content type and accept to the container, and its answer back', async () => {
    const answer = await invoke({ ContentType: 'text/csv', Accept: 'text/csv', Body: '7,8\n' });
    expect(answer.ContentType).toMatch(/^text\/csv/);
    expect(answer.Body.transformToString()).toMatch(/7.*8/s);
  });

  test('that the model refuses is a ModelError with what it said', async () => {
    await expect(invoke({ Body: '{' })).rejects.toMatchObject({
      name: 'ModelError',
      $metadata: { httpStatusCode: 424 },
      OriginalStatusCode: 400,
      OriginalMessage: expect.stringContaining('error'),
      LogStreamArn: 'arn:aws:logs:us-east-1:000000000000:log-group:/aws/sagemaker/Endpoints/echo',
      message: expect.stringMatching(/^Received client error \(400\) from primary with message "/),
    });
  });

  test('that finds its instance overloaded gets the 503 of its container', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 12 }, () => invoke({ TargetVariant: 'heavy' })),
    );
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    overloads = refused.length;
    // One is served and three wait; a slow machine sends so slowly that a few more find room.
    expect(overloads).toBeGreaterThan(0);
    expect(overloads).toBeLessThanOrEqual(8);
    expect(refused[0]?.reason).toMatchObject({ name: 'ModelError', OriginalStatusCode: 503 });
    await expect(invoke({ TargetVariant: 'heavy' })).resolves.toBeDefined();
  });

  test('is refused with a body over 6 MiB', async () => {
    await expect(invoke({ Body: new Uint8Array(6_291_457) })).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('Member must have length less than or equal to 6291456'),
    });
  });

  test('of an endpoint that is not there says so', async () => {
    await expect(invoke({ EndpointName: 'gone' })).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Endpoint gone of account 000000000000 not found.',
      $metadata: { httpStatusCode: 400 },
    });
  });

  test('can have its answer as a stream', async () => {
    const answer = await fixture.runtime.send(
      new InvokeEndpointWithResponseStreamCommand({
        EndpointName: 'echo',
        ContentType: 'application/json',
        Body: '[[3, 4]]',
      }),
    );
    const parts: Uint8Array[] = [];
    for await (const event of answer.Body ?? [])
      if (event.PayloadPart?.Bytes) parts.push(event.PayloadPart.Bytes);
    expect(Buffer.concat(parts).toString()).toMatch(/3.*4/);
    expect(answer.InvokedProductionVariant).toMatch(/heavy|light/);
  });

  test('without a signature is refused', async () => {
    const answer = await fetch(`${fixture.cloud.url}/endpoints/echo/invocations`, {
      method: 'POST',
      body: '[]',
    });
    expect([answer.status, answer.headers.get('x-amzn-errortype')]).toEqual([
      403,
      'MissingAuthenticationTokenException',
    ]);
    expect(answer.headers.get('x-mlbench-cloud-time-ms')).toMatch(/^\d+$/);
  });
});

describe('what was invoked', () => {
  test('is found in CloudWatch, each request standing for as many as the clock is faster', async () => {
    const cloudwatch = new CloudWatchClient({
      endpoint: fixture.cloud.url,
      region: 'us-east-1',
      credentials,
    });
    const at = () => fetch(`${fixture.cloud.url}/_mlbench/health`).then((answer) => answer.json());
    const { cloudTimeMs } = (await at()) as { cloudTimeMs: number };
    const query = (Id: string, MetricName: string, Stat: string) => ({
      Id,
      MetricStat: {
        Metric: {
          Namespace: 'AWS/SageMaker',
          MetricName,
          Dimensions: [
            { Name: 'EndpointName', Value: 'echo' },
            { Name: 'VariantName', Value: 'heavy' },
          ],
        },
        Period: 3_600 * 24,
        Stat,
      },
    });
    const read = () =>
      cloudwatch.send(
        new GetMetricDataCommand({
          StartTime: new Date(cloudTimeMs - 86_400_000),
          EndTime: new Date(cloudTimeMs + 86_400_000),
          MetricDataQueries: [
            query('invocations', 'Invocations', 'Sum'),
            query('each', 'InvocationsPerInstance', 'Sum'),
            query('failed', 'Invocation5XXErrors', 'Sum'),
            query('latency', 'ModelLatency', 'p99'),
          ],
        }),
      );
    let { MetricDataResults: results = [] } = await read();
    const value = (id: string) =>
      results.find((result) => result.Id === id)?.Values?.reduce((sum, one) => sum + one, 0) ?? 0;
    // A minute's figures come when it is over, and a cloud minute passes in a second.
    await eventually('the minute is over', async () => {
      ({ MetricDataResults: results = [] } = await read());
      return value('failed') >= 60 * overloads;
    });
    expect(value('invocations') % 60).toBe(0);
    expect(value('invocations')).toBeGreaterThanOrEqual(60 * (22 + 12));
    expect(value('each')).toBe(value('invocations'));
    expect(value('failed')).toBe(60 * overloads);
    expect(value('latency')).toBeGreaterThan(19_000);
    cloudwatch.destroy();
  });
});

describe('an endpoint in use', () => {
  test('moves to another configuration without failing a request', async () => {
    const model = { ModelName: 'echo-2', ExecutionRoleArn: roleArn };
    await fixture.sagemaker.send(
      new CreateModelCommand({
        ...model,
        PrimaryContainer: { Image: 'serving:2', ModelDataUrl: 's3://models/echo/model.tar.gz' },
      }),
    );
    const variant = { ModelName: 'echo-2', InitialInstanceCount: 1, InstanceType: 'ml.m5.large' } as const;
    await fixture.sagemaker.send(
      new CreateEndpointConfigCommand({
        EndpointConfigName: 'echo-2',
        ProductionVariants: [{ ...variant, VariantName: 'second' }],
      }),
    );
    await fixture.sagemaker.send(
      new UpdateEndpointCommand({ EndpointName: 'echo', EndpointConfigName: 'echo-2' }),
    );
    const seen = new Set<string | undefined>();
    for (let tries = 0; !seen.has('second') && tries < 500; tries++) {
      seen.add((await invoke()).InvokedProductionVariant);
    }
    expect(seen).toContain('second');
    const after = await fixture.until('echo', inService);
    expect(after.ProductionVariants?.map(({ VariantName }) => VariantName)).toEqual(['second']);
  });

  test('fails no request while it scales in', async () => {
    const scale = (count: number) =>
      fixture.sagemaker.send(
        new UpdateEndpointWeightsAndCapacitiesCommand({
          EndpointName: 'echo',
          DesiredWeightsAndCapacities: [{ VariantName: 'second', DesiredInstanceCount: count }],
        }),
      );
    await scale(2);
    await fixture.until('echo', inService);
    let done = false;
    const caller = (async () => {
      while (!done) await invoke();
    })();
    await scale(1);
    await fixture.until('echo', inService);
    done = true;
    await expect(caller).resolves.toBeUndefined();
  });
});

describe('an endpoint whose model cannot be served', () => {
  test.each([
    ['is no archive', Buffer.from('not a tar'), /^Failed to extract model data archive .*s3:\/\/models\//],
  ])('that %s fails and says why', async (_what, archive, reason) => {
    await fixture.createEndpoint('broken', [{}], archive);
    const failed = await fixture.until('broken', ({ EndpointStatus }) => EndpointStatus === 'Failed');
    expect(failed.FailureReason).toMatch(reason);
  });

  test('whose container ends at once fails its health check after a few starts', async () => {
    await fixture.sagemaker.send(
      new CreateModelCommand({
        ModelName: 'crashing',
        ExecutionRoleArn: roleArn,
        PrimaryContainer: {
          Image: 'serving',
          ModelDataUrl: 's3://models/echo/model.tar.gz',
          Environment: { MLBENCH_BACKEND: 'none-such' },
        },
      }),
    );
    await fixture.sagemaker.send(
      new CreateEndpointConfigCommand({
        EndpointConfigName: 'crashing',
        ProductionVariants: [
          { VariantName: 'v', ModelName: 'crashing', InitialInstanceCount: 1, InstanceType: 'ml.m5.large' },
        ],
      }),
    );
    await fixture.sagemaker.send(
      new CreateEndpointCommand({ EndpointName: 'crashing', EndpointConfigName: 'crashing' }),
    );
    const failed = await fixture.until('crashing', ({ EndpointStatus }) => EndpointStatus === 'Failed');
    expect(failed.FailureReason).toBe(
      'The primary container for production variant v did not pass the ping health check. Please check CloudWatch logs for this endpoint.',
    );
    await expect(invoke({ EndpointName: 'crashing' })).rejects.toThrow(/not found/);
  });
});
